"""How long a list of 100,000 rows and 25 columns takes to be checked and to come back annotated, and its memory.

Check and copy run in a process of their own each; the peak is that of the process or of the reader it started, the
larger. Exits with 1 where a limit of the project is not met.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import xlsxwriter
from shapely.geometry import box

from phusong.data.lists import read_list
from phusong.data.schemas import GAPS
from phusong.data.territory import Territory

ROWS = 100_000
LIMITS = {"check": (15.0, 1024.0), "annotate": (90.0, 2048.0)}
"""Seconds and MiB."""

PROVINCE = "42"
SIDE = 58
"""Communes along a side: with 58 there are as many as in the country, some thirty villages in each."""

_FIRST = (
    "Nà",
    "Khuổi",
    "Bản",
    "Pác",
    "Nậm",
    "Tân",
    "Phú",
    "Đông",
    "Yên",
    "Hòa",
    "Cao",
    "Thượng",
    "Trung",
    "Làng",
    "Đồng",
)
_SECOND = (
    "Lạ",
    "Nưa",
    "Mít",
    "Củng",
    "Pục",
    "Lập",
    "Thành",
    "Sơn",
    "Khê",
    "Ngàn",
    "Xá",
    "Lâm",
    "Hội",
    "Quý",
    "Bưởi",
    "Tròn",
)


def communes() -> gpd.GeoDataFrame:
    """Return communes on a chessboard of 0.05° squares."""
    squares = [(row, col) for row in range(SIDE) for col in range(SIDE)]
    return gpd.GeoDataFrame(
        {
            "commune_code": [f"{18000 + index:05d}" for index in range(len(squares))],
            "commune_name": [f"Xã {_FIRST[row % 15]} {_SECOND[col % 16]} {row}{col}" for row, col in squares],
            "province_code": PROVINCE,
        },
        geometry=[box(*_corner(row, col), *_corner(row + 1, col + 1)) for row, col in squares],
        crs="EPSG:4326",
    )


def _corner(row: int, col: int) -> tuple[float, float]:
    return 105.0 + 0.05 * col, 16.0 + 0.05 * row


def table(count: int) -> pd.DataFrame:
    """Return a list as a province writes it; one row in twenty has something to find."""
    rng = np.random.default_rng(4)
    areas = communes()
    at = rng.integers(0, len(areas), count)
    west, south = areas.geometry.bounds.minx.to_numpy()[at], areas.geometry.bounds.miny.to_numpy()[at]
    lon, lat = west + rng.uniform(0.001, 0.049, count), south + rng.uniform(0.001, 0.049, count)
    households = rng.integers(8, 200, count)
    unserved = (households * rng.uniform(0.1, 0.9, count)).astype(int) + 1
    odd = rng.random(count) < 0.05
    unserved[odd] += households[odd]
    text = rng.random(count) < 0.3
    commas = [f"{value:.6f}".replace(".", ",") for value in lon]
    return pd.DataFrame(
        {
            "STT": np.arange(1, count + 1),
            "Mã tỉnh": PROVINCE,
            "Tên tỉnh": "Hà Tĩnh",
            "Mã xã": areas.commune_code.to_numpy()[at],
            "Tên xã": areas.commune_name.to_numpy()[at],
            "Tên thôn": [
                f"Thôn {_FIRST[a]} {_SECOND[b]} {c}" for a, b, c in rng.integers((0, 0, 1), (15, 16, 40), (count, 3))
            ],
            "Loại đối tượng": "thôn",
            "Kinh độ": pd.Series(np.round(lon, 6), dtype=object).where(~text, commas),
            "Vĩ độ": np.round(lat, 6),
            "Điểm đo là": "nhà văn hoá",
            "Tổng số hộ": households,
            "Số hộ chưa có sóng": unserved,
            "Dân số": households * 4,
            "Phân loại": "lõm sóng",
            "4G Viettel": rng.choice(["không", "yếu"], count),
            "4G VinaPhone": rng.choice(["không", "yếu"], count),
            "4G MobiFone": "không",
            "4G Vietnamobile": "không rõ",
            "Đã có điện lưới": rng.choice(["Có", "x", "Không"], count),
            "Thôn ĐBKK": rng.choice(["Có", "Không"], count),
            "Xã khu vực": "khu vực III",
            "Biên giới": "Không",
            "Nguồn phát hiện": "xã báo cáo",
            "Đơn vị lập": "UBND xã",
            "Ngày lập": "01/10/2026",
        }
    )


def write(path: Path, count: int) -> None:
    """Write the list as an .xlsx file."""
    rows = table(count)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Danh sách")
        sheet.write_row(0, 0, rows.columns)
        for number, row in enumerate(rows.itertuples(index=False), start=1):
            sheet.write_row(number, 0, row)


def measure(what: str, path: Path) -> dict[str, float]:
    """Check the list, or check it and write the annotated copy; return seconds, problems and memory."""
    began = time.perf_counter()
    checked = read_list(path, GAPS, Territory(province_code=PROVINCE, communes=communes()))
    if what == "annotate":
        from phusong.data.annotated.copy import annotate

        began = time.perf_counter()
        annotate(path, checked, path.with_name("da_kiem_tra.xlsx"), dated=date(2026, 1, 1))
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "rows": len(checked.rows), "problems": len(checked.problems), "peak_mb": peak_mb()}


def peak_mb() -> float:
    """Return the peak memory of this process or of the largest it started, MiB."""
    import resource

    own, started = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(own, started) / 1024.0


def main() -> None:
    """Print a line for each of the two."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--one", nargs=2, metavar=("WHAT", "FILE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.one[0], Path(given.one[1]))))
        return
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "danh_sach.xlsx"
        write(path, given.rows)
        for what, (seconds, megabytes) in LIMITS.items():
            command = [sys.executable, __file__, "--one", what, str(path)]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            missed |= found["seconds"] > seconds or found["peak_mb"] > megabytes
            print(
                f"{what}: {found['seconds']:.1f} s (limit {seconds:.0f}), {found['peak_mb']:,.0f} MiB (limit "
                f"{megabytes:,.0f}); {found['rows']:,} rows kept, {found['problems']:,} problems"
            )
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
