"""What the map asks beside tiles: places found, an area's totals, a page printed; each only as far as one may know."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import pypdf
import pytest
import shapely
from api_.made_people import sign_in
from api_.made_studies import SAMPLE
from api_.made_tenders import settings_of
from api_.made_tiling import put_study
from fastapi.testclient import TestClient
from PIL import Image

from phusong.api.access.roles import Grant, Role
from phusong.api.app import create_app
from phusong.api.database import schema
from phusong.api.database.models import Plan, Study
from phusong.api.database.types import now
from phusong.api.service import Service
from phusong.api.studies.places import positions_typed
from phusong.data.crs import to_vn2000
from phusong.data.names import fold
from phusong.data.store import write_parquet

Ask = Callable[..., TestClient]
TUYEN_QUANG = "08"
ITS_BOUNDS = (104.8, 21.5, 105.8, 23.4)


class Opened:
    """A service with one finished study; ``as_(role)`` is a client of a new person of its province."""

    def __init__(self, client: TestClient, study_id: str, results: Path) -> None:
        self.client, self.results = client, results
        self.service: Service = client.app.state.service  # type: ignore[attr-defined]
        self.study = f"/api/studies/{study_id}"
        self.study_id = study_id

    def as_(self, role: Role, province_code: str = SAMPLE) -> TestClient:
        """Return a client signed in."""
        cookie, csrf = sign_in(self.service, [Grant(role=role, province_code=province_code)])
        one = TestClient(self.client.app, base_url="http://127.0.0.1", headers={"x-csrf-token": csrf})
        one.cookies.set("phusong_session", cookie)
        return one


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory, small_province: Path, small_results: Path) -> Iterator[Opened]:
    """Return a service with the small study."""
    home = tmp_path_factory.mktemp("places") / "home"
    home.mkdir()
    settings = settings_of(home)
    schema.upgrade(settings.url)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        sign_in(client.app.state.service, [Grant(role=Role.PLANNER)])  # type: ignore[attr-defined]
        study_id = put_study(client.app.state.service, small_province, small_results)  # type: ignore[attr-defined]
        yield Opened(client, study_id, small_results)


def found(client: TestClient, at: Opened, asked: str) -> list[dict[str, str]]:
    """Return what a search gives."""
    answer = client.get(f"{at.study}/places", params={"q": asked})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, str]] = answer.json()["items"]
    return items


def test_a_place_is_found_without_accents_in_any_case(at: Opened) -> None:
    """Every village and commune comes up by its own name as it is typed on a plain keyboard."""
    planner = at.as_(Role.PLANNER)
    villages = gpd.read_parquet(at.results / "villages.parquet")
    row = villages.iloc[0]
    hits = found(planner, at, fold(row["village_name"]).upper())
    assert ("village", row["village_code"]) in {(one["kind"], one["code"]) for one in hits}
    commune = gpd.read_parquet(at.results / "communes.parquet").iloc[0]
    first = found(planner, at, fold(commune["commune_name"]))[0]
    assert (first["kind"], first["code"], first["title"]) == (
        "commune",
        commune["commune_code"],
        commune["commune_name"],
    )
    assert shapely.contains_xy(commune["geometry"], first["lon_deg"], first["lat_deg"])
    assert found(planner, at, "khong co noi nay dau") == found(planner, at, "  ") == []


def test_stations_are_found_only_by_those_who_may_read_them(at: Opened) -> None:
    """A mast's code finds it for a planner, and nothing for the fund."""
    site = str(gpd.read_parquet(at.results / "sites.parquet").iloc[0]["site_id"])
    assert found(at.as_(Role.PLANNER), at, site)[0]["code"] == site
    assert found(at.as_(Role.FUND), at, site) == []


def test_coordinates_are_read_as_people_type_them(at: Opened) -> None:
    """Degrees in decimals or minutes are one place; VN-2000 is one for each zone that can be meant."""
    planner = at.as_(Role.PLANNER)
    for text in ("18,43 105,01", "18.43, 105.01", "105°00'36\" 18°25'48\""):
        (one,) = found(planner, at, text)
        assert (one["kind"], one["told"]) == ("position", "WGS 84")
        assert (one["lat_deg"], one["lon_deg"]) == (pytest.approx(18.43, abs=1e-6), pytest.approx(105.01, abs=1e-6))
    assert found(planner, at, "18,43 205,01") == []


@pytest.mark.parametrize("swapped", [False, True])
def test_a_zone_that_is_stated_is_the_only_reading(swapped: bool) -> None:
    """X and Y of Tuyên Quang are read in its own zones, all that fit; with the meridian said, in that one."""
    north, east = (float(one) for one in to_vn2000(105.2, 22.1, 9210))
    text = f"{east:.1f} {north:.1f}" if swapped else f"{north:.1f} {east:.1f}"
    open_ = positions_typed(text, TUYEN_QUANG, ITS_BOUNDS)
    assert len(open_) > 1
    (one,) = positions_typed(f"{text} VN-2000 KTT {open_[0].told.vi[-7:]}", TUYEN_QUANG, ITS_BOUNDS)
    assert one == open_[0]


