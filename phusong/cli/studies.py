"""Commands about studies: run them, draw their levels, make the sample they are learnt on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.table import Table

from phusong.cli.options import AsJson, Lang, Quiet
from phusong.cli.package_documents import make_documents
from phusong.cli.packages import tell
from phusong.cli.plan import goal_of, run_plan
from phusong.cli.screen import Screen, announce_compilation, screen_for, working
from phusong.words import Language, Text, number, percent

app = typer.Typer()

DEMO_BUDGET = "60 tỷ"


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

    announce_compilation(screen)
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
    "packages": Text("Gói thầu dự kiến", "Draft packages"),
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
    announce_compilation(screen)
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
    announce_compilation(screen)
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
    study = out / "tinh-mau" / "study.toml"
    _sample(screen, out / "tinh-mau", 1, 60_000)
    _run(screen, study, out / "ket-qua")
    run_plan(screen, study, out / "ke-hoach", goal_of(DEMO_BUDGET, None))
    _packages(screen, study, out)


def _packages(screen: Screen, study: Path, out: Path) -> None:
    """Freeze the packages of the demo and make their document sets."""
    from phusong.study.packaging import make_packages

    again = Text("chạy lại demo", "demo run again").to(screen.language)
    with working(screen) as bar:
        made = make_packages(
            study,
            results=out / "ket-qua",
            plan=out / "ke-hoach",
            out=out / "goi-thau",
            settings=study.with_name("goi-thau.toml"),
            because=again,
            language=screen.language,
            progress=bar,
        )
    tell(screen, made)
    make_documents(screen, out / "goi-thau", (), templates=None, pdf=True)
