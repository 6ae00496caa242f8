"""``phusong check bid``: a bidder's forms compared with the frozen package they are of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import typer

from phusong.cli.screen import MISTAKE, screen_for
from phusong.errors import PhuSongError
from phusong.words import Text

PACKAGE_FILE = "package.json"


def check_bid_command(
    files: Sequence[Path], package: Path | None, out: Path | None = None, *, lang: str = "vi", as_json: bool = False
) -> None:
    """Check one bid and say every problem at once; exit code 2 where there are errors.

    Raises
    ------
    PhuSongError
        No package is named, or several bids are.
    """
    from phusong.tenders.bids.checking import check_bid
    from phusong.tenders.bids.reading import read_bid
    from phusong.tenders.bids.report import summary, to_json, write_report
    from phusong.tenders.package.canonical import read_package

    screen = screen_for(lang, as_json=as_json)
    path = _only(files)
    frozen = read_package(_package_file(package))
    report = check_bid(read_bid(path), frozen)
    if out is not None:
        write_report(out, report, checked_on=date.today(), language=screen.language)
    if as_json:
        print(to_json(report, screen.language))
    else:
        screen.problems(report.problems)
        screen.say(summary(report))
    if report.errors:
        raise typer.Exit(MISTAKE)


def _only(files: Sequence[Path]) -> Path:
    if len(files) != 1:
        raise PhuSongError(
            Text(
                f"Mỗi lần kiểm tra một hồ sơ, nhận được {len(files)} tệp.",
                f"Check one bid at a time, got {len(files)}.",
            )
        )
    return files[0]


def _package_file(package: Path | None) -> Path:
    """Return the file of a frozen package: named itself, or by the folder it lies in."""
    if package is None:
        raise PhuSongError(
            Text(
                "Cần --package: thư mục của bản chốt gói thầu, nơi có package.json.",
                "Name the package with --package: the folder of the frozen version, with its package.json.",
            )
        )
    return package / PACKAGE_FILE if package.is_dir() else package