def test_an_area_has_the_totals_of_what_lies_in_it(at: Opened) -> None:
    """Everything lies in the world's box, nothing beside the province; no shape is refused in one sentence."""
    fund = at.as_(Role.FUND)
    gaps, villages = (gpd.read_parquet(at.results / f"{name}.parquet") for name in ("gaps", "villages"))
    told = fund.get(f"{at.study}/inside", params={"ring": "104,18;106,18;106,19;104,19"}).json()
    assert (told["gap_count"], told["gap_households"]) == (len(gaps), int(gaps["households"].sum()))
    assert (told["village_count"], told["unserved_households"], told["undetermined_households"]) == (
        len(villages), int(villages["unserved_households"].sum()), int(villages["undetermined_households"].sum()),
    )  # fmt: skip
    assert {one["village_class"] for one in told["villages"]} <= {
        "trắng sóng", "lõm sóng", "sóng yếu", "phủ sóng", "chưa xác định",
    }  # fmt: skip
    away = fund.get(f"{at.study}/inside", params={"ring": "108,18;109,18;109,19"}).json()
    assert (away["gap_count"], away["villages"]) == (0, [])
    none = {"ring": "104,18;106,18;106,19", "route": "satellite"}
    assert fund.get(f"{at.study}/inside", params=none).json()["gap_count"] == 0
    for wrong in ("", "104,18;106,18", "a,b;c,d;e,f", "1,2,3;4,5,6;7,8,9", "nan,1;2,3;4,5", ";".join(["1,2"] * 300)):
        refused = fund.get(f"{at.study}/inside", params={"ring": wrong})
        assert refused.status_code == 400, wrong
        assert refused.json()["detail"].endswith("."), wrong


def test_another_province_finds_nothing_here(at: Opened) -> None:
    """Out of scope the study is not there."""
    other = at.as_(Role.PLANNER, "01")
    for path in ("places?q=a", "inside?ring=104,18;106,18;106,19"):
        assert other.get(f"{at.study}/{path}").status_code == 404
    assert other.get(f"/map/{at.study_id}").status_code == 404


def test_a_picture_becomes_a_page_and_nothing_else_does(at: Opened) -> None:
    """A PNG is printed under the study's name; bytes that are none, and one too large, are refused in one sentence."""
    client = at.as_(Role.FUND)
    headers = {"content-type": "application/octet-stream"}
    made = client.post(f"{at.study}/map.pdf", content=_png(300, 200), headers=headers)
    assert made.status_code == 200, made.text
    (page,) = pypdf.PdfReader(io.BytesIO(made.content)).pages
    assert "Rà soát" in page.extract_text()
    assert len(page.images) == 1
    for wrong in (b"", b"%PDF-1.7", _png(300, 200)[:60], _png(5000, 4000)):
        refused = client.post(f"{at.study}/map.pdf", content=wrong, headers=headers)
        assert refused.status_code == 422, len(wrong)


def _png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, format="PNG")
    return out.getvalue()


def test_a_plans_sites_are_for_those_who_may_read_stations(at: Opened) -> None:
    """A planner gets them as GeoJSON and a link on the page; the fund gets neither."""
    with at.service.database.write() as db:
        study = db.get_one(Study, at.study_id)
        plan = Plan(
            province_code=SAMPLE, study_id=study.id, name="15 tỷ", goal={"budget_vnd": 1}, state="done",
            finished_at=now(), created_by=study.created_by, manifest={"files": {"plan_sites.parquet": {}}},
        )  # fmt: skip
        db.add(plan)
        db.flush()
        plan_id, plan.folder = plan.id, f"plans/{plan.id}"
    folder = at.service.settings.home / "plans" / plan_id
    folder.mkdir(parents=True)
    rows = {"option_id": ["P1"], "kind": ["new"], "order": [1], "households_gained": [40.0], "gap_ids": ["G1"]}
    table = gpd.GeoDataFrame(rows, geometry=[shapely.Point(105.02, 18.43)], crs="EPSG:4326")
    write_parquet(folder / "plan_sites.parquet", table)
    planner, fund = at.as_(Role.PLANNER), at.as_(Role.FUND)
    (site,) = planner.get(f"/api/plans/{plan_id}/map").json()["features"]
    assert (site["geometry"]["coordinates"], site["properties"]["kind"]) == ([105.02, 18.43], "new")
    assert fund.get(f"/api/plans/{plan_id}/map").status_code == 404
    assert f"/api/plans/{plan_id}/map" in planner.get(f"/map/{at.study_id}").text
    assert "/api/plans/" not in fund.get(f"/map/{at.study_id}").text


def test_the_map_opens_at_the_newest_study_or_says_what_will_stand_here(at: Opened) -> None:
    """``/map`` is the newest study in scope; where there is none, the page says so and shows the way."""
    page = at.as_(Role.LEADER).get("/map")
    assert f'value="{at.study_id}" selected' in page.text
    none = at.as_(Role.PLANNER, "01").get("/map")
    assert none.status_code == 200
    assert "khi có một nghiên cứu chạy xong" in none.text
