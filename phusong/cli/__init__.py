"""The ``phusong`` command: each command reads, calls one function, writes; an error a user can mend is one sentence."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from rich.table import Table

import phusong
from phusong.cli.screen import LEVELS, MISTAKE, Screen, screen_for, working
from phusong.errors import BadInputError, PhuSongError
from phusong.words import Language, Text, number, percent

if TYPE_CHECKING:
    from phusong.study.path_profile import SitePath

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Phủ Sóng: tìm vùng lõm sóng, đếm hộ cần phủ, lập gói thầu.",
)
boundaries = typer.Typer(no_args_is_help=True, help="Ranh giới xã / commune boundaries.")
app.add_typer(boundaries, name="boundaries")


Lang = Annotated[str, typer.Option("--lang", help="vi | en", metavar="vi|en")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Không in gì ngoài lỗi / print errors only")]
AsJson = Annotated[bool, typer.Option("--json", help="Nhật ký dạng JSON, mỗi dòng một việc / log as JSON lines")]


@app.command()
def run(
    study: Annotated[Path, typer.Argument(help="study.toml")],
    out: Annotated[Path, typer.Option("--out", help="Thư mục kết quả / results folder")] = Path("ket-qua"),
    lang: Lang = "vi",
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Chạy một nghiên cứu: từ dữ liệu đến vùng lõm, gói thầu, bản đồ và hồ sơ / run a study."""
    screen = screen_for(lang, quiet, as_json)
    _run(screen, study, out)


def _run(screen: Screen, study: Path, out: Path) -> None:
    from phusong.study import run_study

    with working(screen) as bar:
        written = run_study(study, out, language=screen.language, progress=bar)
    counts = cast(Mapping[str, int], written.manifest["counts"])
    if not screen.quiet and not screen.as_json:
        screen.out.print(_summary(counts, screen.language))
        screen.out.print(_avoided(counts).to(screen.language), markup=False, highlight=False, soft_wrap=True)
    notes = cast(int, written.manifest["warnings"])
    text = Text(
        f"Kết quả ở {written.folder}: mở map.html, report.xlsx, results.gpkg. "
        f"{number(notes)} lưu ý về dữ liệu vào nằm trong report.xlsx.",
        f"Results in {written.folder}: open map.html, report.xlsx, results.gpkg. "
        f"{number(notes, 'en')} notes on the inputs are in report.xlsx.",
    )
    screen.say(text, folder=written.folder, counts=dict(counts))


_SHOWN_COUNTS = {
    "households": Text("Hộ dân", "Households"),
    "served_households": Text("  có sóng", "  served"),
    "unserved_households": Text("  chưa có sóng", "  unserved"),
    "undetermined_households": Text("  chưa xác định – cần đo", "  undetermined – to be measured"),
    "no_data_households": Text("  không có dữ liệu", "  no data"),
    "villages": Text("Thôn", "Villages"),
    "gaps": Text("Vùng lõm sóng", "Signal-depression areas"),
    "gap_households": Text("  hộ cần phủ sóng", "  households that need coverage"),
    "proposed_sites": Text("Trạm tham chiếu", "Reference sites"),
    "packages": Text("Gói thầu", "Packages"),
}


def _avoided(counts: Mapping[str, int]) -> Text:
    """Say how many paths the prediction did without."""
    reach, done = counts["paths_in_reach"], counts["paths_computed"]
    return Text(
        f"Đường truyền phải tính: {percent(done, reach)}; các đường còn lại chắc chắn không đổi kết quả.",
        f"Paths that had to be computed: {percent(done, reach, 'en')}; the others cannot change the answer.",
    )


def _summary(counts: Mapping[str, int], language: Language) -> Table:
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column()
    table.add_column(justify="right")
    for key, title in _SHOWN_COUNTS.items():
        table.add_row(title.to(language), number(counts[key], language))
    return table


@app.command()
def raster(
    study: Annotated[Path, typer.Argument(help="study.toml")],
    layer: Annotated[
        list[str] | None,
        typer.Option("--layer", help="Lớp, ví dụ viettel_4g; ghi lại được nhiều lần / a layer; may be repeated"),
    ] = None,
    resolution: Annotated[float, typer.Option("--resolution", help="Cạnh ô, m / side of a cell, m")] = 100.0,
    out: Annotated[Path, typer.Option("--out", help="Thư mục kết quả / results folder")] = Path("ket-qua"),
    lang: Lang = "vi",
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Vẽ mức thu của từng lớp thành GeoTIFF / draw the level of each layer as GeoTIFF."""
    from phusong.study.rasters import make_rasters

    screen = screen_for(lang, quiet, as_json)
    with working(screen) as bar:
        made = make_rasters(
            study, out, layers=layer or (), resolution_m=resolution, language=screen.language, progress=bar
        )
    files = ", ".join(path.name for path in made.files.values())
    text = Text(
        f"{files} ở {out}: {number(made.area.n_cols)} × {number(made.area.n_rows)} ô, "
        f"{number(made.cells_inside)} ô trong vùng nghiên cứu.",
        f"{files} in {out}: {number(made.area.n_cols, 'en')} × {number(made.area.n_rows, 'en')} cells, "
        f"{number(made.cells_inside, 'en')} of them in the study area.",
    )
    screen.say(text, files=dict(made.files), cells=made.area.cells, cells_inside=made.cells_inside)


@app.command()
def sample(
    out: Annotated[Path, typer.Option("--out", help="Thư mục mới / new folder")],
    seed: Annotated[int, typer.Option("--seed", min=0)] = 1,
    households: Annotated[int, typer.Option("--households", min=1_200, max=3_000_000)] = 60_000,
    complete: Annotated[
        bool, typer.Option("--complete", help="Danh sách trạm không thiếu gì / station lists that leave nothing out")
    ] = False,
    lang: Lang = "vi",
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Tạo một tỉnh mẫu bằng dữ liệu mô phỏng / make a sample province of simulated data."""
    _sample(screen_for(lang, quiet, as_json), out, seed, households, complete=complete)


def _sample(screen: Screen, out: Path, seed: int, households: int, *, complete: bool = False) -> None:
    from phusong.data.sample import make_sample

    title = Text("Tạo tỉnh mẫu (dữ liệu mô phỏng)", "Make the sample province (simulated data)")
    with working(screen) as bar:
        bar.step(title, 1, 1)
        make_sample(
            out, seed=seed, households=households, complete=complete, progress=lambda _step, share: bar.share(share)
        )
    screen.say(Text(f"Tỉnh mẫu ở {out}", f"The sample province is in {out}"), folder=out)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Thư mục / folder")] = Path("demo-results"),
    lang: Lang = "vi",
    quiet: Quiet = False,
) -> None:
    """Tạo tỉnh mẫu rồi chạy toàn bộ chuỗi công việc trên đó / make the sample province and run everything on it."""
    screen = screen_for(lang, quiet)
    _sample(screen, out / "tinh-mau", 1, 60_000)
    _run(screen, out / "tinh-mau" / "study.toml", out / "ket-qua")


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


@app.command()
def version() -> None:
    """In phiên bản / print the version."""
    print(phusong.__version__)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; an error a user can mend ends as one sentence and exit code 2."""
    arguments = sys.argv[1:] if arguments is None else arguments
    language: Language = "vi"
    if "--lang=en" in arguments or ("--lang", "en") in pairwise(arguments):
        language = "en"
    try:
        app(arguments)
    except BadInputError as error:
        screen = screen_for(language)
        screen.problems(error.problems)
        screen.fail(error.text)
    except PhuSongError as error:
        screen_for(language).fail(error.text)
