"""Command that holds two studies against each other."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from phusong.cli.options import AsJson, Lang
from phusong.cli.screen import screen_for, working
from phusong.words import Text

app = typer.Typer()


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(help="Thư mục kết quả trước / earlier results folder")],
    after: Annotated[Path, typer.Argument(help="Thư mục kết quả sau / later results folder")],
    out: Annotated[Path, typer.Option("--out", help="Tệp .xlsx / .xlsx file")] = Path("so-sanh.xlsx"),
    lang: Lang = "vi",
    as_json: AsJson = False,
) -> None:
    """So sánh hai nghiên cứu: gì mới, gì hết, vì sao / compare two studies: what opened, what closed, why."""
    from phusong.study.compare import compare_results, summary
    from phusong.study.compare_book import write_comparison

    screen = screen_for(lang, as_json=as_json)
    with working(screen_for(lang, quiet=as_json)) as bar:
        bar.step(Text("So sánh", "Comparing"), 1, 1)
        found = compare_results(before, after)
        dated = date.fromisoformat(str(found.after.manifest["dated"]))
        write_comparison(out, found, dated=dated, language=screen.language)
    if not as_json:
        for text in (*summary(found), *found.differences):
            screen.say(text)
    screen.say(
        Text(f"Bảng so sánh ở {out}", f"The comparison is in {out}"),
        out=out,
        nothing_changed=found.nothing_changed,
        transitions=found.transitions.to_dict("index"),
        gaps=found.gaps["change"].value_counts().sort_index().to_dict(),
        villages_changed=len(found.villages),
        differences=[text.to(screen.language) for text in found.differences],
    )
