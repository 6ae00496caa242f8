"""The path profile as its user meets it: the right station and service, a ledger that adds up, plain mistakes."""

from __future__ import annotations

import io
import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import rasterio
from made_masts import LAT, LON, WEST, centre, made_profile, made_site, made_terrain
from PIL import Image
from rasterio.transform import Affine

from phusong.cli import main
from phusong.cli.screen import MISTAKE
from phusong.coverage.criteria import Margin
from phusong.coverage.network import Network, Span
from phusong.coverage.prediction import Points, predict
from phusong.coverage.radio.link import ledger_sum
from phusong.data.inputs import read_inputs, read_sites
from phusong.data.profiles import read_profile
from phusong.data.study_file import read_study_file
from phusong.errors import OutOfRangeError, UnknownNameError
from phusong.maps.figures import path_profile_figure, png_bytes
from phusong.study.path_profile import Asked, _site, parse_place, read_site_path, site_path
from phusong.study.path_report import (
    as_values,
    facts,
    file_name,
    headline,
    ledger_rows,
    notes,
    other_lines,
    profile_of,
    verdict,
)
from phusong.words import Text

PLACE = (centre(LON + 0.06, WEST), LAT)
MARGINS = (
    Margin(key="shadow", title=Text("Dự trữ", "Margin"), outdoor_db=5.4, indoor_db=5.4, source=Text("thử", "test")),
)


def asked(**more):
    return Asked(**{"site_id": "A", "lon_deg": PLACE[0], "lat_deg": PLACE[1], **more})


def path_over(*, terrain=None, site=None, profile=None, simulated=False, **more):
    """The path from the mast in the middle of the plain to a place 6 km east of it."""
    profile = replace(made_profile(), margins=MARGINS) if profile is None else profile
    return site_path(
        site or made_site("A", LON), terrain or made_terrain(), profile, asked(**more), simulated=simulated
    )


def texts_of(figure):
    figure.canvas.draw()
    return " | ".join(text.get_text() for text in figure.findobj(mpl.text.Text) if text.get_text())


@pytest.mark.parametrize("ridge_m", [0, 60, 150])
def test_the_ledger_is_the_level_of_the_prediction_after_margins(ridge_m) -> None:
    """Sum of the ledger = level predicted for the site at the place − margins, to 0.01 dB, in sight and not."""
    terrain, profile = made_terrain(ridge_m=ridge_m), replace(made_profile(floor_dbm=-200.0), margins=MARGINS)
    site = made_site("A", LON)
    points = Points(lon_deg=np.array([PLACE[0]]), lat_deg=np.array([PLACE[1]]), of_household=np.array([0]))
    found = predict(Network(sites=(site,), inventories=()), terrain, points, profile)
    path = path_over(terrain=terrain, profile=profile)
    total = ledger_sum(path.ledger)
    assert total.middle == pytest.approx(found.level_dbm(0)[0] - 5.4, abs=0.0101)
    assert path.chosen.level_dbm.middle == pytest.approx(total.middle, abs=1e-9)
    assert (path.chosen.link.loss.line_of_sight) == (ridge_m == 0)


def test_the_written_ledger_has_every_term_once_then_sum_and_threshold() -> None:
    """Terms, parts marked as such, the sum of what is printed to its rounding, the threshold and the answer."""
    for language, part, state in (("vi", "trong đó", "có sóng"), ("en", "of which", "served")):
        rows = list(ledger_rows(path_over(), language))
        titles = [row[0] for row in rows]
        assert len(set(titles)) == len(titles) == len(path_over().ledger) + 2
        numbers = [float(row[2].replace("−", "-").replace(",", ".")) for row in rows]
        terms = [value for row, value in zip(rows[:-2], numbers, strict=False) if part not in row[0]]
        assert sum(terms) == pytest.approx(numbers[-2], abs=0.05 * (len(terms) + 1))
        assert rows[-1][2].startswith("−120")
        assert rows[-1][-1] == state


