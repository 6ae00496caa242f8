"""Administrative units: the 34 provinces, and how names and codes of communes are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from phusong.data.crs import zone_rows
from phusong.data.names import fold, name_key, tidy

COMMUNE_KINDS = ("xã", "phường", "đặc khu", "thị trấn")
"""Today's three kinds, and the one abolished in July 2025 that older files still have."""

_KIND_BY_PREFIX = {**{name_key(kind): kind for kind in COMMUNE_KINDS}, "x.": "xã", "p.": "phường", "tt.": "thị trấn"}
_PROVINCE_PREFIX = re.compile(r"^(?:tinh|thanh pho|thu do|tp|t)\b[. ]*")
_PROVINCE_KIND = re.compile(r"^(?:tỉnh|thành phố|thủ đô|tp\.?)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Province:
    """One of the 34 provinces and cities since July 2025 (codes of Decision 19/2025/QĐ-TTg)."""

    code: str
    kind: str
    name: str

    @property
    def full_name(self) -> str:
        """Return kind and name: ``Tỉnh Nghệ An``, ``Thành phố Đà Nẵng``."""
        return full_name(self.kind, self.name)


SAMPLE_CODE, SAMPLE_NAME = "99", "Tỉnh Mẫu (mô phỏng)"
"""The made-up province of the sample; no real one has its code."""


@cache
def provinces() -> dict[str, Province]:
    """Return the 34 provinces by their two-digit code."""
    rows = zone_rows()
    return {row.province_code: Province(row.province_code, row.province_kind, row.province_name) for row in rows}


def province_name(code: str) -> str:
    """Return the full name of a province; "" for a code that is not one of the 34."""
    province = provinces().get(code)
    return province.full_name if province else ""


def province_code_of(name: str) -> str:
    """Return the code of a province named in any usual way (``tp. Hồ Chí Minh``, ``Tinh Ha Tinh``); "" if unknown."""
    return _codes_by_name().get(bare_province(name), "")


@cache
def _codes_by_name() -> dict[str, str]:
    return {bare_province(province.name): province.code for province in provinces().values()} | {"hcm": "79"}


def bare_province(name: str) -> str:
    """Return the name of a province as it is compared: without kind, accents and case."""
    return _PROVINCE_PREFIX.sub("", fold(name), count=1)


def plain_province(name: str) -> str:
    """Return the name of a province without its kind, spelt as it stands: ``Tỉnh Hà Giang`` → ``Hà Giang``."""
    return _PROVINCE_KIND.sub("", tidy(name), count=1)


def split_unit(text: str) -> tuple[str, str]:
    """Take the kind off a commune's name: ``Phường Hoà Khánh`` → (``phường``, ``Hoà Khánh``).

    The kind is "" where the text does not begin with one. It must be written with its accents or as X., P., TT.:
    ``Xa Dung`` is a commune called Xa Dung.
    """
    text = tidy(text)
    words = re.sub(r"^(x|p|tt)\.\s*", r"\1. ", text, flags=re.IGNORECASE).split(" ")
    for count in (1, 2):
        kind = _KIND_BY_PREFIX.get(name_key(" ".join(words[:count])))
        if kind and len(words) > count:
            return kind, " ".join(words[count:])
    return "", text


def full_name(kind: str, name: str) -> str:
    """Return the name as documents print it: the kind with a capital, then the name."""
    return f"{kind[:1].upper()}{kind[1:]} {name}" if kind else name


def code_of(value: object, digits: int) -> str:
    """Return a code as text with its leading zeros, whatever a spreadsheet made of it (97, 97.0, " 00097"); else ""."""
    written = re.sub(r"\.0+$", "", str(value).strip())
    return written.zfill(digits) if re.fullmatch(rf"\d{{1,{digits}}}", written) else ""
