"""Workbooks whose cells are messy: numbers, days, Có/Không, positions, names of units, fonts."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from messy.case import Case, said
from messy.clean import CLEAN, HEADERS, Cell, Rows, as_text, commas, grid, typed
from messy.files import Page, ods, text, xlsx
from messy.legacy import tcvn3, vni
from messy.tables import NOTES, TITLES
from phusong.data.crs import to_vn2000

_LON, _LAT = CLEAN["lon"].tolist(), CLEAN["lat"].tolist()
_RIGHT, _OTHER = 9209, 9211
_MERIDIANS = {9209: "105°30′", 9211: "106°00′"}
_NEAR_DEG = 2e-6
"""A fifth of a second's hundredth, and survey metres to the centimetre: what such writing can tell."""


def dms(value: float, kind: str) -> str:
    """Return degrees as they are spelt in many ways."""
    seconds = round(value * 3600, 2)
    degrees, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    whole, fraction = int(degrees), round(seconds, 2)
    spellings = {
        "signs": f"{whole}°{int(minutes):02d}′{fraction:05.2f}″",
        "quotes": f"{whole}°{int(minutes)}'{fraction:.2f}\"",
        "commas": f"{whole}°{int(minutes)}'{fraction:.2f}\"".replace(".", ","),
        "spaces": f"{whole} {int(minutes)} {fraction:.2f}",
        "words": f"{whole} độ {int(minutes)} phút {fraction:.2f} giây",
        "ordinal": f"{whole}º{int(minutes)}’{fraction:.2f}”",
    }
    return spellings[kind]


def _dms_cells(letters: bool = False) -> dict[str, list[str]]:
    kinds = ("signs", "quotes", "commas", "spaces", "words", "ordinal")
    lon = [dms(value, kind) for value, kind in zip(_LON, kinds, strict=True)]
    lat = [dms(value, kind) for value, kind in zip(_LAT, kinds, strict=True)]
    if not letters:
        return {"lon": lon, "lat": lat}
    return {"lon": [f"{cell} E" for cell in lon], "lat": [f"N {cell}" for cell in lat]}


def _letters() -> dict[str, list[str]]:
    lon = [f"{_LON[0]}E", f"E{_LON[1]}", f"{_LON[2]} Đ", f"{_LON[3]}°E", f"{_LON[4]} Đông", f"{_LON[5]} e"]
    lat = [f"{_LAT[0]}N", f"N{_LAT[1]}", f"{_LAT[2]} B", f"{_LAT[3]}°N", f"{_LAT[4]} Bắc", f"{_LAT[5]} n"]
    return {"lon": lon, "lat": lat}


def surveyed(epsgs: list[int], *, stated: list[str] | None, swapped: bool = False) -> Rows:
    """Return the clean table with X, Y of VN-2000 in place of degrees, and the central meridian where it is stated."""
    pairs = [to_vn2000([lon], [lat], epsg) for lon, lat, epsg in zip(_LON, _LAT, epsgs, strict=True)]
    north = [round(float(pair[0][0]), 2) for pair in pairs]
    east = [round(float(pair[1][0]), 2) for pair in pairs]
    x, y = (east, north) if swapped else (north, east)
    more: dict[str, list[Cell]] = {"X (m)": x, "Y (m)": y}
    if stated is not None:
        more["Kinh tuyến trục"] = stated
    return grid(without=["lon", "lat"], more=more)


def in_one_cell(rows: Rows, pairs: list[str], title: str) -> Rows:
    """Return the table with longitude and latitude in one cell."""
    bare = [[cell for cell, head in zip(row, rows[0], strict=True) if "độ (°)" not in str(head)] for row in rows]
    return [[*bare[0], title], *([*row, pair] for row, pair in zip(bare[1:], pairs, strict=True))]


