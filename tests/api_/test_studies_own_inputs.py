"""What the service itself gives a study: the round's accepted list, and what people decided."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

from api_.made_rounds import in_days, round_with_rows
from api_.made_studies import SAMPLE, province
from fastapi.testclient import TestClient

from phusong.api.access.roles import Role
from phusong.api.database.models import (
    Dataset,
    DatasetVersion,
    Decision,
    GapRow,
    GapRowVersion,
    Round,
    Study,
    User,
)
from phusong.api.service import Service
from phusong.api.studies.assembling import answered_folder
from phusong.api.studies.own_inputs import answered_round, written_inputs
from phusong.data.lists import read_list
from phusong.data.rounds.store import read_round
from phusong.data.schemas import DECLARATIONS, FINDINGS

As = Callable[..., TestClient]


def test_the_rounds_rows_and_recorded_findings_are_inputs(service: Service, as_: As, tmp_path: Path) -> None:
    """Rows as they stand now (not as first sent), decisions with their reason, what operators declared."""
    province(service)
    as_(Role.PLANNER, province_code=SAMPLE)
    with service.database.write() as db:
        user = db.query(User).first()
        assert user is not None
        round_ = Round(province_code=SAMPLE, batch="2026-Q4", created_by=user.id)
        db.add(round_)
        db.flush()
        for gap_id, present in (("LS-1", True), ("LS-2", False)):
            row = GapRow(round_id=round_.id, province_code=SAMPLE, gap_id=gap_id, version=2, present=present)
            db.add(row)
            db.flush()
            for version, name in ((1, "Nà Đon"), (2, "Nà Đon Trên")):
                cells = {"village_name": name, "lon": 105.5, "lat": 19.5}
                db.add(GapRowVersion(row_id=row.id, version=version, cells=cells, made_by=user.id))
        db.add(
            Decision(
                province_code=SAMPLE, subject_kind="village", subject_code="0001", service="", verdict="covered",
                reason="Đo tại thôn", made_by=user.id,
            )
        )  # fmt: skip
        study = Study(
            province_code=SAMPLE, name="x", profile="vn-default", round_id=round_.id, created_by=user.id, settings={}
        )
        dataset = Dataset(
            province_code=SAMPLE, kind="stations", operator="viettel", name="Viettel", created_by=user.id
        )  # fmt: skip
        db.add_all([study, dataset])
        db.flush()
        version = DatasetVersion(
            dataset_id=dataset.id, version=1, files=[], size=0, completeness="full", vintage=date(2026, 9, 30),
            created_by=user.id,
        )  # fmt: skip
        db.add(version)
        db.flush()
        given = written_inputs(db, study, [version])
        study.settings = {"findings": False}
        assert "findings" not in written_inputs(db, study, [version])
    read = {}
    for name, schema in (("findings", FINDINGS), ("declarations", DECLARATIONS)):
        path = tmp_path / f"{name}.csv"
        path.write_text(given[name], encoding="utf-8-sig", newline="")
        read[name] = read_list(path, schema).rows
    rows = list(csv.DictReader(io.StringIO(given["reported_gaps"])))
    assert [(one["gap_id"], one["village_name"]) for one in rows] == [("LS-1", "Nà Đon Trên")]
    assert list(read["findings"]["village_code"]) == ["0001"]
    assert list(read["findings"]["finding"]) == ["covered"]
    assert list(read["findings"]["reason"]) == ["Đo tại thôn"]
    assert list(read["declarations"]["completeness"]) == ["complete"]


def test_what_communes_answered_is_a_round_beside_the_list(service: Service, as_: As, tmp_path: Path) -> None:
    """The last answer of each unit stands beside the reported row; a round nobody answered gives none."""
    made = round_with_rows(service, state="submitted")
    told = {"due_on": in_days(10).isoformat(), "operators": ["viettel"]}
    assert as_(Role.PLANNER).post(f"/api/rounds/{made}/steps/ask", json=told).status_code == 200
    with service.database.read() as db:
        study = Study(province_code="01", name="x", profile="vn-default", round_id=made, settings={})
        assert answered_round(db, study) is None
    commune = as_(Role.COMMUNE, province_code="01", commune_code="01000")
    where = f"/api/requests/{commune.get('/api/requests').json()['items'][0]['id']}/answers"
    for given in ({"still_gap": "còn", "households_unserved": 18}, {"still_gap": "hết"}):
        assert commune.post(where, json={"cells": given, "by": "UBND xã", "on": "2026-11-20"}).status_code == 201
    with service.database.read() as db:
        answered = answered_round(db, study)
    assert answered is not None
    rows = read_round(answered_folder(tmp_path, json.loads(json.dumps(answered)))).rows.set_index("gap_id")
    assert list(rows.index) == ["KV-001", "KV-002", "KV-003"] and list(rows["households_unserved"]) == [20.0] * 3
    assert list(rows["confirmed_still_gap"]) == ["", "", "no"]
    assert list(rows["confirmed_by"]) == ["", "", "UBND xã"] and list(rows["confirmed_on"]) == ["", "", "2026-11-20"]
    assert rows["confirmed_households_unserved"].tolist()[2] == 18.0
