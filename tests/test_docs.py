"""The documentation is complete and true: every entry, option, column and count is in it, links lead somewhere."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pyogrio
import pytest
import typer
from openpyxl import load_workbook
from PIL import Image

from phusong.cli import app
from phusong.coverage.criteria import STATES, VILLAGE_CLASSES
from phusong.coverage.radio.p2109 import building_entry_loss_db
from phusong.data.clutter import read_clutter_heights
from phusong.data.profiles import profile_names
from phusong.data.study_file import _ENTRIES, _REQUIRED, StudyFile, read_study_file
from phusong.words import number

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob("examples/*/*.md")])
PICTURES = {
    "map.png": 250,
    "ridge.vi.png": 150,
    "ridge.en.png": 150,
    "profile.png": 100,
    "ranking.png": 200,
    "plan.png": 200,
    "village-sheet.png": 200,
    "package.png": 200,
}
"""Pictures of the README and the docs and the most kB each may have."""

TABLES = (
    *("households", "communes", "villages", "gaps", "sites", "proposed_sites", "packages"),
    *("asks", "measure_first", "reconciliation", "reconciliation_communes"),
    *("evidence", "findings", "reliability", "test_points", "ranking", "scenarios", "planned", "future_gaps"),
    *("road_gaps", "roads_summary", "target_places", "cells"),
)
PLAN_TABLES = ("plan_sites", "plan_gaps", "plan_served", "plan_costs", "candidates", "ranking")
OPERATORS = "viettel|vinaphone|mobifone|vietnamobile"


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(text: str, title: str) -> str:
    """Return what stands under the heading that begins with ``title``, up to the next of its level or higher."""
    found = re.search(rf"^(#+) {re.escape(title)}(?![\w-]).*?\n(.*?)(?=^#{{1,2}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no section {title!r}"
    return found.group(2)


def terms(text: str) -> set[str]:
    """Return everything written as code."""
    return set(re.findall(r"`([^`\n]+)`", text))


def generic(column: str) -> str:
    """Return how the docs write a column whose name depends on the study."""
    for pattern, name in (
        (r"level_dbm_.+_(2g|3g|4g|5g|other)", "level_dbm_{operator}_{tech}"),
        (r"village_class_(.+_)?(after_2g_off|after_3g_off|with_planned|with_700)", "village_class_{scenario}"),
        (r"village_class_.+", "village_class_{service}"),
        (rf"nearest_({OPERATORS})_site_id", "nearest_{operator}_site_id"),
        (rf"nearest_({OPERATORS})_km", "nearest_{operator}_km"),
        (rf"state_(data|voice)_({OPERATORS})", "state_{service}_{operator}"),
        (r"because_(data|voice)_vi", "because_{service}_vi"),
        (r"because_(data|voice)_en", "because_{service}_en"),
        (r"state_(?!indoor).+", "state_{service}"),
    ):
        if re.fullmatch(pattern, column):
            return name
    return column


@pytest.mark.parametrize("part", _ENTRIES)
def test_every_entry_of_study_toml_is_documented(part: str) -> None:
    """Each key has a row in its section, those needed say so, and no row names an entry that does not exist."""
    rows = re.findall(r"^\| `(\w+)` \| (.*)$", section(page("docs/study-file.md"), f"`[{part}]`"), re.MULTILINE)
    assert {name for name, _ in rows} == set(_ENTRIES[part])
    for name, rest in rows:
        assert ("bắt buộc / required" in rest) == ((part, name) in _REQUIRED), name


def test_the_documented_defaults_are_those_of_the_code(tmp_path: Path) -> None:
    """A study with only what is required has the numbers and names the page prints."""
    text = page("docs/study-file.md")
    (tmp_path / "a.xlsx").touch()
    (tmp_path / "study.toml").write_text(
        '[study]\nname="T"\nprovince_code="01"\n[inputs]\nstations=["a.xlsx"]\nterrain="a.xlsx"\nterrain_kind="dsm"\n'
    )
    study: StudyFile = read_study_file(tmp_path / "study.toml")
    rows = re.findall(r"^\| `(\w+)` \|(.*)$", text, re.MULTILINE)
    printed = {name: rest.split("|")[1].strip(" `") for name, rest in rows}
    for name in ("seed", "max_households", "max_sites"):
        assert printed[name] == str(getattr(study, name))
    assert (float(printed["delta_n"]), float(printed["n0"])) == (study.air.delta_n, study.air.n0)
    assert json.loads(printed["calibrate"]) is study.calibrate is False
    assert printed["profile"] == f'"{study.profile}"'
    assert tuple(json.loads(printed["operators"])) == study.operators


def test_the_example_study_is_one(tmp_path: Path) -> None:
    """The study.toml on the page is read without complaint once its files are there."""
    example = re.search(r"```toml\n(.*?)```", page("docs/study-file.md"), re.DOTALL)
    assert example
    (tmp_path / "study.toml").write_text(example.group(1), encoding="utf-8")
    inputs = tomllib.loads(example.group(1))["inputs"]
    for name in [*inputs["stations"], *(v for k, v in inputs.items() if k not in ("stations", "terrain_kind"))]:
        (tmp_path / name).touch()
    assert read_study_file(tmp_path / "study.toml").province_code == "08"


def test_every_entry_of_a_profile_is_documented_with_its_values() -> None:
    """Each key of the profiles that come with the package is on the page, and its numbers are theirs."""
    text = section(page("docs/study-file.md"), "Bộ ngưỡng")
    known = terms(text)
    folder = resources.files("phusong.data.profiles")
    for name in profile_names():
        profile = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
        assert f"`{name}`" in text
        assert set(_profile_keys(profile)) <= known
    for key, row in re.findall(r"^\| (?:`\[\w+\]` )?`(\w+)` \| (.*)$", text, re.MULTILINE):
        if key in profile and isinstance(profile[key], float):
            assert row.split("|")[0].strip() == f"{profile[key]:g}".replace(".", ",")


def _profile_keys(profile: dict[str, Any]) -> Iterator[str]:
    """Yield the keys of a profile, those in its sections instead of the sections'; a text in two languages is one."""
    for key, value in profile.items():
        parts = value.values() if key == "technology" else value if isinstance(value, list) else [value]
        inner = [part for part in parts if isinstance(part, dict) and set(part) != {"vi", "en"}]
        yield from (name for part in inner for name in part)
        if not inner:
            yield key


