"""A server killed while decisions are made: those it acknowledged stand, and none is halved."""

from __future__ import annotations

from pathlib import Path

import check_kills_decisions
import pytest

from phusong.api.database.models import Decision


@pytest.mark.slow
def test_no_acknowledged_decision_is_lost_when_a_server_is_killed(database_url: str, tmp_path: Path) -> None:
    """Three kills of a real process at moments drawn at random; fifty are run by the nightly."""
    seen = check_kills_decisions.kill_while_deciding(tmp_path / "home", database_url, kills=3, seed=11)
    assert seen.kills == 3 and seen.wrong == []
    assert seen.acknowledged


def test_a_lost_or_halved_decision_would_be_found(database_url: str, tmp_path: Path) -> None:
    """The check itself can fail: an acknowledged decision that is not there, one the trail does not know."""
    made = check_kills_decisions.made_service(tmp_path / "home", database_url)
    with made.service.database.write() as db:
        maker = db.get_one(check_kills_decisions.Round, made.round_id).created_by
        db.add(
            Decision(
                province_code="08", round_id=made.round_id, subject_kind="reported", subject_code="KV-001",
                verdict="served", reason="Không ai ghi", made_by=maker,
            )
        )  # fmt: skip
    seen = check_kills_decisions.Seen(acknowledged={"khong-co": "served"})
    check_kills_decisions.look(made.service, seen, {})
    made.service.close()
    assert len(seen.wrong) == 3
