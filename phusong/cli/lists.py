"""Commands about lists: their templates, their check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from phusong.cli.options import AsJson, Lang
from phusong.cli.screen import LEVELS, MISTAKE, screen_for
from phusong.errors import PhuSongError
from phusong.words import Text, number

app = typer.Typer()


@app.command()
def template(
    name: Annotated[str, typer.Argument(help="stations | households | villages | gaps | measurements | declarations")],
    out: Annotated[Path | None, typer.Option("--out", help="Tệp .xlsx / .xlsx file")] = None,
    lang: Lang = "vi",
) -> None:
    """Viết mẫu Excel của một danh sách / write the Excel template of a list."""
    from phusong.data.templates import write_template

    screen = screen_for(lang)
    schema = _schema(name)
    path = out or Path(f"mau-{name}.xlsx" if lang == "vi" else f"template-{name}.xlsx")
    write_template(schema, path, screen.language)
    screen.say(Text(f"Mẫu ở {path}", f"The template is {path}"))


def _schema(name: str) -> Any:
    from phusong.data.schemas import SCHEMAS

    if name not in SCHEMAS:
        known = ", ".join(SCHEMAS)
        raise PhuSongError(
            Text(f"Không có danh sách “{name}”: chọn {known}", f"No list “{name}”: choose one of {known}")
        )
    return SCHEMAS[name]


@app.command()
def check(
    name: Annotated[str, typer.Argument(help="stations | households | villages | gaps | measurements | declarations")],
    file: Annotated[Path, typer.Argument(help="Tệp danh sách / list file")],
    province: Annotated[str, typer.Option("--province", help="Mã tỉnh / province code")] = "",
    communes: Annotated[Path | None, typer.Option("--communes", help="Ranh giới xã / commune boundaries")] = None,
    lang: Lang = "vi",
    as_json: AsJson = False,
) -> None:
    """Kiểm tra một danh sách: mọi vấn đề cùng lúc, kèm dòng và cột / check a list: every problem at once."""
    from phusong.data.boundaries import read_communes, stored_communes
    from phusong.data.lists import read_list
    from phusong.data.territory import Territory

    screen = screen_for(lang, as_json=as_json)
    schema = _schema(name)
    areas = read_communes(communes, province or None).communes if communes else stored_communes()
    checked = read_list(file, schema, Territory(province_code=province, communes=areas))
    screen.problems(checked.problems)
    counts = {level: sum(p.level == level for p in checked.problems) for level in LEVELS}
    text = Text(
        f"{number(len(checked.rows))} dòng đúng, {number(counts['repair'])} chỗ đã sửa giúp, "
        f"{number(counts['warning'])} lưu ý, {number(counts['error'])} lỗi",
        f"{number(len(checked.rows), 'en')} good rows, {number(counts['repair'], 'en')} repairs, "
        f"{number(counts['warning'], 'en')} notes, {number(counts['error'], 'en')} errors",
    )
    screen.say(text, rows=len(checked.rows), **counts)
    if counts["error"]:
        raise typer.Exit(MISTAKE)