def test_the_documented_clutter_heights_are_those_of_the_table() -> None:
    """Each class has its row with its metres, and the clearing and the settlement are those in the text."""
    text = page("docs/clutter.md")
    heights = read_clutter_heights()
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| ", text, re.MULTILINE)
    assert {name: int(metres) for name, metres in rows} == dict(heights.height_m)
    assert text.count(f"{heights.clearing_m:g} m") >= 4
    assert f"Với {heights.height_m['settlement']} m" in text


def test_the_documented_entry_losses_are_those_of_the_recommendation() -> None:
    """The medians of P.2109 on the page, in both languages, are what our function gives."""
    text = page("docs/clutter.md")
    for frequency_ghz in (0.7, 2.6):
        loss_db = building_entry_loss_db(frequency_ghz, building="traditional")
        mhz = f"{1000.0 * frequency_ghz:.0f} MHz"
        assert f"{number(loss_db, decimals=1)} dB tại {mhz}" in text
        assert f"{loss_db:.1f} dB at {mhz}" in text


def test_every_command_and_option_is_documented() -> None:
    """Each command has a section that names its arguments and options, and no section is of a lost command."""
    text = page("docs/command-line.md")
    commands = dict(_commands(typer.main.get_command(app), "phusong"))
    for name, parameters in commands.items():
        known = terms(section(text, f"`{name}"))
        missing = {p for p in parameters if not any(p == term or p in term.split(", ") for term in known)}
        assert not missing, (name, missing)
    written = set(re.findall(r"^## `(phusong [a-z ]*[a-z])", text, re.MULTILINE))
    assert written == set(commands)