def legacy(write, rows: Rows) -> Rows:
    """Return every text as an old font writes it."""
    return [[write(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


def _errors(*cells: tuple[int, str]) -> frozenset:
    return frozenset(("error", row, what) for row, what in cells)


def _without(*rows: int) -> pd.DataFrame:
    """Return the clean rows but those of the given rows of the file."""
    return CLEAN.drop(index=[row - 2 for row in rows]).reset_index(drop=True)


_DAYS = ["01/10/2026", "2/10/2026", "02-10-2026", "30.09.2026", "2026-10-01", "12/10/2026"]
_SERIALS = [(datetime(d.year, d.month, d.day) - datetime(1899, 12, 30)).days for d in typed("reported_on")]
_YES = ["x", "Không", "0", "1", "CÓ", "Đã có"]
_POINTS = [f"{lon}/{lat}".replace(".", ",") for lon, lat in zip(_LON, _LAT, strict=True)]
_THOUSANDS = {
    "households_total": ["84", "120", "45", "61", "97", "1.250"],
    "households_unserved": ["52", "120", "45", "11", "30", "1.180"],
    "population": ["368", "505 ", "203", "260", "411", "5.125"],
}
_OLD_NAMES = ["Thượng Lâm", "X. Thượng Lâm", "xã thượng lâm", "Xã Hòa Thủy", "Hoà Thuỷ", "P. Minh Sơn"]
_TYPED_NAMES = ["Xã Thượng Lam", "Xa Thuong Lam", "Xã Thựơng Lâm", "Xã Hoà Thuý", "Hoa Thuy", "Phường Minh Sởn"]

NUMBERS = (
    Case(
        "decimal commas",
        lambda f: xlsx(f / "phay.xlsx", Page(grid(cells={"lon": commas(_LON), "lat": commas(_LAT)}))),
    ),
    Case("dots between thousands", lambda f: text(f / "nghin.csv", grid(cells=_THOUSANDS))),
    Case("days as text", lambda f: xlsx(f / "ngay.xlsx", Page(grid(cells={"reported_on": _DAYS})))),
    Case("days as numbers", lambda f: xlsx(f / "ngay-so.xlsx", Page(grid(cells={"reported_on": _SERIALS})))),
    Case("yes and no in many words", lambda f: xlsx(f / "co-khong.xlsx", Page(grid(cells={"grid_power": _YES})))),
    Case(
        "cells that say nothing",
        lambda f: xlsx(
            f / "dang-cap-nhat.xlsx",
            Page(grid(cells={"population": ["đang cập nhật", "-", "…", "chưa có số liệu", "#N/A", "?"]})),
        ),
        rows=CLEAN.assign(population=np.nan),
    ),
    Case(
        "numbers that are none",
        lambda f: xlsx(
            f / "chu.xlsx", Page(grid(cells={"households_total": ["tám tư", *typed("households_total")[1:]]}))
        ),
        rows=_without(2),
        problems=_errors((2, HEADERS["households_total"])),
    ),
    Case(
        "more households without signal than there are",
        lambda f: xlsx(
            f / "thua.xlsx", Page(grid(cells={"households_unserved": [85, *typed("households_unserved")[1:]]}))
        ),
        rows=_without(2),
        problems=_errors((2, "count.unserved")),
    ),
    Case(
        "a class nobody knows",
        lambda f: xlsx(f / "loai.xlsx", Page(grid(cells={"gap_class": ["màu xám", *typed("gap_class")[1:]]}))),
        rows=_without(2),
        problems=_errors((2, HEADERS["gap_class"])),
    ),
    Case(
        "cells that must not be empty",
        lambda f: xlsx(f / "bo-trong.xlsx", Page(grid(cells={"village_name": ["", *typed("village_name")[1:]]}))),
        rows=_without(2),
        problems=_errors((2, "cell.required")),
    ),
)

PERSONAL = (
    Case(
        "columns of personal data",
        lambda f: xlsx(
            f / "ca-nhan.xlsx",
            Page(grid(more={"Họ và tên chủ hộ": ["Ai Đó"] * 6, "Số CCCD": ["0" * 12] * 6, "SĐT": ["0" * 10] * 6})),
        ),
        problems=said(("warning", 1, "personal.column")),
    ),
    Case(
        "personal columns under one title",
        lambda f: text(
            f / "ca-nhan.csv",
            [
                [*HEADERS.values(), "Người đại diện", ""],
                [*[""] * len(HEADERS), "Họ tên", "Điện thoại"],
                *([*row, "Ai Đó", "0912000000"] for row in grid()[1:]),
            ],
        ),
        problems=said(("warning", 2, "personal.column")),
    ),
)

PLACES = (
    Case(
        "longitude and latitude in one cell",
        lambda f: xlsx(f / "mot-o.xlsx", Page(in_one_cell(grid(), _POINTS, "Toạ độ"))),
    ),
    Case(
        "latitude first in one cell",
        lambda f: text(
            f / "mot-o.csv",
            in_one_cell(grid(), [f"{lat}, {lon}" for lon, lat in zip(_LON, _LAT, strict=True)], "Tọa độ GPS"),
        ),
    ),
    Case(
        "degrees, minutes and seconds",
        lambda f: xlsx(f / "do-phut.xlsx", Page(grid(cells=_dms_cells()))),
        within_deg=_NEAR_DEG,
    ),
    Case(
        "degrees, minutes and seconds with letters",
        lambda f: text(f / "do-phut.csv", grid(cells=_dms_cells(letters=True))),
        within_deg=_NEAR_DEG,
    ),
    Case(
        "degrees with letters",
        lambda f: xlsx(f / "chu-cai.xlsx", Page(grid(cells=_letters()))),
    ),
    Case(
        "longitude and latitude swapped",
        lambda f: xlsx(f / "doi-cho.xlsx", Page(grid(cells={"lon": _LAT, "lat": _LON}))),
        problems=said(*(("warning", row, "") for row in range(2, 8))),
    ),
    Case(
        "survey metres with their meridian",
        lambda f: xlsx(f / "vn2000.xlsx", Page(surveyed([_RIGHT] * 6, stated=[_MERIDIANS[_RIGHT]] * 6))),
        within_deg=_NEAR_DEG,
    ),
    Case(
        "survey metres of two meridians",
        lambda f: xlsx(
            f / "hai-kinh-tuyen.xlsx",
            Page(
                surveyed(
                    [_RIGHT] * 3 + [_OTHER] * 3, stated=["105°30′", "105,5", "KTT 105-30", "106", "106°00'", "106-00"]
                )
            ),
        ),
        within_deg=_NEAR_DEG,
    ),
    Case(
        "survey metres without a meridian",
        lambda f: xlsx(f / "khong-kinh-tuyen.xlsx", Page(surveyed([_RIGHT, _OTHER] * 3, stated=None))),
        within_deg=_NEAR_DEG,
    ),
    Case(
        "survey metres with the wrong meridian",
        lambda f: xlsx(f / "sai-kinh-tuyen.xlsx", Page(surveyed([_OTHER] * 6, stated=[_MERIDIANS[_RIGHT]] * 6))),
        problems=said(*(("warning", row, "") for row in range(2, 8))),
        within_deg=_NEAR_DEG,
    ),
    Case(
        "survey metres with X and Y swapped",
        lambda f: xlsx(f / "doi-xy.xlsx", Page(surveyed([_RIGHT] * 6, stated=[_MERIDIANS[_RIGHT]] * 6, swapped=True))),
        problems=said(*(("warning", row, "") for row in range(2, 8))),
        within_deg=_NEAR_DEG,
    ),
    Case(
        "a point in the sea",
        lambda f: xlsx(f / "bien.xlsx", Page(grid(cells={"lon": [110.5, *_LON[1:]], "lat": [18.0, *_LAT[1:]]}))),
        rows=_without(2),
        problems=_errors((2, HEADERS["lon"])),
    ),
)

_CODED = CLEAN.drop(columns="commune_name").assign(commune_code=["00985"] * 3 + ["00991"] * 2 + ["00997"])
"""A name may stay as it was typed: the code says which commune is meant."""

UNITS = (
    Case(
        "names of communes abbreviated, with other tone marks",
        lambda f: xlsx(f / "ten-xa.xlsx", Page(grid(cells={"commune_name": _OLD_NAMES}))),
        rows=_CODED,
    ),
    Case(
        "names of communes with slips of the keyboard",
        lambda f: xlsx(f / "ten-sai.xlsx", Page(grid(cells={"commune_name": _TYPED_NAMES}))),
        rows=_CODED,
    ),
)

FONTS = (
    Case("a TCVN3 font", lambda f: xlsx(f / "tcvn3.xlsx", Page(legacy(tcvn3, grid())))),
    Case("a VNI font", lambda f: xlsx(f / "vni.xlsx", Page(legacy(vni, grid())))),
    Case(
        "a TCVN3 font in a text table",
        lambda f: text(f / "tcvn3.csv", legacy(tcvn3, grid()), encoding="utf-8"),
    ),
)


def _everything(folder: Path) -> Path:
    rows = grid(
        headers={"population": "Số khẩu", "households_total": "(6) Tổng số hộ\n(hộ)"},
        cells={"lon": commas(_LON), "lat": commas(_LAT), "reported_on": _SERIALS, "grid_power": _YES, **_THOUSANDS},
        more={"Chủ hộ": ["Ai Đó"] * 6},
    )
    decomposed = [[unicodedata.normalize("NFD", as_text(cell)) for cell in row] for row in rows]
    return ods(folder / "tat-ca.ods", [*TITLES, *decomposed, ["", "Tổng cộng:", "", "", "", "1.657"], *NOTES])


COMBINED_VALUES = (
    Case(
        "decomposed text, commas, thousands, serial days, personal data, sums and remarks at once",
        _everything,
        problems=said(("warning", 6, "personal.column"), ("repair", 13, "layout.total"))
        | frozenset(("repair", row, "layout.remark") for row in range(15, 20)),
    ),
    Case(
        "a TCVN3 font, two meridians, titles and sums",
        lambda f: xlsx(
            f / "tcvn3-vn2000.xlsx",
            Page(
                legacy(
                    tcvn3,
                    [
                        *TITLES,
                        *surveyed([_RIGHT] * 3 + [_OTHER] * 3, stated=["105°30′"] * 3 + ["106°00′"] * 3),
                        ["Tổng cộng", "", "", 1657],
                    ],
                )
            ),
        ),
        problems=said(("repair", 13, "layout.total")),
        within_deg=_NEAR_DEG,
    ),
)
