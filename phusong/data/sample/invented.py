"""Invented names of communes, villages and sites, and the spellings in which lists differ about them."""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from phusong.data.names import fold
from phusong.data.sample.land import dice

_FIRST = (
    *("Hoà", "Mường", "Thạch", "Khe", "Bản", "Lâm", "Tân", "Quế", "Đồng", "Thuỷ", "Cẩm", "Vĩnh", "Nậm", "Phúc", "Sơn"),
    *("Yên", "Thượng", "Châu", "Đại", "Trường", "Hạ", "Kim", "Bình", "Xuân", "Liên", "Giang", "Đức", "Tiên", "Hương"),
)
_SECOND = (
    *("Lĩnh", "Khê", "Toàn", "Trạch", "Hoà", "Lộc", "Đỉnh", "Quỳ", "Mậu", "Thuỵ", "Ngàn", "Suối", "Bằng", "Rú", "Vực"),
    *("Động", "Thành", "Cầu", "Ngọc", "Trúc", "Phượng", "Mây", "Thác", "Nghĩa", "Hợp", "Điền", "Giáp", "Tùng", "Ái"),
)
_VILLAGE_KIND = ("Thôn", "Bản", "Xóm", "Bản", "Thôn")
_VILLAGE_FIRST = (
    *("Khe", "Nà", "Huổi", "Đồng", "Cồn", "Trại", "Bãi", "Cây", "Vực", "Pù", "Tạ", "Bến", "Đập", "Rú", "Co"),
    *("Phiêng", "Tổng", "Hói", "Chà", "Động"),
)
_VILLAGE_SECOND = (
    *("Nóng", "Lạ", "Trằng", "Chè", "Dừa", "Bưởi", "Thị", "Sắt", "Gạo", "Mít", "Ngọt", "Luồng", "Cọ", "Xai", "Thẳm"),
    *("Muồng", "Ổi", "Đá", "Voi", "Sậy", "Hoả", "Thuỷ", "Hoè", "Loà", "Ró", "Khuê", "Tráng", "Mạ", "Pốc", "Lằng"),
)
_MODERN = {
    old: new
    for vowels, marks in (("oa", "òa óa ỏa õa ọa"), ("oe", "òe óe ỏe õe ọe"), ("uy", "ùy úy ủy ũy ụy"))
    for new in marks.split()
    for old in [
        unicodedata.normalize("NFC", vowels + next(c for c in unicodedata.normalize("NFD", new) if ord(c) > 0x2FF))
    ]
}
_OPEN_VOWELS = re.compile(rf"(?<![qQ])(?:{'|'.join(_MODERN)})\b")


def commune_names(count: int, seed: int) -> list[str]:
    """Return different names of communes, without their kind."""
    pairs = [(first, second) for first in _FIRST for second in _SECOND if fold(first) != fold(second)]
    chosen = dice(seed, "commune names").choice(len(pairs), size=count, replace=False)
    return [" ".join(pairs[int(k)]) for k in chosen]


def village_names(commune: np.ndarray, seed: int) -> list[str]:
    """Return a name for each village, different within its commune; some communes only number theirs."""
    random = dice(seed, "village names")
    numbered = random.random(int(commune.max()) + 1) < 0.22
    seen: dict[tuple[int, str], int] = {}
    names = []
    for place in commune.tolist():
        number = seen[place, ""] = seen.get((place, ""), 0) + 1
        name = f"Thôn {number}" if numbered[place] else _village_name(random)
        while (place, name) in seen:
            name = _village_name(random)
        seen[place, name] = 1
        names.append(name)
    return names


def _village_name(random: np.random.Generator) -> str:
    words = (_VILLAGE_KIND, _VILLAGE_FIRST, _VILLAGE_SECOND)
    return " ".join(str(words_of[int(random.integers(len(words_of)))]) for words_of in words)


def modern(name: str) -> str:
    """Return a name with the tone mark on the first of two open vowels: ``Hoà`` → ``Hòa``, as newer files write it."""
    return _OPEN_VOWELS.sub(lambda found: _MODERN[found[0]], name)


def decomposed(name: str) -> str:
    """Return a name in combining marks (NFD), as some programs export it; it looks the same."""
    return unicodedata.normalize("NFD", name)


def site_name(name: str, suffix: str) -> str:
    """Return a site's name as operators write it: no accents, no spaces, ``ThuongGiap_TMP``."""
    plain = fold(name.replace("/", " ")).title().replace(" ", "")
    return f"{plain}_{suffix}"
