"""The command that chooses sites: for a budget, or for a number of households."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from phusong.cli.options import AsJson, Lang, Quiet
from phusong.cli.screen import Screen, announce_compilation, screen_for, working
from phusong.errors import OutOfRangeError
from phusong.words import Text, number

if TYPE_CHECKING:
    from phusong.study.planning import Goal, WrittenPlan

app = typer.Typer()

SHOWN_SITES = 15


@app.command()
def plan(
    study: Annotated[Path, typer.Argument(help="study.toml")],
    budget: Annotated[
        str | None, typer.Option("--budget", help="Ngân sách: 60 tỷ, 750 triệu, 60e9 / budget in VND")
    ] = None,
    cover: Annotated[
        str | None,
        typer.Option("--cover", help="Phủ bao nhiêu hộ chưa có sóng: 1200 hoặc 95% / households or share to cover"),
    ] = None,
    least_households: Annotated[
        float | None,
        typer.Option("--least-households", help="Số hộ riêng ít nhất của một trạm / least own households of a site"),
    ] = None,
    years: Annotated[
        int | None, typer.Option("--years", help="Số năm tính chi phí vận hành / years of running costs")
    ] = None,
    satellite_above: Annotated[
        str | None,
        typer.Option(
            "--satellite-above", help="Chi phí một hộ từ đó nên dùng vệ tinh / cost of a household for satellite"
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Thư mục kết quả / results folder")] = Path("ke-hoach"),
    lang: Lang = "vi",
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Chọn trạm: phủ nhiều hộ nhất với ngân sách, hoặc đủ số hộ với chi phí thấp nhất / choose sites."""
    screen = screen_for(lang, quiet, as_json)
    goal = goal_of(budget, cover, least_households=least_households, years=years, satellite_above=satellite_above)
    run_plan(screen, study, out, goal)


def run_plan(screen: Screen, study: Path, out: Path, goal: Goal) -> None:
    """Make a plan and say what it is."""
    from phusong.study.planning import plan_study

    announce_compilation(screen)
    with working(screen) as bar:
        written = plan_study(study, out, goal, language=screen.language, progress=bar)
    _tell(screen, written)


def goal_of(
    budget: str | None,
    cover: str | None,
    *,
    least_households: float | None = None,
    years: int | None = None,
    satellite_above: str | None = None,
) -> Goal:
    """Return the goal that options name.

    Raises
    ------
    PhuSongError
        An amount or share that cannot be read or is out of range; both or none of budget and cover.
    """
    from phusong.plan.money_text import parse_vnd
    from phusong.study.planning import Goal

    share = None if cover is None else _share(cover)
    return Goal(
        budget_vnd=None if budget is None else parse_vnd(budget),
        cover_percent=share,
        cover_households=_households(cover) if cover is not None and share is None else None,
        least_households=least_households,
        years=years,
        satellite_vnd=None if satellite_above is None else parse_vnd(satellite_above),
    )


def _share(cover: str) -> float | None:
    """Return the percentage that is written; None where it is not one."""
    found = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*%\s*", cover)
    return float(found[1].replace(",", ".")) if found else None


def _households(cover: str) -> float:
    """Return the number of households that is written, with or without points between thousands."""
    if re.fullmatch(r"\s*(\d+|\d{1,3}(?:[.,]\d{3})+)\s*", cover):
        return float(re.sub(r"[.,\s]", "", cover))
    raise OutOfRangeError(
        Text(
            f"--cover phải là số hộ (1200) hoặc tỷ lệ (95%), nhận được “{cover}”",
            f"--cover must be a number of households (1200) or a share (95%), got “{cover}”",
        )
    )


def _tell(screen: Screen, written: WrittenPlan) -> None:
    """Say the answer line by line, the first sites, and where the rest is."""
    if not screen.quiet and not screen.as_json:
        if len(written.sites):
            screen.out.print(_sites(screen, written))
        for label, value in written.answer:
            line = f"{label.to(screen.language)}: {value.to(screen.language)}"
            screen.out.print(line, markup=False, highlight=False, soft_wrap=True)
    text = Text(
        f"Phương án ở {written.folder}: mở plan.xlsx, map.html, results.gpkg.",
        f"The plan is in {written.folder}: open plan.xlsx, map.html, results.gpkg.",
    )
    kept = ("asked", "outcome", "sites", "planned_households", "cost_vnd", "bound", "proven_gap", "held")
    screen.say(text, folder=written.folder, **{key: written.manifest[key] for key in kept})


def _sites(screen: Screen, written: WrittenPlan) -> Table:
    from phusong.data.plan_report import KINDS

    language = screen.language
    headers = (
        Text("TT", "No."), Text("Phương án", "Option"), Text("Loại", "Kind"), Text("Hộ phủ thêm", "Households"),
        Text("Tỷ đồng", "bn VND"), Text("Triệu đồng/hộ", "m VND each"),
    )  # fmt: skip
    table = Table(box=None, pad_edge=False)
    for i, header in enumerate(headers):
        table.add_column(header.to(language), justify="left" if i in (1, 2) else "right")
    for row in written.sites.head(SHOWN_SITES).to_dict("records"):
        table.add_row(
            number(row["order"], language),
            str(row["option_id"]),
            KINDS[row["kind"]].to(language),
            number(row["households"], language),
            number(row["cost_vnd"] / 1e9, language, decimals=1),
            number(row["cost_per_household_vnd"] / 1e6, language, decimals=1),
        )
    more = len(written.sites) - SHOWN_SITES
    if more > 0:
        rest = Text(f"… và {number(more)} trạm nữa", f"… and {number(more, 'en')} more").to(language)
        table.add_row("", rest, "", "", "", "")
    return table
