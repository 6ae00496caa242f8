"""Workbooks whose layout is messy: headers, titles, sums, sections, remarks, sheets."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from messy.case import Case, said
from messy.clean import CLEAN, HEADERS, Cell, Rows, commas, grid, typed
from messy.files import Page, ods, text, xls, xlsx
from phusong.data.names import fold
from phusong.data.schemas import GAPS
from phusong.data.templates import write_list

TITLES: Rows = [
    ["UBND TỈNH TUYÊN QUANG", "", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ["SỞ THÔNG TIN VÀ TRUYỀN THÔNG", "", "", "", "Độc lập - Tự do - Hạnh phúc"],
    [],
    ["DANH SÁCH THÔN TRẮNG SÓNG, LÕM SÓNG"],
    ["(Kèm theo Công văn số 12/UBND-VHXH ngày 01 tháng 10 năm 2026 của UBND xã Thượng Lâm)"],
]
NOTES: Rows = [
    [],
    ["", "Ghi chú: số liệu tính đến hết tháng 9."],
    ["", "", "", "", "", "Thượng Lâm, ngày 01 tháng 10 năm 2026"],
    ["", "NGƯỜI LẬP BIỂU", "", "", "", "TM. UBND XÃ"],
    ["", "", "", "", "", "CHỦ TỊCH"],
    ["", "Người Thứ Nhất", "", "", "", "Người Thứ Hai"],
]
_FIELDS = list(HEADERS)


def widened(rows: Rows) -> Rows:
    """Return rows all as long as the longest."""
    width = max(map(len, rows))
    return [[*row, *[""] * (width - len(row))] for row in rows]


def two_rows() -> tuple[Rows, list[tuple[int, int, int, int]]]:
    """Return the clean table under a header of two rows, with its merged ranges."""
    rows = grid()
    groups = {"lon": ("Toạ độ (WGS84)", "Kinh độ"), "lat": ("", "Vĩ độ")}
    groups |= {"households_total": ("Số hộ", "Tổng số"), "households_unserved": ("", "Chưa có sóng")}
    top = [groups.get(name, (HEADERS[name], ""))[0] for name in _FIELDS]
    below = [groups.get(name, ("", ""))[1] for name in _FIELDS]
    merged = [(0, column, 1, column) for column, name in enumerate(_FIELDS) if name not in groups]
    merged += [(0, column, 0, column + 1) for column, name in enumerate(_FIELDS) if name in ("lon", "households_total")]
    return [top, below, *rows[1:]], merged


def three_rows() -> tuple[Rows, list[tuple[int, int, int, int]]]:
    """Return the clean table with "Hiện trạng sóng" over operators over technologies."""
    rows = grid(without=["sig_viettel_4g"], more={"": typed("sig_viettel_4g"), " ": [""] * 6, "  ": ["tốt"] * 6})
    start = len(HEADERS) - 1
    top, middle, low = rows[0][:start], [""] * start, [""] * start
    top += ["Hiện trạng sóng", "", ""]
    middle += ["Viettel", "", "VinaPhone"]
    low += ["4G", "3G", "4G"]
    merged = [(0, column, 2, column) for column in range(start)]
    merged += [(0, start, 0, start + 2), (1, start, 1, start + 1)]
    return [top, middle, low, *rows[1:]], merged


def totals_between(rows: Rows) -> Rows:
    """Return the rows with a sum after each commune and at the end."""
    at, unserved = _FIELDS.index("households_total"), _FIELDS.index("households_unserved")

    def total(words: str, part: Rows) -> list[Cell]:
        row: list[Cell] = ["", words, *[""] * (len(_FIELDS) - 2)]
        row[at], row[unserved] = sum(r[at] for r in part), sum(r[unserved] for r in part)
        return row

    first, second, third = rows[1:4], rows[4:6], rows[6:7]
    return [
        rows[0],
        *first,
        total("Cộng xã Thượng Lâm", first),
        *second,
        total("Tổng xã Hoà Thuỷ", second),
        *third,
        total("Tổng số: 3 xã", rows[1:]),
        total("TỔNG CỘNG (I+II+III)", rows[1:]),
    ]


def sections(rows: Rows) -> Rows:
    """Return the rows without their commune column, each commune's under its heading."""
    at = rows[0].index(HEADERS["commune_name"])
    plain = [[cell for column, cell in enumerate(row) if column != at] for row in rows]
    blank = [""] * (len(plain[0]) - 1)
    return [
        plain[0],
        ["A. HUYỆN NA HANG", *blank],
        ["I. Xã Thượng Lâm", *blank],
        *plain[1:4],
        ["II", "Xã Hoà Thuỷ", *blank[1:]],
        *plain[4:6],
        ["B. HUYỆN LÂM BÌNH", *blank],
        ["I. Phường Minh Sơn", *blank],
        plain[6],
    ]


