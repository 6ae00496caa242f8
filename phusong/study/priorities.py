"""Routes and ranking of a study's tables, from what the study was given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from phusong.coverage.routes import RouteTable
from phusong.data.ranking import RankingRules
from phusong.study.assess import Assessment
from phusong.study.ranking import RankedGaps, ranked_gaps
from phusong.study.ranking_facts import RankingInputs
from phusong.study.reported_on import NO_REPORTS, ReportedPlaces
from phusong.study.routes import RouteInputs, with_gap_routes, with_village_routes


def with_routes(tables: Mapping[str, Any], found: Assessment, rules: RouteTable, *, on: date | None) -> dict[str, Any]:
    """Return the tables of a study with the routes of ``gaps`` and ``villages``.

    Parameters
    ----------
    tables
        At least ``gaps`` and ``villages``, with the attributes known of them; ``findings`` and ``reconciliation``
        where the study has them.
    found
        The study, for its main service and the province's list.
    rules
        The decision table.
    on
        The day by which a promised date is past; None for no such check.
    """
    given = RouteInputs(
        rules=rules,
        service=found.profile.main_service.key,
        findings=tables.get("findings"),
        reported=reported_places(tables, found),
        on=on,
    )
    return {
        **tables,
        "gaps": with_gap_routes(tables["gaps"], tables["villages"], given),
        "villages": with_village_routes(tables["villages"], given),
    }


def ranking_of(tables: Mapping[str, Any], found: Assessment, rules: RankingRules) -> RankedGaps:
    """Rank the gaps of a study; ``findings``, ``reconciliation`` and ``plan_sites`` count where they are there."""
    given = RankingInputs(
        villages=tables["villages"],
        service=found.profile.main_service.key,
        findings=tables.get("findings"),
        reported=reported_places(tables, found),
        places=found.inputs.layers.places,
        plan_sites=tables.get("plan_sites"),
    )
    return ranked_gaps(tables["gaps"], given, rules)


def reported_places(tables: Mapping[str, pd.DataFrame], found: Assessment) -> ReportedPlaces:
    """Return the province's list by the gaps and villages it speaks of."""
    if found.inputs.reported is None or "reconciliation" not in tables:
        return NO_REPORTS
    return ReportedPlaces.of(found.inputs.reported.rows, tables["reconciliation"])
