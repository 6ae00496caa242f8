"""The command that judges a package by a drive test and fills in the minutes."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from phusong.cli.options import AsJson, Lang, Quiet
from phusong.cli.screen import Screen, screen_for
from phusong.errors import OutOfRangeError
from phusong.words import Text, number

if TYPE_CHECKING:
    from phusong.tenders.acceptance.results import Acceptance, VillageResult

app = typer.Typer()

SHOWN_VILLAGES = 40


@app.command()
def accept(
    package: Annotated[Path, typer.Argument(help="Thư mục phiên bản gói, hoặc package.json / version folder")],
    measurements: Annotated[Path, typer.Argument(help="Danh sách kết quả đo .csv, .xlsx / measurements")],
    cells: Annotated[
        Path | None, typer.Option("--cells", help="Danh sách cell của nhà thầu: trạm, nhà mạng, PCI / cells with PCIs")
    ] = None,
    operator: Annotated[
        str, typer.Option("--operator", help="Nhà mạng phải nghiệm thu / operator that must serve")
    ] = "",
    first_day: Annotated[
        str | None, typer.Option("--from", help="Ngày đầu nghiệm thu dd/mm/yyyy / first day of acceptance")
    ] = None,
    last_day: Annotated[
        str | None, typer.Option("--to", help="Ngày cuối nghiệm thu dd/mm/yyyy / last day of acceptance")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Thư mục kết quả / results folder")] = Path("nghiem-thu"),
    lang: Lang = "vi",
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Nghiệm thu vùng phủ: kết luận từng thôn theo số liệu đo, điền biên bản / accept coverage by measurements."""
    from phusong.tenders.acceptance.accept import accept as judge
    from phusong.tenders.acceptance.files import write_files
    from phusong.tenders.package.canonical import read_package

    screen = screen_for(lang, quiet, as_json)
    frozen = read_package(package / "package.json" if package.is_dir() else package)
    found = judge(
        frozen,
        measurements,
        cells=cells,
        operator=operator,
        first_day=_day("--from", first_day),
        last_day=_day("--to", last_day),
    )
    minutes, results = write_files(out, frozen, found, screen.language)
    _tell(screen, found, minutes, results)


def _day(name: str, written: str | None) -> date | None:
    if written is None:
        return None
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(written, form).date()
        except ValueError:
            continue
    raise OutOfRangeError(
        Text(
            f"{name} phải là ngày dd/mm/yyyy, nhận được “{written}”",
            f"{name} must be a day dd/mm/yyyy, got “{written}”",
        )
    )


def _tell(screen: Screen, found: Acceptance, minutes: Path, results: Path) -> None:
    """Say the verdicts, what could not be checked, and where the files are."""
    from phusong.tenders.acceptance.documents import conclusion

    if not screen.quiet and not screen.as_json:
        screen.out.print(_table(screen, found))
        for line in (conclusion(found), *found.notes):
            screen.out.print(line.to(screen.language), markup=False, highlight=False, soft_wrap=True)
    text = Text(
        f"Đã ghi biên bản {minutes} và kết quả {results}.", f"The minutes are in {minutes}, the results in {results}."
    )
    verdicts = {key: found.of_verdict(key) for key in ("pass", "fail", "undecided")}
    left_out = {key: count for key, count in found.counts if key and count}
    screen.say(text, minutes=minutes, results=results, passed=found.passed, left_out=left_out, verdicts=verdicts)


def _table(screen: Screen, found: Acceptance) -> Table:
    language = screen.language
    headers = (
        Text("Thôn", "Village"), Text("Dịch vụ", "Service"), Text("Mẫu", "Samples"), Text("Chỗ đo", "Places"),
        Text("Chỗ đạt, %", "Good, %"), Text("Kết luận", "Verdict"), Text("Lý do", "Reasons"),
    )  # fmt: skip
    table = Table(box=None, pad_edge=False)
    for i, header in enumerate(headers):
        table.add_column(header.to(language), justify="right" if i in (2, 3, 4) else "left", overflow="fold")
    for one in found.villages[:SHOWN_VILLAGES]:
        table.add_row(*_cells(one, screen))
    more = len(found.villages) - SHOWN_VILLAGES
    if more > 0:
        rest = Text(f"… và {number(more)} dòng nữa", f"… and {number(more, 'en')} more").to(language)
        table.add_row(rest, "", "", "", "", "", "")
    return table


def _cells(one: VillageResult, screen: Screen) -> tuple[str, ...]:
    from phusong.tenders.acceptance.documents import reasons_text, village_title
    from phusong.tenders.acceptance.rule import VERDICTS

    language, decision = screen.language, one.decision
    share = float("nan") if decision.share_percent is None else decision.share_percent
    return (
        village_title(one.village_name, one.commune_name, language),
        one.service_title.to(language),
        number(one.samples, language),
        number(decision.places, language),
        number(share, language, decimals=1),
        VERDICTS[decision.verdict].to(language),
        reasons_text(one, language),
    )