SECTIONED = CLEAN.assign(old_district=["HUYỆN NA HANG"] * 5 + ["HUYỆN LÂM BÌNH"])
_SECTION_ROWS = {
    2: "layout.section",
    3: "layout.section",
    7: "layout.section",
    10: "layout.section",
    11: "layout.section",
}
_DATA_ROWS = (4, 5, 6, 8, 9, 12)


def _recased(change) -> Rows:
    return grid(headers={name: change(title) for name, title in HEADERS.items()})


def _numbered() -> Rows:
    marks = ["{}. {}", "({}) {}", "{}) {}", "{} - {}"]
    return grid(headers={name: marks[n % 4].format(n + 1, title) for n, (name, title) in enumerate(HEADERS.items())})


_SHORT = {"row_no": "T.T", "commune_name": "Xã/Phường", "village_name": "Thôn, bản", "lon": "KĐ", "lat": "VĐ"}
_SHORT |= {"households_total": "SL hộ", "households_unserved": "SL hộ chưa có sóng", "population": "SL nhân khẩu"}
_SHORT |= {"gap_class": "Phân loại vùng", "grid_power": "Điện lưới QG", "sig_viettel_4g": "4G-Viettel"}
_ENGLISH = {field.name: field.title.en for field in GAPS.fields if field.name in HEADERS}
_TYPOS = {"village_name": "Tên thôn/bản/ấp/buônn", "households_total": "Tổgn số hộ", "population": "Dâns ố"}


def _several_sheets(folder: Path) -> Path:
    rows = grid()
    cover = [["BÁO CÁO"], ["Kính gửi: Sở Khoa học và Công nghệ"]]
    first = [["UBND XÃ THƯỢNG LÂM"], *rows[:4]]
    second = [rows[0], *rows[4:]]
    empty = [rows[0]]
    return xlsx(
        folder / "nhieu-trang.xlsx",
        Page(cover, name="Bìa"),
        Page(first, name="Thượng Lâm"),
        Page(second, name="Các xã khác"),
        Page(empty, name="Chưa có"),
    )


def _hidden_list(folder: Path) -> Path:
    rows = grid()
    return xlsx(folder / "an.xlsx", Page(rows), Page(rows, name="Bản cũ", hidden=True))


def _own_template(folder: Path) -> Path:
    path = folder / "mau.xlsx"
    write_list(GAPS, CLEAN, path)
    return path


def _merged_down(folder: Path) -> Path:
    rows = grid()
    at = rows[0].index(HEADERS["commune_name"])
    for row in (2, 3, 5):
        rows[row][at] = ""
    return xlsx(folder / "gop.xlsx", Page(rows, merged=[(1, at, 3, at), (4, at, 5, at)]))


def _blanks(folder: Path) -> Path:
    rows = [[*row[:3], "", *row[3:6], "", "", *row[6:]] for row in grid()]
    return xlsx(folder / "trong.xlsx", Page([[], [], rows[0], *rows[1:3], [], *rows[3:5], [], [], *rows[5:]]))


def _repeated(folder: Path) -> Path:
    rows = grid()
    numbers = [f"({n + 1})" for n in range(len(rows[0]))]
    return xlsx(folder / "lap.xlsx", Page([rows[0], numbers, *rows[1:4], rows[0], numbers, *rows[4:]]))


def _units_below(folder: Path) -> Path:
    units = {"lon": "(độ)", "lat": "(độ)", "households_total": "(hộ)", "population": "(người)"}
    rows = grid(headers={"lon": "Kinh độ", "lat": "Vĩ độ"})
    return xlsx(folder / "don-vi.xlsx", Page([rows[0], [units.get(name, "") for name in _FIELDS], *rows[1:]]))


def _merged_titles(folder: Path) -> Path:
    rows = grid()
    last = len(rows[0]) - 1
    top = widened([*TITLES, rows[0]])[:-1]
    top[3] = [TITLES[3][0], *[""] * last]
    return xlsx(folder / "tieu-de.xlsx", Page([*top, *rows], merged=[(3, 0, 3, last), (4, 0, 4, last)]))


def _section_said(start: int = 0) -> frozenset:
    heads = {("repair", start + row, code) for row, code in _SECTION_ROWS.items()}
    return frozenset(heads | {("repair", start + row, "layout.section") for row in _DATA_ROWS})


