"""A view of the map as a PDF page: the picture the browser drew, under the title of its study."""

from __future__ import annotations

import base64
import io
from datetime import date

from phusong.api.database.models import Study
from phusong.data.units import province_name
from phusong.errors import PhuSongError
from phusong.words import Language, Text, day

MOST_BYTES = 8_000_000
MOST_PIXELS = 16_000_000
_TITLE = Text("Bản đồ vùng lõm sóng", "Map of signal gaps")
_MODELLED = Text("mức sóng: mô phỏng, chưa đo", "levels: modelled, not measured")
_MADE_UP = Text("DỮ LIỆU MÔ PHỎNG, KHÔNG PHẢI SỐ LIỆU THẬT", "SIMULATED DATA, NOT REAL FIGURES")
_PAGE = Text("Trang", "Page")
_NO_PICTURE = Text(
    "Không đọc được ảnh bản đồ: cần một ảnh PNG không quá 16 triệu điểm.",
    "The map's picture cannot be read: a PNG of at most 16 million pixels is needed.",
)


class NoPictureError(PhuSongError):
    """What was sent is no picture, or one too large."""


def map_pdf(picture: bytes, study: Study, language: Language, *, printed: date) -> bytes:
    """Typeset a picture of the map on a page.

    Raises
    ------
    NoPictureError
        It is no PNG, or too large.
    """
    from phusong.tenders.prints.typeset import typeset

    title = f"{_TITLE.to(language)} – {study.name}"
    province = province_name(study.province_code) or ""
    dated = "" if study.finished_at is None else day(study.finished_at.date())
    head = {
        "left": title, "right": day(printed), "foot": f"Phủ Sóng · {_MODELLED.to(language)}",
        "banner": _MADE_UP.to(language) if study.settings.get("simulated") else "", "page": _PAGE.to(language),
    }  # fmt: skip
    under = " · ".join(filter(None, (province, study.name, dated, _MODELLED.to(language))))
    data = {"title": title, "under": under, "lang": language, "head": head}
    return typeset("map.typ", data, dated=printed, files={"map.svg": _as_svg(picture)})


def _as_svg(picture: bytes) -> bytes:
    """Return a picture, decoded and written anew, inside an SVG: the layout takes text files only."""
    from PIL import Image, UnidentifiedImageError

    if not 0 < len(picture) <= MOST_BYTES:
        raise NoPictureError(_NO_PICTURE)
    try:
        with Image.open(io.BytesIO(picture), formats=["PNG"]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NoPictureError(_NO_PICTURE)
            drawn = opened.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise NoPictureError(_NO_PICTURE) from None
    out = io.BytesIO()
    drawn.save(out, format="PNG")
    size = f'width="{drawn.width}" height="{drawn.height}"'
    data = base64.b64encode(out.getvalue()).decode("ascii")
    image = f'<image {size} href="data:image/png;base64,{data}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{image}</svg>'.encode()
