"""Broken files and odd cells through the whole reading of a list: never a traceback, a hang or too much memory.

Valid workbooks and text tables of a gap list are bent at random: bits flipped, bytes cut, doubled and spliced, parts of
archives replaced, numbers in their markup made absurd, cells filled with what no one should write. Each is read as a
list: it is either read or refused in a sentence. The same seed makes the same cases:

    python benchmarks/check_intake_fuzz.py --cases 2000 --seed 1
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import re
import struct
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from phusong.data.lists import read_list
from phusong.data.raw.limits import LIMITS, Limits
from phusong.data.schemas import GAPS
from phusong.errors import PhuSongError

FUZZ_LIMITS = replace(LIMITS, memory_bytes=384 * 2**20, cpu_seconds=20, wall_seconds=60)
"""Less than a list may have, so that what grows is met sooner."""
SLOWEST_S = 90.0
ROWS = 25
_HEADERS = tuple(field.header("vi") for field in GAPS.fields)
_GOOD: Mapping[str, object] = {
    "province_code": "08",
    "commune_code": "00985",
    "village_name": "Bản Nà Lạ",
    "households_total": 84,
    "households_unserved": 52,
    "gap_class": "trắng sóng",
    "lon": 105.34808,
    "lat": 22.62924,
}
_ODD: tuple[object, ...] = (
    *("", " ", "-", "đang cập nhật", "x", "Có", "0", "00000", "=1+1", "=cmd|'/c calc'!A0", "+84", "@a", "#REF!"),
    *("1e308", "-1e308", "1e-320", "inf", "9" * 400, "1.2.3,4", "1,,2", "105°20'53''Đ", "105,34808/22,62924", "N 22°"),
    *(
        "31/02/2026",
        "00/00/0000",
        "2026-13-45",
        "1/1/1",
        "99999",
        "Th«n Nµ L¹",
        "Thoân Naø Laï",
        "µ",
        "\u202eabc",
        "😀",
    ),
    *(
        "a\u0301" * 50,
        "\ufeff",
        "\u200b",
        "<b>",
        "&amp;",
        "]]>",
        "'",
        '"',
        "\\",
        "x\ny",
        "x\ty",
        "chữ " * 900,
        "\ud7ff",
    ),
    *(0, -1, 1.5, 1e300, -0.0, 2**53, 1e-300, True, False, 45915, 22.6, 105.3, 2503641, 484410.5),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One file to read."""

    kind: str
    name: str
    data: bytes


def good_rows(rng: random.Random) -> list[list[object]]:
    """Return a small gap list, header first; the position differs from row to row."""
    rows: list[list[object]] = [list(_HEADERS)]
    for number in range(ROWS):
        row = dict(_GOOD) | {"lon": 105.0 + rng.random(), "village_name": f"Bản Nà Lạ {number}"}
        rows.append([row.get(field.name) for field in GAPS.fields])
    return rows


def odd_rows(rng: random.Random) -> list[list[object]]:
    """Return the list with odd cells; sometimes one column is all odd, sometimes the header is."""
    rows = good_rows(rng)
    for _ in range(rng.randrange(1, 80)):
        rows[rng.randrange(len(rows))][rng.randrange(len(_HEADERS))] = rng.choice(_ODD)
    column = rng.randrange(len(_HEADERS))
    if rng.random() < 0.3:
        for row in rows[1:]:
            row[column] = rng.choice(_ODD)
    return rows


def csv_bytes(rng: random.Random, rows: list[list[object]]) -> bytes:
    """Return rows as a text table in one of the usual encodings."""
    lines = io.StringIO(newline="")
    csv.writer(lines, delimiter=rng.choice(",;\t|")).writerows(rows)
    return lines.getvalue().encode(rng.choice(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1258"]), "replace")


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Return parts as an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return packed.getvalue()


def bent(rng: random.Random, data: bytes, other: bytes) -> bytes:
    """Return bytes with a few random changes."""
    bytes_ = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 5, 30])):
        at = rng.randrange(len(bytes_) + 1)
        size = min(int(2 ** rng.uniform(0, 12)), len(bytes_))
        way = rng.randrange(7)
        if way == 0 and at < len(bytes_):
            bytes_[at] ^= 1 << rng.randrange(8)
        elif way == 1:
            del bytes_[at : at + size]
        elif way == 2:
            bytes_[at:at] = bytes_[at : at + size]
        elif way == 3:
            start = rng.randrange(max(len(other), 1))
            bytes_[at : at + size] = other[start : start + size]
        elif way == 4:
            bytes_[at : at + size] = rng.randbytes(size)
        elif way == 5:
            bytes_[at : at + 4] = struct.pack("<I", rng.choice([0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFFFFFE, 2**16]))
        elif rng.random() < 0.3:
            del bytes_[at:]
    return bytes(bytes_)


def absurd(rng: random.Random, part: bytes) -> bytes:
    """Return markup with some of its numbers, references and tags made absurd."""
    numbers = [b"0", b"-1", b"1048577", b"99999999999", b"4294967296", b"XFD1048576", b"A0", b"", b"NaN", b"1e999"]
    places = [found.span(1) for found in re.finditer(rb'="([^"]*)"', part)]
    texts = [found.span(1) for found in re.finditer(rb">([^<]+)<", part)]
    for first, last in sorted(
        rng.sample(places, min(3, len(places))) + rng.sample(texts, min(2, len(texts))), reverse=True
    ):
        part = part[:first] + rng.choice(numbers) + part[last:]
    if rng.random() < 0.3:
        part = part.replace(rng.choice([b"<row ", b"</row>", b"<c ", b"<table:table-row", b"</", b"?>"]), b"<x ", 3)
    return part