def test_the_best_service_is_chosen_and_the_others_get_a_line_each() -> None:
    """Of a weak and a strong service the strong one is shown; asked for by operator, the other one is."""
    one, strong = made_site("A", LON), made_site("A", LON, operator="viettel")
    (sector,) = strong.services[0].sectors
    louder = replace(sector, sector_id="A/9", eirp_dbm=Span.exactly(40.0))
    both = replace(one, services=(*one.services, replace(strong.services[0], sectors=(louder,))))
    path = path_over(site=both)
    assert path.chosen.service.operator == "viettel"
    (line,) = other_lines(path)
    assert line.vi.startswith("Dịch vụ khác: lora other, 922 MHz: ")
    assert verdict(path.others[0], "en") in line.en
    assert path_over(site=both, operator="LORA").chosen.service.operator == "lora"
    assert path_over(site=both, sector_id="A/9").chosen.link.sector is louder
    assert not path_over(site=both, operator="lora").others


@pytest.mark.parametrize(
    ("status", "state", "says"),
    [
        ("on_air", "served", None),
        ("unknown", "undetermined", "favourable end only"),
        ("planned", "served", "not on air (planned)"),
        ("off", "served", "not on air (switched off)"),
    ],
)
def test_the_state_of_the_service_is_said(status, state, says) -> None:
    """One not on air is worked out as if it were, one of unknown status only may serve; both say so."""
    path = path_over(site=made_site("A", LON, status=status))
    assert path.chosen.state == state
    said = " ".join(note.en for note in notes(path))
    assert (says in said) if says else (said == "")


def test_a_service_on_air_goes_before_a_planned_one() -> None:
    """A planned service is not compared with those on air."""
    today, later = made_site("A", LON), made_site("A", LON, operator="viettel", status="planned")
    path = path_over(site=replace(today, services=(*later.services, *today.services)))
    assert path.chosen.service.operator == "lora"
    assert not path.others


def test_beyond_its_reach_a_service_is_drawn_but_does_not_serve() -> None:
    """The note gives both distances; the answer is unserved though the level would do."""
    path = path_over(profile=made_profile(max_path_km=5.0))
    assert path.chosen.level_dbm.low > path.chosen.threshold_dbm
    assert path.chosen.state == "unserved"
    assert any("quá tầm 5,0 km" in note.vi and "beyond the 5.0 km" in note.en for note in notes(path))


def test_a_mast_that_does_not_hear_the_phone_does_not_serve() -> None:
    """The uplink limit decides, and is said."""
    path = path_over(site=made_site("A", LON, uplink_max_loss_db=80.0))
    assert path.chosen.state == "unserved"
    assert any("Uplink" in note.en for note in notes(path))


def test_over_missing_terrain_nothing_is_concluded() -> None:
    """No level, undetermined, a note; the picture shows the gap and what is known on both sides."""
    path = path_over(terrain=made_terrain(hole=slice(420, 430)))
    assert path.chosen.state == "undetermined"
    assert math.isnan(ledger_sum(path.ledger).middle)
    assert as_values(path, "en")["level_dbm"] == {"worst": None, "middle": None, "best": None}
    assert not list(facts(path))
    assert any("Thiếu địa hình" in note.vi for note in notes(path))
    assert "thiếu địa hình" in texts_of(path_profile_figure(profile_of(path), language="vi"))


def test_the_picture_says_what_the_answer_is() -> None:
    """Title, antennas with heights, the obstacle with height and loss, the verdict, in the reader's language."""
    path = path_over(terrain=made_terrain(ridge_m=60), simulated=True)
    obstacle = path.chosen.link.loss.obstacle
    assert obstacle is not None
    over, away = f"{obstacle.height_m:.1f}", f"{obstacle.distance_km:.1f}"
    over_vi, away_vi = over.replace(".", ","), away.replace(".", ",")
    said = texts_of(path_profile_figure(profile_of(path), language="vi"))
    for words in ("Trạm A, anten 15 m", "Điểm thu, anten 1,5 m", f"cao hơn đường ngắm {over_vi} m",
                  f"Vật cản chính: {away_vi} km", "922 MHz", "mô phỏng, chưa đo", "k = 1,47"):  # fmt: skip
        assert words in said
    said = texts_of(path_profile_figure(profile_of(path), language="en"))
    for words in ("Site A, antenna 15 m", f"{over} m above the line", f"Main obstacle: {away} km", "not measured"):
        assert words in said


