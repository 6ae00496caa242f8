"""Document sets of many packages in one go, as a province makes them in a night: seconds a set, and in all.

Twenty made-up packages of sixty villages, each with map data of its own, through ``make_sets`` with all its checks.
Prints seconds by the clock and of the processor (LibreOffice counted in); every set must stand, and be picked up
untouched when asked for again.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from phusong.data.digests import sha256_of
from phusong.study.document_sets import make_sets
from phusong.tenders.office import find_office
from phusong.tenders.package.canonical import write_package
from phusong.tenders.package.values import AWARDS, MapFile

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from tenders_.made_map_data import made_map_data
from tenders_.made_package import made_package

AIM_S = 600.0


def main() -> int:
    """Make the sets and print what they took; 1 where a set is missing or was made twice."""
    asked = _asked()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(asked.packages):
            _freeze(Path(folder), number, asked.villages)
        print(f"{asked.packages} packages of {asked.villages} villages, LibreOffice: {find_office() or 'none'}")
        took = [_one(Path(folder), number, pdf=not asked.no_pdf) for number in range(asked.packages)]
        clock_s, cpu_s = (sum(column) for column in zip(*took, strict=True))
        print(f"in all {clock_s:.0f} s by the clock (aim {AIM_S:.0f} s on 2 quiet cores), {cpu_s:.0f} s of processor")
        print(f"a set {clock_s / len(took):.1f} s by the clock, {cpu_s / len(took):.1f} s of processor")
        again = make_sets(Path(folder), pdf=not asked.no_pdf)
    whole = len(again) == asked.packages and not any(one.fresh for one in again)
    print("every set stands and is picked up" if whole else "A SET IS MISSING OR WAS MADE TWICE")
    return 0 if whole else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=int, default=20)
    parser.add_argument("--villages", type=int, default=60)
    parser.add_argument("--no-pdf", action="store_true")
    return parser.parse_args()


def _code(number: int) -> str:
    return f"GT-08-{'DQG'[number % 3]}-{number + 1:02d}"


def _freeze(folder: Path, number: int, villages: int) -> None:
    award = tuple(AWARDS)[number % len(AWARDS)] if number % 4 == 3 else "tender"
    package = replace(made_package(villages, seed=100 + number, award=award), package_code=_code(number))
    maps = made_map_data(folder / package.package_code / "v1" / "maps", package)
    files = tuple(MapFile(name=path.name, sha256=sha256_of(path)) for path in sorted(maps.iterdir()))
    write_package(maps.parent / "package.json", replace(package, map_files=files))


def _one(folder: Path, number: int, *, pdf: bool) -> tuple[float, float]:
    began, cpu_before = time.perf_counter(), _cpu_s()
    (made,) = make_sets(folder, [_code(number)], pdf=pdf)
    clock_s, cpu_s = time.perf_counter() - began, _cpu_s() - cpu_before
    print(
        f"{made.archive.name}: {made.files} files, {clock_s:.1f} s by the clock, {cpu_s:.1f} s of processor", flush=True
    )
    return clock_s, cpu_s


def _cpu_s() -> float:
    """Return the processor's seconds of this process and of those it waited for."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    raise SystemExit(main())