def seeds(rng: random.Random) -> dict[str, tuple[bytes, ...]]:
    """Return valid files of each kind."""
    from made_workbooks import compound, ods_parts, ods_row, xls_stream, xlsx_parts

    rows = good_rows(rng)
    with tempfile.TemporaryDirectory() as folder:
        xls = compound(Path(folder) / "a.xls", {"Workbook": xls_stream("S", rows, rows_hidden=[3])}).read_bytes()
    return {
        "xlsx": (zipped(xlsx_parts({"Trang 1": rows})),),
        "ods": (zipped(ods_parts({"Trang 1": "".join(map(ods_row, rows))})),),
        "xls": (xls,),
        "csv": tuple(csv_bytes(rng, rows) for _ in range(5)),
    }


def cases(seed: int) -> Iterator[Case]:
    """Yield files without end, the same for the same seed."""
    rng = random.Random(seed)
    good = seeds(rng)
    everything = [data for some in good.values() for data in some]
    while True:
        kind = rng.choice(["xlsx", "xlsx", "ods", "xls", "csv"])
        data = rng.choice(good[kind])
        name = f"danh-sach.{rng.choice([kind] * 9 + ['csv', 'xls', 'xlsx', 'txt'])}"
        way = rng.choice(["bytes", "parts", "cells"])
        if way == "bytes" or (way == "parts" and kind in ("xls", "csv")):
            yield Case(f"{kind}, bytes", name, bent(rng, data, rng.choice(everything)))
        elif way == "parts":
            yield Case(f"{kind}, parts", name, _other_parts(rng, data, rng.choice(everything)))
        else:
            yield Case(f"{kind}, cells", f"danh-sach.{kind}", _odd_file(rng, kind))


def _other_parts(rng: random.Random, data: bytes, other: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name in rng.sample(sorted(parts), rng.randrange(1, 3)):
        way: Callable[[], bytes] = rng.choice(
            [lambda part=parts[name]: absurd(rng, part), lambda part=parts[name]: bent(rng, part, other), lambda: b""]
        )
        parts[name] = way()
    if rng.random() < 0.1:
        parts.pop(rng.choice(sorted(parts)))
    return zipped(parts)


def _odd_file(rng: random.Random, kind: str) -> bytes:
    from made_workbooks import compound, ods_parts, ods_row, xls_stream, xlsx_parts

    rows = odd_rows(rng)
    if kind == "csv":
        return csv_bytes(rng, rows)
    if kind == "xlsx":
        return zipped(xlsx_parts({"Trang 1": rows}))
    if kind == "ods":
        return zipped(ods_parts({"Trang 1": "".join(map(ods_row, rows))}))
    with tempfile.TemporaryDirectory() as folder:
        return compound(Path(folder) / "a.xls", {"Workbook": xls_stream("S", rows)}).read_bytes()


def outcome(case: Case, folder: Path, limits: Limits = FUZZ_LIMITS) -> str:
    """Read a case as a gap list and say how it ended; what is no error of ours is a traceback."""
    path = folder / case.name
    path.write_bytes(case.data)
    try:
        read_list(path, GAPS, limits=limits)
    except PhuSongError as error:
        assert error.text.vi and error.text.en and "\n" not in error.text.vi
        return type(error).__name__
    except Exception:  # whatever else comes is what is looked for
        return f"TRACEBACK\n{traceback.format_exc()}"
    finally:
        path.unlink()
    return "read"


def peak_child_mb() -> float | None:
    """Return the most memory a process that read a workbook has held, in MB; None on Windows."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> int:
    """Read the cases, print how they ended, keep those that should not be; return 1 where there is one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for the files that end in a traceback or take too long")
    given = parser.parse_args()
    ends: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    slowest, slow_case = 0.0, ""
    with tempfile.TemporaryDirectory() as folder:
        for number, case in zip(range(given.cases), cases(given.seed), strict=False):
            started = time.perf_counter()
            end = outcome(case, Path(folder))
            spent = time.perf_counter() - started
            if spent > slowest:
                slowest, slow_case = spent, f"{number}, {case.kind}"
            ends[case.kind, end.partition("\n")[0]] += 1
            if end.startswith("TRACEBACK") or spent > SLOWEST_S:
                wrong.append(f"case {number} ({case.kind}, {case.name}), {spent:.1f} s: {end}")
                if given.keep is not None:
                    given.keep.mkdir(parents=True, exist_ok=True)
                    (given.keep / f"{number}-{case.name}").write_bytes(case.data)
    print(f"{given.cases} cases of seed {given.seed}")
    for (kind, end), count in sorted(ends.items()):
        print(f"{kind:12}  {end:22}  {count:5d}")
    print(f"slowest: {slowest:.1f} s (case {slow_case})")
    peak = peak_child_mb()
    if peak is not None:
        print(f"most memory of a reading process: {peak:.0f} MB of {FUZZ_LIMITS.memory_bytes / 2**20:.0f} allowed")
        if peak > FUZZ_LIMITS.memory_bytes / 2**20:
            wrong.append("a reading process held more memory than it was given")
    print("\n".join(wrong) or "no traceback, no hang, no process beyond its memory")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
    sys.exit(main())
