"""The quarterly report as a Word document, from the template of the department or ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from phusong.api.reports.contents import Contents, Row
from phusong.api.reports.template import FIELDS, MUST_STAY, template_path
from phusong.tenders.village_words import SIMULATED
from phusong.tenders.word import WordTemplate, fill_template
from phusong.words import LANGUAGES, Language, Text, day, number, percent


def write_paper(path: Path, contents: Contents, language: Language, *, own_templates: Path | None = None) -> None:
    """Write the document."""
    template = template_path(language, own_templates)
    fill_template(
        path,
        WordTemplate(template.read_bytes(), template.name),
        _context(contents, language),
        pictures={},
        allowed=FIELDS,
        must_stay=MUST_STAY,
        dated=contents.made_on,
    )


def _context(contents: Contents, language: Language) -> dict[str, Any]:
    def told(row: Row, key: str) -> str:
        value = row[key]
        if isinstance(value, Text):
            return value.to(language)
        return value if isinstance(value, str) else number(value, language)

    def share(row: Row, name: str) -> str:
        return percent(row[f"{name}_served"], row[name], language)

    return {
        "banner": SIMULATED.to(language) if contents.compared.simulated else "",
        "subject": contents.title.to(language),
        "summary": [line.to(language) for line in _summary(contents)],
        "provinces": [
            {
                "province": row["province"],
                "households": share(row, "households"),
                "unknown": told(row, "households_unknown"),
                "villages": share(row, "villages"),
                "white": told(row, "white"),
                "depression": told(row, "depression"),
                "gaps": f"{told(row, 'gaps')} ({told(row, 'gap_households')})",
            }
            for row in contents.of_provinces()
        ],
        "layers": [
            {
                "operator": told(row, "operator"),
                "technology": told(row, "technology"),
                "households": share(row, "households"),
                "unknown": told(row, "households_unknown"),
                "villages": share(row, "villages"),
                "communes": share(row, "communes"),
            }
            for row in contents.of_layers()
        ],
        "rounds": [
            {
                "province": row["province"],
                "batch": row["batch"],
                "state": told(row, "state"),
                "rows": told(row, "rows"),
                "answered": f"{told(row, 'answered')}/{told(row, 'requests')}" if row["requests"] else "–",
                "decided": told(row, "decided"),
            }
            for row in contents.rounds
        ],
        "packages": [
            {
                "province": row["province"],
                "code": row["code"],
                "state": told(row, "state"),
                "households": told(row, "households"),
                "sites": told(row, "sites"),
                "price": "–" if row["price_vnd"] is None else told(row, "price_vnd"),
            }
            for row in contents.packages
        ],
        "notes": [line.to(language) for line in contents.notes],
    }


def _summary(contents: Contents) -> Iterator[Text]:
    """Give the sentences that open the report."""
    many = len(contents.compared.provinces)
    main = next((row for row in contents.compared.together if not row.operator and not row.technology), None)
    if main is not None:
        served = {key: percent(main.households_served, main.households, key) for key in ("vi", "en")}
        yield Text(
            f"Đến ngày {day(contents.until)}, {number(many)} tỉnh có số liệu: {served['vi']} hộ có sóng theo "
            f"dịch vụ chính, {number(main.households_unknown)} hộ chưa xác định được.",
            f"On {day(contents.until)}, with figures of {number(many, 'en')} provinces: {served['en']} "
            f"households are served by the main service; of {number(main.households_unknown, 'en')} it cannot be told.",
        )
    asked, answered = (sum(row[key] for row in contents.rounds) for key in ("requests", "answered"))
    if asked:
        vi, en = (f"{number(answered, language)}/{number(asked, language)}" for language in LANGUAGES)
        rounds = len(contents.rounds)
        yield Text(
            f"Trong kỳ có {number(rounds)} đợt rà soát; {vi} kiến nghị đã trả lời.",
            f"{number(rounds, 'en')} rounds were under way; {en} requests were answered.",
        )
