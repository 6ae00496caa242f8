"""Commands about lists: their templates, their check, the forms of others that results are written into."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from phusong.cli.options import AsJson, Lang
from phusong.cli.screen import LEVELS, MISTAKE, SHOWN_PROBLEMS, Bar, Screen, screen_for, working
from phusong.cli.territory import Communes, Province, territory_of
from phusong.errors import PhuSongError
from phusong.words import Text, number

if TYPE_CHECKING:
    from phusong.data.lists import CheckedList
    from phusong.data.mapping import HeaderMapping
    from phusong.data.schema import ListSchema
    from phusong.data.territory import Territory

app = typer.Typer()

Stations = Annotated[
    list[Path] | None, typer.Option("--stations", help="Danh sách trạm, ghi lại được nhiều lần / station lists")
]
_READ = Text("Đọc và kiểm tra", "Reading and checking")
_ANNOTATE = Text("Ghi bản có chú thích", "Writing the annotated copy")


@app.command()
def template(
    name: Annotated[
        str,
        typer.Argument(
            help="stations | households | villages | gaps | measurements | declarations | findings | unit_prices"
        ),
    ],
    out: Annotated[Path | None, typer.Option("--out", help="Tệp .xlsx / .xlsx file")] = None,
    lang: Lang = "vi",
) -> None:
    """Viết mẫu Excel của một danh sách, hoặc bảng đơn giá / write the template of a list, or the unit prices."""
    from phusong.data.templates import write_template
    from phusong.data.unit_prices import read_unit_prices, write_unit_prices

    screen = screen_for(lang)
    path = out or Path(f"mau-{name}.xlsx" if lang == "vi" else f"template-{name}.xlsx")
    if name == "unit_prices":
        write_unit_prices(read_unit_prices(), path, screen.language)
    else:
        write_template(schema_of(name), path, screen.language)
    screen.say(Text(f"Mẫu ở {path}", f"The template is {path}"))


def schema_of(name: str) -> ListSchema:
    """Return the list of a name.

    Raises
    ------
    PhuSongError
        No list has the name; the known ones are told.
    """
    from phusong.data.schemas import SCHEMAS

    if name not in SCHEMAS:
        known = ", ".join(SCHEMAS)
        raise PhuSongError(
            Text(f"Không có danh sách “{name}”: chọn {known}", f"No list “{name}”: choose one of {known}")
        )
    return SCHEMAS[name]


@app.command()
def check(
    name: Annotated[
        str, typer.Argument(help="stations | households | villages | gaps | measurements | declarations | bid")
    ],
    files: Annotated[list[Path], typer.Argument(help="Một hoặc nhiều tệp danh sách / one or several list files")],
    province: Province = "",
    communes: Communes = None,
    stations: Stations = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", help="Bảng ghép cột .toml; chưa có thì được viết ra để sửa / columns of the file"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Bản .xlsx có chú thích; nhiều tệp thì là thư mục / annotated copy, or folder"),
    ] = None,
    package: Annotated[
        Path | None,
        typer.Option("--package", help="Với bid: thư mục bản chốt gói thầu / for bid: folder of the frozen package"),
    ] = None,
    lang: Lang = "vi",
    as_json: AsJson = False,
) -> None:
    """Kiểm tra danh sách, hồ sơ dự thầu: mọi vấn đề, kèm dòng và cột / check lists and bids: every problem at once."""
    if name == "bid":
        from phusong.cli.bids import check_bid_command

        check_bid_command(files, package, out, lang=lang, as_json=as_json)
        return
    screen = screen_for(lang, as_json=as_json)
    schema = schema_of(name)
    said = _mapping_of(screen, schema, files, mapping)
    territory = territory_of(province, communes)
    steps = len(files) * (2 if out else 1)
    with working(screen_for(lang, quiet=as_json)) as bar:
        lists = _checked(bar, steps, schema, files, territory, said, stations or ())
        if out is not None:
            _annotate_all(screen, bar, steps, lists, out)
    for checked in lists:
        _tell(screen, checked)
    if any(problem.level == "error" for checked in lists for problem in checked.problems):
        raise typer.Exit(MISTAKE)


def _mapping_of(screen: Screen, schema: ListSchema, files: Sequence[Path], path: Path | None) -> HeaderMapping | None:
    """Return the mapping a user wrote and keep it for next time; where there is none yet, write one to be edited."""
    from phusong.data.mapping import propose_mapping, read_mapping, remember_mapping, write_mapping

    if path is None:
        return None
    if not path.exists():
        write_mapping(propose_mapping(files[0], schema), path)
        text = Text(
            f"Đã viết bảng ghép cột {path}: hãy mở ra, sửa cho đúng rồi chạy lại lệnh này.",
            f"The columns of the file are in {path}: open it, correct it and run this command again.",
        )
        screen.say(text, mapping=path)
        raise typer.Exit(0)
    said = read_mapping(path)
    remember_mapping(said)
    return said


def _checked(
    bar: Bar,
    steps: int,
    schema: ListSchema,
    files: Sequence[Path],
    territory: Territory,
    mapping: HeaderMapping | None,
    stations: Sequence[Path],
) -> Sequence[CheckedList]:
    """Check every list by itself, then against each other and, gap lists, against the stations."""
    from phusong.data.checks.between import between_lists
    from phusong.data.checks.distances import check_distances
    from phusong.data.lists import read_list
    from phusong.data.schemas import STATIONS

    masts = [read_list(path, STATIONS, territory) for path in stations]
    lists = []
    for done, path in enumerate(files, start=1):
        bar.step(_READ, done, steps)
        lists.append(read_list(path, schema, territory, mapping=mapping))
    if schema.name == "gaps" and masts:
        lists = [check_distances(checked, masts) for checked in lists]
    return between_lists(lists) if len(lists) > 1 else lists


def _annotate_all(screen: Screen, bar: Bar, steps: int, lists: Sequence[CheckedList], out: Path) -> None:
    """Write the annotated copy of each list: into ``out`` itself, or into this folder where there are several."""
    from phusong.data.annotated.copy import annotate

    if len(lists) > 1:
        out.mkdir(parents=True, exist_ok=True)
    for done, checked in enumerate(lists, start=len(lists) + 1):
        bar.step(_ANNOTATE, done, steps)
        path = out / f"{checked.path.stem}.xlsx" if len(lists) > 1 else out
        copy = annotate(checked.path, checked, path, dated=date.today(), language=screen.language)
        for text in copy.lost:
            screen.err.print(text.to(screen.language), markup=False, highlight=False, soft_wrap=True)


def _tell(screen: Screen, checked: CheckedList) -> None:
    """Say what the check of one list found; many problems are told kind by kind."""
    from phusong.data.check_report import report_of, summary_lines, to_json

    if screen.as_json:
        print(to_json(report_of(checked), screen.language))
        return
    if len(checked.problems) <= SHOWN_PROBLEMS:
        screen.problems(checked.problems)
    else:
        for line in summary_lines(report_of(checked), screen.language):
            screen.err.print(line, markup=False, highlight=False, soft_wrap=True)
    counts = {level: sum(p.level == level for p in checked.problems) for level in LEVELS}
    rows = len(checked.rows)
    text = Text(
        f"{number(rows)} dòng đúng, {number(counts['repair'])} chỗ đã sửa giúp, "
        f"{number(counts['warning'])} lưu ý, {number(counts['error'])} lỗi",
        f"{number(rows, 'en')} good rows, {number(counts['repair'], 'en')} repairs, "
        f"{number(counts['warning'], 'en')} notes, {number(counts['error'], 'en')} errors",
    )
    screen.say(text)


@app.command()
def fill(
    template_: Annotated[Path, typer.Argument(metavar="TEMPLATE", help="Biểu mẫu .xlsx của bộ, của tỉnh / the form")],
    study: Annotated[Path, typer.Argument(help="Thư mục kết quả của phusong run / results folder of a study")],
    out: Annotated[Path | None, typer.Option("--out", help="Tệp .xlsx / .xlsx file")] = None,
    lang: Lang = "vi",
) -> None:
    """Điền kết quả vào biểu mẫu có sẵn, giữ nguyên định dạng / write results into somebody's own form."""
    from phusong.data.filled_forms import fill_form
    from phusong.data.schemas import GAPS
    from phusong.study.reported_form import gap_rows_of_study

    screen = screen_for(lang)
    rows = gap_rows_of_study(study, screen.language)
    path = out or template_.with_name(f"{template_.stem}-da-dien.xlsx")
    filled = fill_form(template_, rows, GAPS, path, screen.language, province_code=_one(rows["province_code"].tolist()))
    for text in (*filled.to_check, *filled.lost):
        screen.err.print(text.to(screen.language), markup=False, highlight=False, soft_wrap=True)
    empty = ", ".join(filled.empty)
    text = Text(
        f"Đã điền {number(filled.rows)} dòng vào {filled.path}." + (f" Để trống: {empty}." if empty else ""),
        f"{number(filled.rows, 'en')} rows are in {filled.path}." + (f" Left empty: {empty}." if empty else ""),
    )
    screen.say(text)