def _remarks(*rows: int) -> frozenset:
    return frozenset(("repair", row, "layout.remark") for row in rows)


def _totals(*rows: int) -> frozenset:
    return frozenset(("repair", row, "layout.total") for row in rows)


LAYOUTS = (
    Case("a clean workbook", lambda f: xlsx(f / "sach.xlsx", Page(grid()))),
    Case("headers in capitals", lambda f: xlsx(f / "hoa.xlsx", Page(_recased(str.upper)))),
    Case("headers without accents", lambda f: xlsx(f / "khong-dau.xlsx", Page(_recased(fold)))),
    Case(
        "headers with line breaks and stars",
        lambda f: xlsx(f / "xuong-dong.xlsx", Page(_recased(lambda title: title.replace(" ", "\n", 1) + " *"))),
    ),
    Case("headers with numbers in front", lambda f: xlsx(f / "so.xlsx", Page(_numbered()))),
    Case("headers abbreviated", lambda f: xlsx(f / "tat.xlsx", Page(grid(headers=_SHORT)))),
    Case("headers in English", lambda f: xlsx(f / "anh.xlsx", Page(grid(headers=_ENGLISH)))),
    Case("headers as programs write them", lambda f: text(f / "truong.csv", grid(headers={n: n for n in HEADERS}))),
    Case(
        "headers and cells in decomposed Unicode",
        lambda f: xlsx(
            f / "nfd.xlsx",
            Page([[unicodedata.normalize("NFD", c) if isinstance(c, str) else c for c in r] for r in grid()]),
        ),
    ),
    Case(
        "headers with slips of the keyboard",
        lambda f: xlsx(f / "go-sai.xlsx", Page(grid(headers=_TYPOS))),
        problems=said(*(("repair", 1, "header.typo") for _ in _TYPOS)),
    ),
    Case("a header of two rows", lambda f: xlsx(f / "hai-dong.xlsx", Page(two_rows()[0], merged=two_rows()[1]))),
    Case("a header of two rows in a text table", lambda f: text(f / "hai-dong.csv", two_rows()[0])),
    Case(
        "a header of three rows",
        lambda f: xlsx(f / "ba-dong.xlsx", Page(three_rows()[0], merged=three_rows()[1])),
        rows=CLEAN.assign(sig_vinaphone_4g="good"),
    ),
    Case(
        "a header of three rows in an OpenDocument sheet",
        lambda f: ods(f / "ba-dong.ods", three_rows()[0]),
        rows=CLEAN.assign(sig_vinaphone_4g="good"),
    ),
    Case("titles above", lambda f: xlsx(f / "tren.xlsx", Page([*TITLES, *grid()]))),
    Case("merged titles above", _merged_titles),
    Case(
        "columns numbered under the header",
        lambda f: xlsx(f / "danh-so.xlsx", Page([grid()[0], list(range(1, 13)), *grid()[1:]])),
        problems=said(("repair", 2, "layout.numbering")),
    ),
    Case("units under the header", _units_below),
    Case(
        "the header once more on each page",
        _repeated,
        problems=said(
            ("repair", 2, "layout.numbering"),
            ("repair", 6, "layout.header_again"),
            ("repair", 7, "layout.header_again"),
        ),
    ),
    Case(
        "a sum at the end",
        lambda f: xlsx(f / "cong.xlsx", Page([*grid(), ["Tổng cộng", "", "", "", "", 1657, 1438]])),
        problems=_totals(8),
    ),
    Case(
        "sums after each commune",
        lambda f: xlsx(f / "cong-xa.xlsx", Page(totals_between(grid()))),
        problems=_totals(5, 8, 10, 11),
    ),
    Case(
        "communes as headings",
        lambda f: xlsx(f / "nhom.xlsx", Page(sections(grid()))),
        rows=SECTIONED,
        problems=_section_said(),
    ),
    Case(
        "a heading that names no unit",
        lambda f: xlsx(f / "muc.xlsx", Page([grid()[0], ["A. Vùng đặc biệt khó khăn"], *grid()[1:]])),
        problems=said(("warning", 2, "layout.section_unused")),
    ),
    Case(
        "remarks and signatures below",
        lambda f: xlsx(f / "ky.xlsx", Page([*grid(), *NOTES])),
        problems=_remarks(9, 10, 11, 12, 13),
    ),
    Case("blank columns and rows", _blanks),
    Case(
        "a column without a title",
        lambda f: xlsx(f / "thieu.xlsx", Page(grid(more={"": ["", "", "gần suối", "", "", ""]}))),
        problems=said(("warning", 4, "layout.untitled")),
    ),
    Case(
        "a column nobody knows",
        lambda f: xlsx(f / "la.xlsx", Page(grid(more={"Màu mái nhà": ["đỏ"] * 6}))),
        problems=said(("warning", None, "header.unused")),
    ),
    Case(
        "hidden rows",
        lambda f: xlsx(f / "an-dong.xlsx", Page(grid(), hidden_rows=[2, 3])),
        problems=said(("warning", 3, "layout.hidden_row")),
    ),
    Case(
        "communes merged over their rows",
        _merged_down,
        problems=said(("repair", 2, "layout.merged"), ("repair", 5, "layout.merged")),
    ),
    Case("several sheets", _several_sheets, problems=said(("warning", None, "layout.sheet_not_read"))),
    Case("a list on a hidden sheet", _hidden_list, problems=said(("warning", None, "layout.hidden_sheet"))),
    Case("our own template", _own_template),
    Case("an OpenDocument sheet", lambda f: ods(f / "odf.ods", [*widened([*TITLES, *grid()])])),
    Case("an old Excel file", lambda f: xls(f / "cu.xls", Page([*TITLES, *grid()])), needs="libreoffice"),
)

