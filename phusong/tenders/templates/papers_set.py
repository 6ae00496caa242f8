"""The papers that submit, appraise, decide and explain a package."""

from __future__ import annotations

from phusong.tenders.templates.layout import Heading, Line, Paper
from phusong.words import Text

SUMMARY = Paper(
    part="summary",
    kind=Text("BẢN TÓM TẮT CÔNG KHAI", "PUBLIC SUMMARY"),
    subject=Text("Gói {{ package_code }}", "Package {{ package_code }}"),
    body=(
        Heading(Text("1. Nơi cần phủ sóng", "1. Where coverage is needed")),
        Line(
            Text(
                "Gói có **{{ area_count }} khu vực** với **{{ households }} hộ** cần phủ sóng.",
                "The package holds **{{ area_count }} areas** with **{{ households }} households** to cover.",
            )
        ),
    ),
    letterhead=False,
    signed=False,
)

SET_PAPERS: tuple[Paper, ...] = (SUMMARY,)
