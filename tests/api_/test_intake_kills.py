"""A server killed while a file comes in: what it had acknowledged is there, what it had not can be sent again."""

from __future__ import annotations

from pathlib import Path

import check_kills_upload
import pytest


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_a_server_is_killed(database_url: str, tmp_path: Path) -> None:
    """Three kills of a real process at moments drawn at random; fifty are run by the nightly."""
    seen = check_kills_upload.kill_while_sending(tmp_path / "home", database_url, kills=3, seed=7)
    assert seen.kills == 3 and seen.wrong == []


def test_a_lost_file_would_be_found(database_url: str, tmp_path: Path) -> None:
    """The check itself can fail: a blob taken away, a part folder of nobody and an altered trail are all told."""
    service, *_ = check_kills_upload.made_service(tmp_path / "home", database_url)
    with service.database.write() as db:
        service.blobs.put(db, b"abc")
    (service.settings.home / "incoming" / "nobody").mkdir(parents=True)
    sha256 = next(path for path in service.blobs.folder.rglob("*") if path.is_file())
    sha256.unlink()
    seen = check_kills_upload.Seen()
    check_kills_upload._look_at_the_rest(service, [], seen)
    service.close()
    assert len(seen.wrong) == 2