_CSV = [[*TITLES[0]], *grid(cells={"lon": commas(typed("lon")), "lat": commas(typed("lat"))})]
TEXTS = tuple(
    Case(
        f"a text table in {encoding}, {name} between",
        lambda f, encoding=encoding, sep=sep: text(f / f"{encoding}.csv", _CSV, encoding=encoding, sep=sep),
    )
    for encoding, sep, name in (
        ("utf-8", ";", "semicolons"),
        ("utf-8-sig", ",", "commas"),
        ("utf-16", "\t", "tabs"),
        ("utf-16-le", ";", "semicolons"),
        ("cp1258", ";", "semicolons"),
        ("cp1258", ",", "commas"),
    )
)

COMBINED = (
    Case(
        "titles, two header rows, numbers, sums, remarks",
        lambda f: xlsx(
            f / "day-du.xlsx",
            Page(
                [
                    *TITLES,
                    *two_rows()[0][:2],
                    [f"({n})" for n in range(1, 13)],
                    *two_rows()[0][2:],
                    ["", "Tổng cộng", "", "", "", 1657, 1438],
                    *NOTES,
                ],
                merged=[(top + 5, left, bottom + 5, right) for top, left, bottom, right in two_rows()[1]],
            ),
        ),
        problems=said(("repair", 8, "layout.numbering")) | _totals(15) | _remarks(17, 18, 19, 20, 21),
    ),
    Case(
        "the same without merged cells, in an old code page",
        lambda f: text(
            f / "day-du.csv",
            widened([*TITLES, *two_rows()[0], ["", "Tổng cộng", "", "", "", "1.657", "1.438"], *NOTES]),
            encoding="cp1258",
        ),
        problems=_totals(14) | _remarks(16, 17, 18, 19, 20),
    ),
    Case(
        "headings of communes in a text table without accents in its header",
        lambda f: text(f / "nhom.csv", [list(map(fold, sections(grid())[0])), *sections(grid())[1:]]),
        rows=SECTIONED,
        problems=_section_said(),
    ),
    Case(
        "a header of three rows, the header once more, sums",
        lambda f: xlsx(
            f / "ba-dong-lap.xlsx",
            Page(
                [
                    ["SỞ KHOA HỌC VÀ CÔNG NGHỆ"],
                    *three_rows()[0][:6],
                    *three_rows()[0][:3],
                    *three_rows()[0][6:],
                    ["Cộng", "", "", "", "", 1657, 1438],
                ]
            ),
        ),
        rows=CLEAN.assign(sig_vinaphone_4g="good"),
        problems=_totals(14) | said(*(("repair", row, "layout.header_again") for row in (8, 9, 10))),
    ),
    Case(
        "each commune's sheet with its own titles and sum",
        lambda f: xlsx(
            f / "moi-xa.xlsx",
            Page([*TITLES, *grid()[:4], ["Tổng", "", "", "", "", 249, 217]], name="Thượng Lâm"),
            Page([*TITLES[3:], *two_rows()[0][:2], *grid()[4:6]], name="Hoà Thuỷ"),
            Page([grid()[0], grid()[6], *NOTES], name="Minh Sơn"),
        ),
        problems=_totals(10) | _remarks(4, 5, 6, 7, 8),
    ),
)