@pytest.mark.parametrize(("east_deg", "ridge_m"), [(0.003, 0), (0.06, 0), (0.034, 150), (0.06, 150), (0.09, 90)])
def test_no_words_of_the_picture_overlap(east_deg, ridge_m) -> None:
    """Title, caption, names of antennas and obstacle keep apart, near or far, whatever stands where."""
    path = path_over(terrain=made_terrain(ridge_m=ridge_m), lon_deg=LON + east_deg)
    for language in ("vi", "en"):
        figure = path_profile_figure(profile_of(path), language=language, width_in=9.0)
        figure.canvas.draw()
        (axes,) = figure.axes
        boxes = [text.get_window_extent() for text in axes.texts if text.get_text()]
        boxes += [text.get_window_extent() for text in axes.get_legend().get_texts()]
        assert not [(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1 :] if a.overlaps(b)]
        page = figure.bbox
        assert all(page.x0 <= box.x0 and box.x1 <= page.x1 and box.y1 <= page.y1 for box in boxes)


def test_the_line_and_the_obstacle_of_the_picture_are_those_of_the_model() -> None:
    """The drawn ground stands over the drawn line at the obstacle by the height that is printed."""
    path = path_over(terrain=made_terrain(ridge_m=60))
    drawn, obstacle = profile_of(path), path.chosen.link.loss.obstacle
    assert obstacle is not None
    over_m = np.interp(obstacle.distance_km, drawn.distance_km, drawn.surface_m() - drawn.sight_m())
    assert over_m == pytest.approx(obstacle.height_m, abs=1e-6)


@pytest.mark.parametrize(
    ("written", "vi", "en"),
    [
        ("abc", "KINH_ĐỘ,VĨ_ĐỘ", "LON,LAT"),
        ("105,35,19,20", "dấu chấm thập phân", "decimal points"),
        ("19.2,105.35", "--to 105.35,19.2", "swapped"),
        ("100.5,19.2", "ngoài Việt Nam", "outside Vietnam"),
        ("nan,19.2", "ngoài Việt Nam", "outside Vietnam"),
    ],
)
def test_a_place_that_is_none_is_refused(written, vi, en) -> None:
    """What is wrong, in both languages; swapped numbers are given back the right way round."""
    with pytest.raises(OutOfRangeError) as refused:
        parse_place(written)
    assert vi in refused.value.text.vi
    assert en in refused.value.text.en


def test_a_place_may_be_written_with_spaces() -> None:
    """Longitude first."""
    assert parse_place("105.35, 19.2") == (105.35, 19.2)


def test_a_station_is_found_without_accents_or_case() -> None:
    """Its code written otherwise is it; part of a name is a near match; nothing alike says how many there are."""
    sites = (
        replace(made_site("ĐL-01", LON), name="Đắk Lắk 1"),
        replace(made_site("ĐL-02", LON), name="Buôn Ma Thuột"),
        replace(made_site("ĐL-02", LON + 0.05), name="Buôn Ma Thuột"),
    )
    assert _site(sites, asked(site_id="dl-01"))[0] is sites[0]
    nearest, said = _site(sites, asked(site_id="ĐL-02"))
    assert nearest is sites[2]
    assert "2 places" in said[0].en
    with pytest.raises(UnknownNameError) as refused:
        _site(sites, asked(site_id="buon ma"))
    assert "ĐL-02 (Buôn Ma Thuột)" in refused.value.text.vi
    with pytest.raises(UnknownNameError, match="near matches: ĐL-01"):
        _site(sites, asked(site_id="DL-O1"))
    with pytest.raises(UnknownNameError, match="among the 2 of the lists"):
        _site(sites, asked(site_id="xyz"))


@pytest.mark.parametrize(
    ("wish", "says"),
    [({"operator": "vnpt"}, "it has: lora other"), ({"technology": "5G"}, "“5G”"), ({"sector_id": "A/7"}, "A/1")],
)
def test_a_service_the_station_does_not_have_is_refused(wish, says) -> None:
    """The message lists what it has."""
    with pytest.raises(UnknownNameError, match=says):
        path_over(**wish)


