"""What a workbook holds beside cells, by the names of its parts, in words: what a copy keeps and what it loses."""

from __future__ import annotations

import re
from collections.abc import Iterable

from phusong.words import Text, number

_CALCULATION = Text("thứ tự tính công thức", "order of calculation")
_KINDS: tuple[tuple[str, Text], ...] = (
    (r"_xmlsignatures/(?!.*rels$).+", Text("chữ ký số", "digital signatures")),
    (r"xl/charts/chart[^/]*\.xml|xl/charts/chartEx[^/]*\.xml|Object \d+/content\.xml", Text("biểu đồ", "charts")),
    (r"xl/media/[^/]+|Pictures/[^/]+", Text("hình ảnh", "images")),
    (r"xl/drawings/drawing[^/]*\.xml", Text("lớp hình vẽ", "drawings")),
    (r"xl/diagrams/data[^/]*\.xml", Text("sơ đồ SmartArt", "SmartArt diagrams")),
    (r"xl/pivotTables/[^/]+\.xml", Text("bảng Pivot", "pivot tables")),
    (r"xl/pivotCache/pivotCacheDefinition[^/]*\.xml", Text("dữ liệu của bảng Pivot", "caches of pivot tables")),
    (r"xl/slicers/[^/]+\.xml", Text("bộ lọc Slicer", "slicers")),
    (r"xl/timelines/[^/]+\.xml", Text("bộ lọc Timeline", "timelines")),
    (r"xl/tables/[^/]+\.xml", Text("bảng (Table)", "tables")),
    (r"xl/comments[^/]*\.xml|xl/comments/[^/]+\.xml", Text("trang có ghi chú", "sheets with comments")),
    (r"xl/threadedComments/[^/]+\.xml", Text("trang có bình luận theo luồng", "sheets with threaded comments")),
    (r"xl/ctrlProps/[^/]+\.xml", Text("nút và ô chọn", "form controls")),
    (r"xl/chartsheets/[^/]+\.xml", Text("trang biểu đồ", "chart sheets")),
    (r"xl/printerSettings/[^/]+", Text("thiết lập máy in", "printer settings")),
    (r"customXml/item\d+\.xml", Text("dữ liệu XML kèm theo", "custom XML")),
    (r"xl/connections\.xml", Text("kết nối dữ liệu", "data connections")),
    (r"xl/queryTables/[^/]+\.xml", Text("bảng truy vấn", "query tables")),
    (r"xl/externalLinks/[^/]+\.xml", Text("liên kết tới tệp khác", "links to other files")),
    (r"xl/embeddings/[^/]+", Text("tệp nhúng", "embedded files")),
    (r"xl/calcChain\.xml", _CALCULATION),
)
_MADE_ANEW = frozenset({_CALCULATION})
"""What a program that opens the file makes by itself: not worth a word."""
_SHEET_FEATURES: tuple[tuple[bytes, Text], ...] = (
    (b"sparklineGroup ", Text("biểu đồ trong ô (sparkline)", "sparklines")),
    (b"x14:conditionalFormatting ", Text("định dạng có điều kiện kiểu mới", "conditional formats of the newer kind")),
    (b"x14:dataValidation ", Text("danh sách chọn lấy từ trang khác", "validations that refer to other sheets")),
)


def said_of_parts(names: Iterable[str]) -> tuple[Text, ...]:
    """Return the kinds of the parts that a user knows, with how many there are of each."""
    return tuple(_counted(kind, count) for kind, count in _counts(names).items() if kind not in _MADE_ANEW)


def said_of_lost_parts(before: Iterable[str], after: Iterable[str]) -> tuple[Text, ...]:
    """Return what was there before and is no more; a part of a kind nobody knows is called by its name."""
    left = set(after)
    lost = [name for name in before if name not in left]
    unknown = [
        name
        for name in lost
        if not name.endswith(".rels") and not any(re.fullmatch(pattern, name, re.IGNORECASE) for pattern, _ in _KINDS)
    ]
    return (*said_of_parts(lost), *(Text(f"phần “{name}”", f"part “{name}”") for name in unknown))


def said_of_fewer_parts(before: Iterable[str], after: Iterable[str]) -> tuple[Text, ...]:
    """Return the kinds of parts of which there are fewer than before, where their names may have changed."""
    had, has = (_counts(names) for names in (before, after))
    fewer = {kind: count - has.get(kind, 0) for kind, count in had.items() if kind not in _MADE_ANEW}
    return tuple(_counted(kind, count) for kind, count in fewer.items() if count > 0)


def said_of_sheet(xml: bytes) -> tuple[Text, ...]:
    """Return what a worksheet's XML holds that is kept in it beside cells and their formats."""
    return tuple(text for mark, text in _SHEET_FEATURES if mark in xml)


def _counts(names: Iterable[str]) -> dict[Text, int]:
    counts: dict[Text, int] = {}
    for name in names:
        kind = next((text for pattern, text in _KINDS if re.fullmatch(pattern, name, re.IGNORECASE)), None)
        if kind is not None:
            counts[kind] = counts.get(kind, 0) + 1
    return counts


def _counted(kind: Text, count: int) -> Text:
    if count == 1:
        return kind
    return Text(f"{kind.vi} ({number(count)})", f"{kind.en} ({number(count, 'en')})")
