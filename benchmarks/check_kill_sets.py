"""Kills document making at many moments: no half set is taken for whole, nothing frozen is lost, a rerun goes on.

``python benchmarks/check_kill_sets.py [times]`` makes one small set in a process of its own, which is killed later and
later until it would have finished; after each kill whatever stands must agree with its manifest and package.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from phusong.data.digests import sha256_by_name
from phusong.study.document_sets import make_sets
from phusong.tenders.consistency import check_manifest
from phusong.tenders.package.canonical import write_package

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from tenders_.made_package import made_package

CODE = (
    "import sys; from pathlib import Path; from phusong.study.document_sets import make_sets\n"
    "print('go', flush=True); make_sets(Path(sys.argv[1]), pdf=False)"
)


def main() -> int:
    """Kill and look; 1 where something half-written stood as whole, or a rerun did not give the same set."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    bad = 0
    with tempfile.TemporaryDirectory() as place:
        whole = _frozen(Path(place) / "whole")
        began = time.perf_counter()
        make_sets(whole, pdf=False)
        took_s = time.perf_counter() - began
        wanted = sha256_by_name(whole)
        folder = _frozen(Path(place) / "killed")
        for number in range(times):
            _killed(folder, after_s=1.4 * took_s * number / times)
            problems = _problems(folder)
            bad += bool(problems)
            print(f"kill {number + 1}: {problems or 'nothing half-written stands'}", flush=True)
        make_sets(folder, pdf=False)
        same = sha256_by_name(folder) == wanted
    print(f"{bad} of {times} kills left something half-written; the rerun gave {'the same' if same else 'ANOTHER'} set")
    return int(bad > 0 or not same)


def _frozen(folder: Path) -> Path:
    package = replace(made_package(3, award="assignment"), package_code="GT-08-Q-01")
    (folder / "GT-08-Q-01" / "v1" / "maps").mkdir(parents=True)
    write_package(folder / "GT-08-Q-01" / "v1" / "package.json", package)
    return folder


def _killed(folder: Path, *, after_s: float) -> None:
    with subprocess.Popen([sys.executable, "-c", CODE, str(folder)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after_s)
        process.kill()


def _problems(folder: Path) -> list[str]:
    version = folder / "GT-08-Q-01" / "v1"
    found = [] if (version / "package.json").is_file() else ["the frozen package is lost"]
    made = version / "ho-so"
    return found + ([str(one) for one in check_manifest(made)] if made.exists() else [])


if __name__ == "__main__":
    raise SystemExit(main())
