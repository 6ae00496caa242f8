"""Commands about administrative units: boundaries, conversion of former units."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from phusong.cli.options import Lang
from phusong.cli.screen import screen_for
from phusong.words import Text, number

boundaries = typer.Typer(no_args_is_help=True, help="Ranh giới xã / commune boundaries.")
app = typer.Typer()
app.add_typer(boundaries, name="boundaries")


@boundaries.command("import")
def import_(file: Annotated[Path, typer.Argument(help="GeoJSON, GeoPackage, …")], lang: Lang = "vi") -> None:
    """Nhập ranh giới xã để dùng cho mọi nghiên cứu / keep commune boundaries for all studies."""
    from phusong.data.boundaries import import_boundaries

    screen = screen_for(lang)
    summary = import_boundaries(file)
    screen.problems(summary.problems)
    total = sum(summary.communes.values())
    text = Text(
        f"Đã nhập {number(total)} xã của {number(len(summary.communes))} tỉnh vào {summary.stored_at}",
        f"Imported {number(total, 'en')} communes of {number(len(summary.communes), 'en')} provinces "
        f"into {summary.stored_at}",
    )
    screen.say(text)
