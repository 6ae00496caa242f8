"""From an assessed study to what may be concluded: evidence, findings, the map's reliability, what to measure next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from phusong.coverage.measured_service import ASSUMED_MEASURING, MeasuringRule
from phusong.data.rounds.store import read_round
from phusong.data.study_file import StudyFile
from phusong.study.assess import Assessment
from phusong.study.correction import Correction
from phusong.study.evidence import evidence_table
from phusong.study.evidence_ground import ground_of
from phusong.study.findings import finding_table
from phusong.study.recorded import NOTHING_RECORDED, Recorded, read_recorded
from phusong.study.reliability import MapReliability, map_reliability
from phusong.study.test_points import point_table

CONCLUSIONS = ("evidence", "findings", "reliability", "test_points")
"""The tables of what is concluded, by the names under which a run keeps them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conclusions:
    """What a study concludes: ``tables`` by ``CONCLUSIONS``, the map's reliability, the recorded findings used."""

    tables: Mapping[str, pd.DataFrame]
    reliability: MapReliability
    recorded: Recorded


def conclude(
    found: Assessment,
    tables: Mapping[str, pd.DataFrame],
    file: StudyFile,
    correction: Correction,
    *,
    round_rows: pd.DataFrame | None = None,
    measuring: MeasuringRule = ASSUMED_MEASURING,
) -> Conclusions:
    """Gather the evidence of a study and conclude.

    Parameters
    ----------
    found, tables
        What was found, and ``villages``, ``gaps``, ``households`` and ``measure_first`` of it.
    file, correction
        The study: its recorded findings are read, and its model judged as it predicts.
    round_rows
        Rows of a reporting round with the answers of communes and operators; None takes those of the study's own round.
    measuring
        When tests decide.

    Raises
    ------
    BadInputError
        The list of recorded findings has errors: all of them at once.
    """
    ground = ground_of(found, tables)
    path = file.further.get("findings")
    if round_rows is None and "round" in file.further:
        round_rows = read_round(file.further["round"]).rows
    recorded = NOTHING_RECORDED if path is None else read_recorded(path, ground)
    evidence = evidence_table(found, ground, recorded=recorded, round_rows=round_rows, measuring=measuring)
    findings = finding_table(evidence, ground, recorded=recorded, households_estimated=found.inputs.estimated)
    judged = map_reliability(
        found.inputs, found.profile, correction.predict, calibrated=correction.adopted is not None, rule=measuring
    )
    points = point_table(findings, tables, found.inputs.layers.roads, operators=ground.operators)
    made = {"evidence": evidence, "findings": findings, "reliability": judged.table, "test_points": points}
    return Conclusions(tables=made, reliability=judged, recorded=recorded)
