"""The order of a study's gaps by other weights: worked out anew by the function a study itself uses, stored nowhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from phusong.api.database.models import Plan, Study
from phusong.api.problems import NotFoundError
from phusong.api.service import Service
from phusong.api.studies.running import study_file
from phusong.coverage.ranking import CRITERIA
from phusong.data.ranking import RankingRules, read_ranking
from phusong.errors import OutOfRangeError, Range, UnknownNameError
from phusong.words import Text

if TYPE_CHECKING:  # what computes is loaded when somebody asks: a server starts without it
    from phusong.data.study_file import StudyFile
    from phusong.study.ranking import RankedGaps
    from phusong.study.reported_on import ReportedPlaces

WEIGHT = Range(0.0, 1000.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """What no weight changes: the rules as the study has them, the gaps in their order and what is known of each."""

    rules: RankingRules
    gaps: pd.DataFrame
    facts: pd.DataFrame


def ground_of(service: Service, study: Study, plan: Plan | None = None) -> Ground:
    """Return what a ranking of a finished study rests on; with a plan the cost of a gap is known.

    Raises
    ------
    NotFoundError
        The study has no results to rank.
    """
    results = service.settings.home / study.folder
    path = study_file(service, study)
    if study.state != "done" or not study.folder or not path.is_file() or not (results / "gaps.parquet").is_file():
        raise NotFoundError
    folder = None if plan is None else service.settings.home / plan.folder
    return _ground(path, results, folder, study.digest, "" if plan is None else plan.digest)


@lru_cache(maxsize=8)
def _ground(path: Path, results: Path, plan: Path | None, _study_digest: str, _plan_digest: str) -> Ground:
    """Read what is needed once a process and digest: what was written never changes."""
    import geopandas as gpd

    from phusong.data.layers import read_layers
    from phusong.study import Study as StudyRead
    from phusong.study.ranking import facts_of
    from phusong.study.ranking_facts import RankingInputs

    read = StudyRead.read(path)
    rules = read_ranking(read.file.further.get("ranking"))
    given = RankingInputs(
        villages=pd.read_parquet(results / "villages.parquet"),
        service=read.profile.main_service.key,
        findings=pd.read_parquet(results / "findings.parquet"),
        reported=_reported(read.file, results),
        places=read_layers(read.file).layers.places,
        plan_sites=None if plan is None else pd.read_parquet(plan / "plan_sites.parquet"),
    )
    gaps, facts = facts_of(gpd.read_parquet(results / "gaps.parquet"), given, rules)
    return Ground(rules=rules, gaps=gaps, facts=facts)


def _reported(file: StudyFile, results: Path) -> ReportedPlaces:
    from phusong.data.inputs import read_reported
    from phusong.study.reported_on import NO_REPORTS, ReportedPlaces

    table = results / "reconciliation.parquet"
    if file.reported_gaps is None or not table.is_file():
        return NO_REPORTS
    return ReportedPlaces.of(read_reported(file, file.reported_gaps).rows, pd.read_parquet(table))


def weights_of(text: str) -> dict[str, float]:
    """Read weights as an address has them: ``need:3,place:1.5``; "" for those of the study.

    Raises
    ------
    UnknownNameError, OutOfRangeError
        A criterion that is none, a weight that is no number or out of its range.
    """
    found: dict[str, float] = {}
    for part in filter(None, text.split(",")):
        key, _, value = part.partition(":")
        if key not in CRITERIA:
            raise UnknownNameError(Text(f"Không có tiêu chí {key}.", f"There is no criterion {key}."))
        try:
            weight = float(value)
        except ValueError:
            raise OutOfRangeError(
                Text(f"Trọng số phải là một số, nhận được “{value}”.", f"A weight must be a number, got “{value}”.")
            ) from None
        WEIGHT.check(key, weight)
        found[key] = weight
    return found


def reweighted(rules: RankingRules, weights: Mapping[str, float]) -> RankingRules:
    """Return rules with some weights in place of their own.

    Raises
    ------
    OutOfRangeError
        Every weight would be 0.
    """
    criteria = tuple(
        dataclasses.replace(one, weight=weights.get(one.key, one.weight)) for one in rules.criteria
    )  # fmt: skip
    if not any(one.weight for one in criteria):
        raise OutOfRangeError(Text("Ít nhất một tiêu chí phải có trọng số.", "At least one criterion needs a weight."))
    return dataclasses.replace(rules, criteria=criteria)


def ranking_by(ground: Ground, weights: Mapping[str, float]) -> RankedGaps:
    """Rank the gaps by the study's rules with some weights changed."""
    from phusong.study.ranking import ranked_facts

    return ranked_facts(ground.gaps, ground.facts, reweighted(ground.rules, weights))
