"""The command that draws one path."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from phusong.cli.options import AsJson, Lang
from phusong.cli.screen import Screen, screen_for
from phusong.words import Text

if TYPE_CHECKING:
    from phusong.study.path_profile import SitePath

app = typer.Typer()


@app.command()
def profile(
    study: Annotated[Path, typer.Argument(help="study.toml")],
    site: Annotated[str, typer.Option("--site", help="Mã trạm / site code")],
    to: Annotated[str, typer.Option("--to", help="Điểm thu / place", metavar="LON,LAT")],
    operator: Annotated[str | None, typer.Option("--operator", help="Nhà mạng / operator")] = None,
    technology: Annotated[str | None, typer.Option("--technology", help="2G | 3G | 4G | 5G | other")] = None,
    sector: Annotated[str | None, typer.Option("--sector", help="Mã sector / sector id")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Tệp .png / .png file")] = None,
    lang: Lang = "vi",
    as_json: AsJson = False,
) -> None:
    """Vẽ mặt cắt đường truyền từ một trạm tới một điểm, kèm mọi khoản suy hao / draw a path with its losses."""
    from phusong.study.path_profile import Asked, parse_place, read_site_path
    from phusong.study.path_report import as_values, file_name, headline, write_picture

    screen = screen_for(lang, as_json=as_json)
    lon_deg, lat_deg = parse_place(to)
    asked = Asked(
        site_id=site, lon_deg=lon_deg, lat_deg=lat_deg, operator=operator, technology=technology, sector_id=sector
    )
    path = read_site_path(study, asked)
    file = out or Path(file_name(path, screen.language))
    write_picture(path, file, screen.language)
    if screen.as_json:
        screen.say(headline(path), picture=file, **as_values(path, screen.language))
    else:
        _show_path(screen, path, file)


def _show_path(screen: Screen, path: SitePath, file: Path) -> None:
    from phusong.study import path_report

    screen.say(path_report.headline(path))
    screen.say(path_report.chosen_line(path))
    table = Table(box=None, pad_edge=False)
    for header in path_report.LEDGER_HEADERS:
        is_number = header in path_report.LEDGER_HEADERS[1:4]
        table.add_column(header.to(screen.language), justify="right" if is_number else "left", no_wrap=is_number)
    for row in path_report.ledger_rows(path, screen.language):
        table.add_row(*row)
    screen.out.print(table)
    for text in (*path_report.facts(path), *path_report.other_lines(path), *path_report.notes(path)):
        screen.say(text)
    screen.say(Text(f"Hình ở {file}", f"The picture is {file}"))
