"""The annotated copy of a large list against opening and saving it with openpyxl, which marks nothing yet.

Both read the same workbook of 100,000 × 25 cells and write it, each in its own process, in turns in one run: the ratio
means something on a busy machine, the seconds do not. The copy has 5,000 problems, each with a comment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import xlsxwriter

from phusong.data.annotated.copy import annotate_here
from phusong.data.schemas import GAPS
from phusong.errors import Problem
from phusong.words import Text

ROWS, COLUMNS, PROBLEMS = 100_000, 25, 5_000
ROUNDS = 2
MOST_SECONDS, MOST_BYTES = 90.0, 2 * 2**30
"""What the copy may take."""

SHEET = "Danh sách"
LEVELS = ("error", "warning", "repair")


def write_list(path: Path) -> None:
    """Write the list: a third each of names, degrees and counts."""
    rng = np.random.default_rng(1)
    degrees = 102.0 + 8.0 * rng.random((ROWS, COLUMNS))
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        look = book.add_format({"num_format": "0.00000"})
        for column in range(COLUMNS):
            sheet.write_string(0, column, f"Cột {column + 1}")
            for row in range(ROWS):
                if column % 3 == 0:
                    sheet.write_string(row + 1, column, f"Thôn {row % 5000}")
                elif column % 3 == 1:
                    sheet.write_number(row + 1, column, float(degrees[row, column]), look)
                else:
                    sheet.write_number(row + 1, column, row % 97)


def problems() -> list[Problem]:
    """Return problems all over the list."""
    rng = np.random.default_rng(2)
    rows, columns = rng.integers(2, ROWS + 2, PROBLEMS), rng.integers(1, COLUMNS + 1, PROBLEMS)
    text = Text(
        "Toạ độ nằm ngoài xã đã ghi, cách 12,3 km. Hãy kiểm tra.", "The position is outside the commune stated."
    )
    return [
        Problem(
            level=LEVELS[i % 3],  # type: ignore[arg-type]
            file="a.xlsx",
            sheet=SHEET,
            row=int(row),
            column=f"Cột {column}",
            column_number=int(column),
            found="105,3",
            after="105.3",
            text=text,
        )
        for i, (row, column) in enumerate(zip(rows, columns, strict=True))
    ]


def ours(source: Path, out: Path) -> None:
    """Write the annotated copy."""
    annotate_here(source, problems(), GAPS, out, date(2026, 11, 1), "vi")


def theirs(source: Path, out: Path) -> None:
    """Open and save."""
    import openpyxl

    openpyxl.load_workbook(source).save(out)


SIDES = {"annotated copy": ours, "openpyxl, open and save": theirs}


def alone(side: str, source: Path, out: Path) -> dict[str, float]:
    """Run one side in a process of its own; return what it took."""
    command = [sys.executable, __file__, side, str(source), str(out)]
    done = subprocess.run(command, check=True, capture_output=True)
    took: dict[str, float] = json.loads(done.stdout)
    return took


def measured(side: str, source: Path, out: Path) -> None:
    """Run one side here and print what it took as JSON."""
    import resource

    wall_s, cpu_s = time.perf_counter(), time.process_time()
    SIDES[side](source, out)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    took = {"wall_s": time.perf_counter() - wall_s, "cpu_s": time.process_time() - cpu_s, "bytes": peak}
    print(json.dumps(took))


def main() -> None:
    """Print seconds, memory and ratios; fail where the copy takes more than it may."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "list.xlsx"
        write_list(source)
        rounds = [
            {side: alone(side, source, Path(folder) / f"{i}.xlsx") for i, side in enumerate(SIDES)}
            for _ in range(ROUNDS)
        ]
    print(f"{ROWS:,} × {COLUMNS} cells, {PROBLEMS:,} problems; the better of {ROUNDS} rounds:")
    best = {side: {key: min(took[side][key] for took in rounds) for key in rounds[0][side]} for side in SIDES}
    for side, took in best.items():
        print(
            f"  {side}: {took['wall_s']:.1f} s on the clock, {took['cpu_s']:.1f} s CPU, {took['bytes'] / 2**20:.0f} MB"
        )
    mine, other = best.values()
    print(
        f"  ratio {other['wall_s'] / mine['wall_s']:.1f} on the clock, {other['cpu_s'] / mine['cpu_s']:.1f} in CPU time"
    )
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f}")
    assert mine["cpu_s"] < MOST_SECONDS, "the copy takes too long"
    assert mine["bytes"] < MOST_BYTES, "the copy takes too much memory"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measured(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
