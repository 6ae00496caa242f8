"""The registry of propagation models."""

from __future__ import annotations

import math

import numpy as np
import pytest

from phusong.coverage.radio.models import DEFAULT_MODEL, MODELS, RadioPath, propagation_model
from phusong.coverage.radio.p1812_median import loss_50_db, median_terms
from phusong.coverage.radio.profile_geometry import path_geometry
from phusong.errors import OutOfRangeError

HEIGHT_M = 50.0 + 40.0 * np.sin(np.arange(101) / 6.0)
PATH = RadioPath(
    distance_km=np.linspace(0.0, 8.0, 101),
    height_m=HEIGHT_M,
    frequency_ghz=0.9,
    tx_height_agl_m=40.0,
    rx_height_agl_m=1.5,
    latitude_deg=16.0,
)


def test_every_model_says_what_it_is_in_both_languages() -> None:
    """Three models by name, each with title, needs and source; the default is among them."""
    assert list(MODELS) == ["p1812-8", "free-space", "hata-extended"]
    assert DEFAULT_MODEL in MODELS
    for name, model in MODELS.items():
        assert model.name == name
        assert model.source
        assert model.title.vi != model.title.en
        assert model.needs.vi != model.needs.en


def test_p1812_by_name_is_the_kernel_of_predictions() -> None:
    """The registry's P.1812 and the inner loop give one loss, for the latitude of the path's centre."""
    ends = (HEIGHT_M[0] + 40.0, HEIGHT_M[-1] + 1.5)
    geometry = path_geometry(HEIGHT_M, 101, 0.08, *ends)
    expected_db = loss_50_db(HEIGHT_M, 101, *ends, geometry, 16.0, median_terms(0.9, True, 370.0))
    assert propagation_model("p1812-8").median_loss_db(PATH) == pytest.approx(expected_db, abs=1e-8)


def test_free_space_is_below_the_others_and_hata_needs_no_terrain() -> None:
    """Free space bounds both; Hata gives a loss where the terrain is missing, P.1812 none."""
    free_db = propagation_model("free-space").median_loss_db(PATH)
    hata_db = propagation_model("hata-extended").median_loss_db(PATH)
    assert free_db < hata_db
    assert free_db < propagation_model("p1812-8").median_loss_db(PATH)
    blind = RadioPath(
        distance_km=PATH.distance_km,
        height_m=np.full(101, np.nan),
        frequency_ghz=0.9,
        tx_height_agl_m=40.0,
        rx_height_agl_m=1.5,
        latitude_deg=16.0,
    )
    assert propagation_model("hata-extended").median_loss_db(blind) == hata_db
    assert math.isnan(propagation_model("p1812-8").median_loss_db(blind))
    assert not MODELS["hata-extended"].needs_terrain


def test_a_model_that_is_not_there_is_refused_with_those_that_are() -> None:
    """The message lists the names."""
    with pytest.raises(OutOfRangeError, match="p1812-8, free-space, hata-extended"):
        propagation_model("itm")
