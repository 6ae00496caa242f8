"""The evidence of a study: what each source says of every village and gap, kept apart, one row a source."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from phusong.coverage.criteria import VILLAGE_CLASSES, ServiceRule
from phusong.coverage.findings import SAYS_TITLES, Says, Target
from phusong.coverage.measured_service import ASSUMED_MEASURING, MeasuringRule
from phusong.coverage.states import UNSERVED
from phusong.study.assess import Assessment
from phusong.study.evidence_claims import claim_rows
from phusong.study.evidence_ground import EVIDENCE_COLUMNS, Ground, Row
from phusong.study.evidence_measured import measured_rows
from phusong.study.evidence_reported import answered_rows, reported_rows
from phusong.study.recorded import NOTHING_RECORDED, Recorded, confirmed_rows
from phusong.words import Text, percent


def evidence_table(
    found: Assessment,
    ground: Ground,
    *,
    recorded: Recorded = NOTHING_RECORDED,
    round_rows: pd.DataFrame | None = None,
    measuring: MeasuringRule = ASSUMED_MEASURING,
) -> pd.DataFrame:
    """Return a row for everything any source says (``EVIDENCE_COLUMNS``), villages first, in the order of the tables.

    Parameters
    ----------
    found, ground
        The study and what evidence may speak of.
    recorded
        The list of recorded findings: its confirmations are evidence, its overrides are not.
    round_rows
        Rows of a reporting round with what communes and operators answered.
    measuring
        When tests decide.
    """
    inputs = found.inputs
    rows: list[Row] = [
        *_modelled_rows(found, ground),
        *claim_rows(ground, inputs.layers.claims),
        *reported_rows(ground, None if inputs.reported is None else inputs.reported.rows),
        *answered_rows(ground, round_rows),
        *confirmed_rows(ground, recorded),
        *measured_rows(ground, inputs.measurements, measuring),
    ]
    return pd.DataFrame(rows, columns=list(EVIDENCE_COLUMNS))


def _modelled_rows(found: Assessment, ground: Ground) -> Iterator[Row]:
    for service in ground.profile.services:
        state = found.households.outdoor[service.key].overall.state
        dark = ground.sums(ground.village, np.where(state == UNSERVED, ground.weight, 0.0), len(ground.villages))
        for at, code in enumerate(found.villages.classes[service.key]):
            says = VILLAGE_CLASSES[code]
            detail = _modelled(says, float(dark[at]), float(ground.village_households[at]))
            yield _modelled_row(ground, "village", at, service, says, detail)
    for at, households in enumerate(ground.gap_households):
        detail = _modelled("unserved", float(households), float(households))
        yield _modelled_row(ground, "gap", at, ground.profile.main_service, "unserved", detail)


def _modelled_row(ground: Ground, target: Target, at: int, service: ServiceRule, says: Says, detail: Text) -> Row:
    return ground.row(
        target,
        at,
        service=service.key,
        kind="modelled",
        source="model",
        says=says,
        technology=", ".join(service.technologies),
        detail=detail,
    )


def _modelled(says: Says, dark: float, households: float) -> Text:
    word = SAYS_TITLES[says]
    return Text(
        f"Mô hình: {word.vi}; {percent(dark, households)} hộ chắc chắn chưa có sóng",
        f"Model: {word.en}; {percent(dark, households, 'en')} households surely unserved",
    )
