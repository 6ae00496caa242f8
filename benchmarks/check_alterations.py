"""How many single alterations of a finished set are missed: random digits in every kind of file, and altered pages.

``python benchmarks/check_alterations.py [times a file]`` prints a table by kind of file and ends with 1 where one
alteration was not found, or was told of another file.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from tenders_.alterations import CHANGES
from tenders_.made_package import made_package
from tenders_.made_set import write_set

from phusong.tenders.consistency import compare_afresh, write_manifest
from phusong.tenders.package.values import AWARDS, Package
from phusong.tenders.parts import Part, parts_of

DATA = frozenset({"csv", "kml", "gpkg"})
DATA_TIMES = 5
"""A set has many Word papers and few data files: these are altered so much more often."""


def altered(part: Part, package: Package, fresh: Path, rng: random.Random) -> tuple[str, bool]:
    """Alter a copy of one file; return what was altered, "" where nothing was, and whether it was found there."""
    name = part.file_name("vi")
    with tempfile.TemporaryDirectory() as folder:
        finished = Path(folder)
        shutil.copy(fresh / name, finished / name)
        what = CHANGES[part.suffix](rng, finished / name)
        write_manifest(finished, package, "vi")
        found = compare_afresh(finished, fresh, package, "vi") if what else ()
    return what, {one.file for one in found} == {name}


def main() -> None:
    """Print how many alterations of each kind were made and missed."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    made, missed = Counter[str](), Counter[str]()
    rng = random.Random(6)
    for award in AWARDS:
        package = made_package(9, award=award)
        with tempfile.TemporaryDirectory() as folder:
            write_set(Path(folder), package)
            for part in parts_of(award):
                for _ in range(0 if part.suffix not in CHANGES else times * (DATA_TIMES if part.suffix in DATA else 1)):
                    what, found = altered(part, package, Path(folder), rng)
                    made[part.suffix] += bool(what)
                    if what and not found:
                        missed[part.suffix] += 1
                        print(f"missed: {part.file_name('vi')}: {what}")
    for suffix, count in made.items():
        print(f"{suffix:6}{count:>6} altered, {missed[suffix]} missed")
    sys.exit(int(missed.total() > 0))


if __name__ == "__main__":
    main()