def _commands(command: Any, name: str) -> Iterator[tuple[str, set[str]]]:
    if hasattr(command, "commands"):
        for key, part in command.commands.items():
            yield from _commands(part, f"{name} {key}")
        return
    options = {p.opts[0] if p.param_type_name == "option" else p.name.strip("_").upper() for p in command.params}
    yield name, options - {"--help"}


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_the_results_is_documented(small_results: Path, name: str) -> None:
    """Each column a run writes has its row, and no row is of a column no run writes."""
    assert documented_columns(name) == written_columns(small_results, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", PLAN_TABLES)
def test_every_column_of_a_plan_is_documented(small_plan: Path, name: str) -> None:
    """Each column a plan writes has its row, and no row is of a column no plan writes; its ranking is that of a run."""
    assert documented_columns(name) == written_columns(small_plan, name)


def documented_columns(name: str) -> set[str]:
    """Return the columns that have a row in the section of a table."""
    rows = re.findall(r"^\| (`.*?) \| ", section(page("docs/results.md"), f"`{name}`"), re.MULTILINE)
    return {term for row in rows for term in terms(row)}


def written_columns(folder: Path, name: str) -> set[str]:
    return {generic(column) for column in pd.read_parquet(folder / f"{name}.parquet").columns}


@pytest.fixture(scope="module")
def small_plan(small_province: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a plan of the small province."""
    from phusong.study.planning import Goal, plan_study

    folder = tmp_path_factory.mktemp("plan") / "ke-hoach"
    plan_study(small_province / "study.toml", folder, Goal(budget_vnd=10e9))
    return folder


@pytest.mark.slow
def test_every_file_layer_and_sheet_of_a_plan_is_documented(small_plan: Path) -> None:
    """Files, layers of the GeoPackage, sheets of plan.xlsx, entries of the manifest and those within its answers."""
    text = page("docs/results.md")
    files = terms(section(text, "Thư mục kế hoạch"))
    assert {path.name for path in small_plan.iterdir()} <= files
    assert {name for name, kind in pyogrio.list_layers(small_plan / "results.gpkg") if kind} <= files
    sheets = load_workbook(small_plan / "plan.xlsx", read_only=True).sheetnames
    assert [sheet for sheet in sheets if f"| {sheet} / " not in section(text, "`plan.xlsx`")] == []
    manifest = json.loads((small_plan / "manifest.json").read_text(encoding="utf-8"))
    named = terms(section(text, "Tóm tắt của kế hoạch"))
    inner = {key for part in ("asked", "held", "left_households") for key in manifest[part]}
    assert set(manifest) | inner <= named
    assert named - set(manifest) - inner == {"chosen"}


@pytest.mark.slow
def test_every_file_layer_and_sheet_is_documented(small_results: Path) -> None:
    """Files, layers of the GeoPackage, sheets of the report, entries and counts of the manifest."""
    text = page("docs/results.md")
    known = terms(text)
    for path in small_results.iterdir():
        assert {path.name, f"*{path.suffix}", f"{path.name}/<mã gói>/"} & known, path.name
    layers = {name for name, kind in pyogrio.list_layers(small_results / "results.gpkg") if kind}
    assert layers <= known
    sheets = load_workbook(small_results / "report.xlsx", read_only=True).sheetnames
    assert all(sheet in section(text, "`report.xlsx`") for sheet in sheets)
    manifest = json.loads((small_results / "manifest.json").read_text(encoding="utf-8"))
    part = section(text, "`manifest.json`")
    named = terms(re.sub(r"\|[^|`]*\|[^|]*\|$", "|", part, flags=re.MULTILINE))
    assert named == set(manifest) | set(manifest["counts"])


def test_every_state_and_class_is_explained() -> None:
    """The four states and the five classes, each in its table."""
    text = page("docs/results.md")
    assert set(STATES) <= terms(section(text, "Bốn trạng thái"))
    assert set(VILLAGE_CLASSES) <= terms(section(text, "Lớp của thôn"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    """Every relative link and picture of a page exists."""
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
    absent = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert absent == []


@pytest.mark.parametrize("path", [p for p in PAGES if "decisions" not in p.parts], ids=lambda path: path.name)
def test_pages_have_composed_letters_and_no_foreign_paths(path: Path) -> None:
    """Accents are single letters (NFC), so that a search finds them; nothing of a builder's machine is named."""
    text = path.read_text(encoding="utf-8")
    assert text == unicodedata.normalize("NFC", text)
    assert "../shared" not in text
    assert "/work" not in text.replace("/workflow", "")


@pytest.mark.parametrize(("name", "most_kb"), PICTURES.items())
def test_pictures_are_small_and_whole(name: str, most_kb: int) -> None:
    """Each stays under its size and opens; the map is that of a desk."""
    path = DOCS / "images" / name
    assert path.stat().st_size <= 1000 * most_kb
    with Image.open(path) as picture:
        picture.load()
        assert picture.width == 1366 if name == "map.png" else picture.width > 800


@pytest.fixture(scope="module")
def images() -> ModuleType:
    """Return the script that makes the pictures, as a module."""
    spec = importlib.util.spec_from_file_location("make_images", DOCS / "figures" / "make_images.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_ridge_of_the_readme_is_what_the_model_says(images: ModuleType) -> None:
    """Both READMEs give the number of households the buffer is wrong about; before the ridge model and buffer agree."""
    scene = images.ridge_scene()
    inside, east = scene.inside_buffer(), scene.lon_deg > images.SITE[0]
    missed = int((inside & ~scene.served).sum())
    assert missed > 100
    assert scene.served[inside & ~east].all()
    assert f"wrong about {missed}\nhouseholds" in page("README.md")
    assert f"tính nhầm {missed} hộ" in page("README.vi.md")
