"""Commands about administrative units: boundaries, conversion of the units of before July 2025."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from phusong.cli.options import Lang
from phusong.cli.screen import MISTAKE, screen_for
from phusong.words import LANGUAGES, Text, number

if TYPE_CHECKING:
    from phusong.data.territory import Territory

boundaries = typer.Typer(no_args_is_help=True, help="Ranh giới xã / commune boundaries.")
units = typer.Typer(no_args_is_help=True, help="Đơn vị hành chính cũ và mới / units of before and after July 2025.")
app = typer.Typer()
app.add_typer(boundaries, name="boundaries")
app.add_typer(units, name="units")

Province = Annotated[str, typer.Option("--province", help="Mã tỉnh / province code")]
Communes = Annotated[Path | None, typer.Option("--communes", help="Ranh giới xã / commune boundaries")]


def territory_of(province: str, communes: Path | None) -> Territory:
    """Return what lists are held against: boundaries of a file or of earlier imports, and the conversion imported."""
    from phusong.data.boundaries import read_communes, stored_communes
    from phusong.data.territory import Territory
    from phusong.data.unit_import import stored_units

    areas = read_communes(communes, province or None).communes if communes else stored_communes()
    return Territory(province_code=province, communes=areas, former=stored_units(), today=date.today())


@boundaries.command("import")
def import_boundaries_(file: Annotated[Path, typer.Argument(help="GeoJSON, GeoPackage, …")], lang: Lang = "vi") -> None:
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


@units.command("import")
def import_units_(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Bảng chuyển đổi .json, .csv, .xlsx; bỏ trống: gói vietnamadminunits / conversion tables"),
    ] = None,
    lang: Lang = "vi",
) -> None:
    """Nhập bảng chuyển đổi xã, huyện, tỉnh cũ sang mới / keep a conversion of former units."""
    from phusong.data.unit_import import import_units

    screen = screen_for(lang)
    summary = import_units(files or ())
    screen.problems(summary.problems)
    counts = (summary.old_communes, summary.split_communes, summary.new_communes, summary.changes)
    vi, en = ([number(count, language) for count in counts] for language in LANGUAGES)
    text = Text(
        f"Đã nhập {vi[0]} xã cũ ({vi[1]} xã tách làm nhiều phần) thành {vi[2]} xã, và {vi[3]} thay đổi về sau, "
        f"vào {summary.stored_at}",
        f"Imported {en[0]} former communes ({en[1]} of them split) into {en[2]} of today, and {en[3]} later changes, "
        f"into {summary.stored_at}",
    )
    screen.say(text)


@units.command()
def find(
    name: Annotated[str, typer.Argument(help="“xã Phúc Yên, huyện Lâm Bình” hoặc mã / or a code")],
    province: Province = "",
    communes: Communes = None,
    lang: Lang = "vi",
) -> None:
    """Tra một đơn vị cũ nay là xã, phường nào / what a unit named by people is today."""
    from phusong.data.unit_lookup import convert_name, found_line

    screen = screen_for(lang)
    found = convert_name(name, territory_of(province, communes))
    for unit in found:
        screen.say(found_line(unit))
    if not found:
        text = Text(
            f"Không tìm thấy “{name}”. Hãy ghi thêm huyện, tỉnh, hoặc nhập bảng chuyển đổi (phusong units import).",
            f"“{name}” was not found. Add district and province, or import a conversion (phusong units import).",
        )
        screen.say(text)
        raise typer.Exit(MISTAKE)
