"""The command about findings: what a study concludes of every village and gap, with the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from phusong.cli.options import AsJson, Lang, Quiet
from phusong.cli.screen import Screen, announce_compilation, screen_for, working
from phusong.words import Text, number

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer()


@app.command()
def findings(
    study: Annotated[Path, typer.Argument(help="study.toml")],
    results: Annotated[
        Path | None, typer.Option("--results", help="Thư mục kết quả của phusong run / results folder of a run")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Tệp .xlsx / .xlsx file")] = Path("ket-luan.xlsx"),
    village: Annotated[
        str | None, typer.Option("--village", help="Chỉ một thôn, theo tên hoặc mã / one village only, by name or code")
    ] = None,
    round_: Annotated[
        Path | None,
        typer.Option("--round", help="Thư mục đợt báo cáo có câu trả lời / folder of a reporting round with answers"),
    ] = None,
    lang: Lang = "vi",
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Kết luận từng thôn, khu vực lõm theo bằng chứng / the finding of every village and gap, with its evidence."""
    from phusong.errors import PhuSongError
    from phusong.study.findings_book import findings_of_results, findings_of_study, write_findings

    screen = screen_for(lang, quiet, as_json)
    if results is not None and round_ is not None:
        raise PhuSongError(
            Text(
                "Chỉ dùng một trong --results và --round: kết quả đã có không thêm được câu trả lời mới.",
                "Use either --results or --round: results made before take no new answers.",
            )
        )
    if results is not None:
        found = findings_of_results(study, results)
    else:
        announce_compilation(screen)
        with working(screen) as bar:
            found = findings_of_study(study, round_folder=round_, progress=bar)
    if village is not None:
        found = found.of_village(village)
        _say_village(screen, found.tables)
    write_findings(out, found, dated=found.study.dated, language=screen.language)
    _say_counts(screen, found.counts, found.reliability)
    screen.say(Text(f"Bảng kết luận ở {out}", f"The findings are in {out}"), file=out, counts=found.counts)


def _say_village(screen: Screen, tables: Mapping[str, pd.DataFrame]) -> None:
    """Say what is concluded of one village and on what evidence."""
    from phusong.coverage.findings import KIND_TITLES, SAYS_TITLES

    language = screen.language
    for row in tables["findings"].to_dict("records"):
        place = row["gap_id"] or row["village_name"]
        word, basis = SAYS_TITLES[row["finding"]].to(language), KIND_TITLES[row["basis"]].to(language)
        why = row[f"provisional_because_{language}"]
        screen.say(
            Text(
                f"{place}, {row['commune_name']} ({row['service']}): {word}, theo {basis}"
                + (f"; tạm: {why}" if why else ""),
                f"{place}, {row['commune_name']} ({row['service']}): {word}, by {basis}"
                + (f"; provisional: {why}" if why else ""),
            )
        )
    for row in tables["evidence"].to_dict("records"):
        kind = KIND_TITLES[row["kind"]]
        screen.say(Text(f"  {kind.vi}: {row['detail_vi']}", f"  {kind.en}: {row['detail_en']}"))


def _say_counts(screen: Screen, counts: Mapping[str, int], reliability: Text) -> None:
    from phusong.coverage.findings import SAYS_TITLES

    titles: dict[str, Text] = {
        **{str(word): title for word, title in SAYS_TITLES.items()},
        "findings": Text("Kết luận", "Findings"),
        "disagreements": Text("Trong đó các bằng chứng trái nhau", "Of these the evidence disagrees"),
        "provisional": Text("Kết luận tạm (dịch vụ chính)", "Provisional (main service)"),
        "tender": Text("Được vào danh sách đấu thầu", "May enter a tender list"),
        "test_points": Text("Nơi cần đo tiếp", "Places to measure next"),
    }
    if screen.as_json:
        return
    for key, count in counts.items():
        title = titles[key]
        screen.say(Text(f"{title.vi}: {number(count)}", f"{title.en}: {number(count, 'en')}"))
    screen.say(reliability)
