"""What it costs to read a workbook in a process of its own: 100,000 rows of 25 columns, against doing it here.

Both ways end with a table of the same cells; they take turns in one run and their cells are compared. The process of
its own also looks through the markup for what is hidden, which the other way does not.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import python_calamine
import xlsxwriter

from phusong.data.raw.workbooks import read_workbook

ROWS, COLUMNS, ROUNDS = 100_000, 25, 3


def made(path: Path) -> Path:
    """Write a list as provinces send it: texts that repeat, codes, counts, coordinates, empty cells."""
    rng = np.random.default_rng(1)
    lon, lat, share = rng.uniform(104, 106, ROWS), rng.uniform(21, 23, ROWS), rng.uniform(0, 100, (ROWS, COLUMNS))
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Danh sách")
        sheet.write_row(0, 0, [f"Cột {column}" for column in range(COLUMNS)])
        for row in range(ROWS):
            cells = [row + 1, "08", f"{row % 300:05d}", f"Bản Nà {row % 5000}", lon[row], lat[row], row % 200, 5]
            more = ["Có" if row % 2 else "Không", f"ghi chú {row % 997}" if row % 2 else None]
            mixed = [more[c % 2] if c % 3 else share[row, c] for c in range(COLUMNS - len(cells))]
            sheet.write_row(row + 1, 0, [*cells, *mixed])
    return path


def here(path: Path) -> pd.DataFrame:
    """Read the first sheet in this process."""
    with python_calamine.CalamineWorkbook.from_path(path) as book:
        return pd.DataFrame(book.get_sheet_by_index(0).to_python(skip_empty_area=False), dtype=object)


def apart(path: Path) -> pd.DataFrame:
    """Read the first sheet in a process of its own."""
    return read_workbook(path)[0].cells


def timed(read: Callable[[Path], pd.DataFrame], path: Path) -> tuple[float, pd.DataFrame]:
    """Return the seconds on the clock, and the table."""
    started = time.perf_counter()
    table = read(path)
    return time.perf_counter() - started, table


def main() -> None:
    """Print the seconds of both ways and their ratio, median of the rounds."""
    with tempfile.TemporaryDirectory() as folder:
        path = made(Path(folder) / "danh-sach.xlsx")
        size_mb = path.stat().st_size / 2**20
        seconds: dict[str, list[float]] = {"here": [], "apart": []}
        for _ in range(ROUNDS):
            spent, first = timed(here, path)
            seconds["here"].append(spent)
            spent, second = timed(apart, path)
            seconds["apart"].append(spent)
            assert first.equals(second), "the two ways differ"
        small = Path(folder) / "nho.xlsx"
        with xlsxwriter.Workbook(small) as book:
            book.add_worksheet().write_row(0, 0, ["a", "b"])
        starts = [timed(apart, small)[0] for _ in range(5)]
    print(f"{ROWS:,} rows × {COLUMNS} columns, {size_mb:.1f} MB, {ROUNDS} rounds")
    for name, spent in seconds.items():
        print(f"{name:5}: {statistics.median(spent):.2f} s ({min(spent):.2f} to {max(spent):.2f})")
    ratios = [a / h for a, h in zip(seconds["apart"], seconds["here"], strict=True)]
    print(f"ratio: {statistics.median(ratios):.2f}")
    print(f"a workbook of one row: {statistics.median(starts):.2f} s, most of it the start of the process")


if __name__ == "__main__":
    main()