def run(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["profile", *arguments])
    out, err = capfd.readouterr()
    return int(ended.value.code or 0), out, err


def near(study: Path) -> tuple[str, float, float]:
    """Return the first site of the study's lists and where it stands."""
    site = read_sites(read_study_file(study))[0]
    return site.site_id, site.lon_deg, site.lat_deg


def test_the_command_prints_the_ledger_and_draws(
    capfd: pytest.CaptureFixture[str], small_province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In both languages: which path, the table, the answer; the picture stands in the current folder or where asked."""
    monkeypatch.chdir(tmp_path)
    study = small_province / "study.toml"
    site_id, lon, lat = near(study)
    options = (str(study), "--site", site_id, "--to", f"{lon + 0.03:.5f},{lat + 0.02:.5f}")
    code, out, err = run(capfd, *options)
    assert (code, err) == (0, "")
    for words in (f"Trạm {site_id}", "Suy hao truyền sóng", "trong đó", "Ngưỡng", "Vật cản chính", "mat-cat-"):
        assert words in out
    (picture,) = tmp_path.glob("*.png")
    with Image.open(picture) as image:
        assert image.size[0] > 1000
    code, out, _ = run(capfd, *options, "--lang", "en", "--out", "a.png")
    assert code == 0
    for words in (f"Site {site_id}", "Basic transmission loss", "of which", "Threshold", "a.png"):
        assert words in out
    assert (tmp_path / "a.png").is_file()


def test_the_command_speaks_json(capfd: pytest.CaptureFixture[str], small_province: Path, tmp_path: Path) -> None:
    """One line with every term; terms that are not parts add up to the level, parts to the path loss."""
    study = small_province / "study.toml"
    site_id, lon, lat = near(study)
    file = tmp_path / "p.png"
    to = f"{lon + 0.03:.5f},{lat + 0.02:.5f}"
    code, out, _ = run(capfd, str(study), "--site", site_id, "--to", to, "--json", "--out", str(file))
    assert code == 0
    said = json.loads(out)
    assert said["picture"] == str(file)
    for end in ("worst", "middle", "best"):
        terms = [row[end] for row in said["ledger"] if row["part_of"] is None]
        assert sum(terms) == pytest.approx(said["level_dbm"][end], abs=1e-4)
        assert said["level_dbm"][end] == pytest.approx(said["chosen"]["level_dbm"][end], abs=1e-4)
        parts = [row[end] for row in said["ledger"] if row["part_of"] == "path_loss"]
        (whole,) = (row[end] for row in said["ledger"] if row["key"] == "path_loss")
        assert sum(parts) == pytest.approx(whole, abs=1e-4)
    assert said["loss_db"]["p1812"] > 80.0


@pytest.mark.parametrize(
    ("site", "east_deg", "vi", "en"),
    [
        ("khong-co-tram-nay", 0.02, "Không có trạm", "No site"),
        (None, 0.00001, "cần ít nhất 20 m", "at least 20 m"),
        (None, 2.5, "nằm ngoài địa hình", "outside the terrain"),
    ],
)
def test_a_mistake_of_the_command_is_one_sentence(
    capfd: pytest.CaptureFixture[str],
    small_province: Path,
    tmp_path: Path,
    site: str | None,
    east_deg: float,
    vi: str,
    en: str,
) -> None:
    """Unknown station, a place on the mast, a place without terrain: exit code 2, one line, no picture."""
    study = small_province / "study.toml"
    site_id, lon, lat = near(study)
    file = tmp_path / "p.png"
    options = (str(study), "--site", site or site_id, "--to", f"{lon + east_deg:.5f},{lat:.5f}", "--out", str(file))
    for language, words in (("vi", vi), ("en", en)):
        code, out, err = run(capfd, *options, "--lang", language)
        assert (code, out) == (MISTAKE, "")
        assert words in err
        assert len(err.strip().splitlines()) == 1
    assert not file.exists()


def test_a_picture_that_cannot_be_written_is_one_sentence(
    capfd: pytest.CaptureFixture[str], small_province: Path, tmp_path: Path
) -> None:
    """A folder that is not there is named."""
    study = small_province / "study.toml"
    site_id, lon, lat = near(study)
    file = tmp_path / "no" / "p.png"
    code, _, err = run(capfd, str(study), "--site", site_id, "--to", f"{lon + 0.02:.5f},{lat:.5f}", "--out", str(file))
    assert code == MISTAKE
    assert str(file) in err.replace("\n", "")


def test_the_file_name_is_safe_anywhere() -> None:
    """No accents, slashes or spaces."""
    path = replace(path_over(), site=replace(made_site("ĐL/01 a", LON)))
    assert file_name(path, "vi") == "mat-cat-dl-01-a.png"
    assert file_name(path, "en") == "profile-dl-01-a.png"
    assert headline(path).vi.startswith("Trạm ĐL/01 a → ")


def test_the_same_path_is_drawn_with_the_same_bytes() -> None:
    """Nothing of the machine or the time is in the picture."""
    first, second = (png_bytes(path_profile_figure(profile_of(path_over()), language="vi"), dpi=50) for _ in range(2))
    assert first == second
    assert Image.open(io.BytesIO(first)).format == "PNG"


def forest_study(province: Path, folder: Path) -> Path:
    """Return a study of the province as if its terrain were bare ground under forest everywhere."""
    path = folder / "forest.tif"
    where = Affine(0.001, 0.0, 104.5, 0.0, -0.001, 19.0)
    with rasterio.open(
        path, "w", driver="GTiff", width=1000, height=1000, count=1, dtype="uint8", crs="EPSG:4326", transform=where
    ) as raster:
        raster.write(np.full((1, 1000, 1000), 10, dtype=np.uint8))
    shutil.copytree(province, folder / "study")
    text = (folder / "study" / "study.toml").read_text(encoding="utf-8")
    text = text.replace('terrain_kind = "dsm"', f'terrain_kind = "dtm"\nland_cover = "{path.as_posix()}"')
    (folder / "study" / "study.toml").write_text(text, encoding="utf-8")
    return folder / "study" / "study.toml"


def test_under_forest_the_ledger_is_still_the_level_of_the_study(small_province: Path, tmp_path: Path) -> None:
    """Clutter with its clearings is read as a run reads it, shown as its own part, drawn, and in the level once."""
    study = forest_study(small_province, tmp_path)
    site_id, lon, lat = near(study)
    house = pd.read_csv(study.parent / "ho_dan.csv").iloc[0]
    lon_deg, lat_deg = float(house["Kinh độ (°)"]), float(house["Vĩ độ (°)"])
    for to in ((lon_deg, lat_deg), (lon + 0.012, lat + 0.008)):
        path = read_site_path(study, Asked(site_id=site_id, lon_deg=to[0], lat_deg=to[1], technology="4G"))
        file = read_study_file(study)
        profile = read_profile(file.profile)
        rules = {name: replace(rule, floor_dbm=-300.0, max_path_km=60.0) for name, rule in profile.rules.items()}
        alone = replace(path.chosen.link.sector, uplink_max_loss_db=math.inf)
        site = replace(path.site, services=(replace(path.chosen.service, sectors=(alone,)),))
        points = Points(lon_deg=np.array(to[:1]), lat_deg=np.array(to[1:]), of_household=np.array([0]))
        terrain = read_inputs(file, profile).terrain
        found = predict(Network(sites=(site,), inventories=()), terrain, points, replace(profile, rules=rules))
        ends = np.array([found.level_dbm(0, end)[0] for end in range(3)]) - profile.margin_db(indoor=False)
        total = ledger_sum(path.ledger)
        assert (total.low, total.middle, total.high) == pytest.approx(tuple(ends), abs=0.0101)
        (clutter,) = (row for row in path.ledger if row.key == "clutter")
        assert clutter.source.en == "by the study's land cover"
        assert path.way.clutter_m is not None and path.way.clutter_m.max() > 5.0
        assert "Vật che phủ" in texts_of(path_profile_figure(profile_of(path), language="vi"))
    assert clutter.value.middle < -0.5
