"""Map tiles of a study say what its tables say, for every question they can be asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from phusong.coverage.criteria import STATES, VILLAGE_CLASSES
from phusong.maps.tile_grid import WORLD_BITS, unmorton
from phusong.maps.tile_layers import SECTORS, SECTORS_FROM_ZOOM
from phusong.maps.tile_store import TileSource
from phusong.maps.tile_tables import View
from phusong.maps.vector_tiles import Rights, layers, tile
from phusong.study.tile_views import _of_services
from phusong.study.veil import OUTSIDE_OPERATOR


@pytest.fixture(scope="module")
def source(small_results: Path) -> Iterator[TileSource]:
    """Return the snapshot of a finished study."""
    opened = TileSource.open(small_results / "study.duckdb")
    yield opened
    opened.close()


def test_every_row_of_the_scenarios_can_be_asked(source: TileSource, small_results: Path) -> None:
    """Households by state and villages by class, of every scenario, service and operator, are those of the table."""
    rows = pd.read_parquet(small_results / "scenarios.parquet").to_dict("records")
    assert len(rows) > 20
    for row in rows:
        operator = "" if row["view"] == "any" else row["view"]
        view = View(service=row["service"], technology="", operator=operator, scenario=row["scenario"])
        number = source.number(view)
        coarsest = source._pyramid(number)[7]
        assert coarsest.households.sum(axis=0).tolist() == [row[f"{state}_households"] for state in STATES]
        codes = source.village_classes(number)
        assert codes is not None
        counts = np.bincount(codes, minlength=len(VILLAGE_CLASSES))
        assert counts.tolist() == [row[f"villages_{name}"] for name in VILLAGE_CLASSES]


def test_today_is_what_the_tables_say(source: TileSource, small_results: Path) -> None:
    """The first view is today's: household by household, and commune by commune; indoors has a view of its own."""
    households = pd.read_parquet(small_results / "households.parquet")
    rows = source._columns("SELECT row, answers FROM tile_households")
    for view, column in ((source.first, "state"), (View(**_INDOOR), "state_indoor")):
        told = np.array(STATES)[source._states(source.number(view))[rows["answers"]]]
        assert (told == households[column].astype(str).to_numpy()[rows["row"]]).all()
    communes = pd.read_parquet(small_results / "communes.parquet")
    counts = source.commune_counts(0)
    assert (counts == communes[[f"{state}_households" for state in STATES]].to_numpy()).all()
    villages = pd.read_parquet(small_results / "villages.parquet")
    codes = source.village_classes(0)
    assert codes is not None
    assert (np.array(VILLAGE_CLASSES)[codes] == villages["village_class"]).all()


_INDOOR = {"service": "indoor", "technology": "", "operator": "", "scenario": "today"}


def test_every_layer_of_a_study_is_drawn(source: TileSource) -> None:
    """The tile of the whole province has something of every layer; of sectors those nearer by have."""
    everything = Rights(households=True, stations=True)
    names = {one.name for one in layers(source, everything)}
    assert len(names) == 13
    later = {"future_gaps", "sectors"}
    assert {name for name in names if tile(source, name, 6, 50, 28, rights=everything)} >= names - later
    code, _ = source.places(SECTORS)
    x, y = (int(axis[0]) >> WORLD_BITS - SECTORS_FROM_ZOOM for axis in unmorton(code[:1]))
    assert tile(source, "sectors", SECTORS_FROM_ZOOM, x, y, rights=everything)


def test_an_operator_that_may_not_be_named_is_no_view() -> None:
    """Whoever has masts outside the province only can be asked for in no scenario."""
    seen = {"any": object(), "viettel": object(), OUTSIDE_OPERATOR: object()}
    answer = SimpleNamespace(scenario=SimpleNamespace(key="today"), views={"data": seen})
    found = SimpleNamespace(profile=SimpleNamespace(main_service=SimpleNamespace(key="data")))
    told = [name for _, _, name, _ in _of_services(found, [answer])]  # type: ignore[arg-type, list-item]
    assert told == ["any", "viettel"]