def _one(codes: Sequence[str]) -> str:
    own = set(codes) - {""}
    return own.pop() if len(own) == 1 else ""


@app.command()
def reconcile(
    study: Annotated[Path, typer.Argument(help="study.toml")],
    results: Annotated[Path, typer.Argument(help="Thư mục kết quả của phusong run / results folder")],
    list_: Annotated[Path, typer.Argument(metavar="LIST", help="Danh sách vùng lõm / the gap list")],
    out: Annotated[Path, typer.Option("--out", help="Tệp .xlsx / .xlsx file")] = Path("doi-chieu.xlsx"),
    lang: Lang = "vi",
) -> None:
    """Đối chiếu một danh sách vùng lõm với kết quả đã có / reconcile a gap list with results made before."""
    from phusong.data.report_reconciliation import VERDICT_TITLES
    from phusong.study.reconciliation_book import reconcile_file

    screen = screen_for(lang)
    with working(screen) as bar:
        bar.step(Text("Đối chiếu", "Reconciling"), 1, 1)
        found = reconcile_file(study, results, list_, out, dated=date.today(), language=screen.language)
    screen.problems(found.problems)
    by_verdict = found.reconciliation.table["verdict"].value_counts()
    for verdict, title in VERDICT_TITLES.items():
        count = int(by_verdict.get(verdict, 0))
        screen.say(Text(f"{title.vi}: {number(count)}", f"{title.en}: {number(count, 'en')}"))
    screen.say(Text(f"Bảng đối chiếu ở {out}", f"The reconciliation is in {out}"))
