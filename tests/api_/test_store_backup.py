"""Backups: everything comes back, on either database, or nothing does."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import stat
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from api_.made_store import fill_store
from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url

from phusong.api import audit
from phusong.api.audit_check import Anchor, verify
from phusong.api.backups import making, restoring, tables
from phusong.api.backups.contents import MANIFEST, Manifest
from phusong.api.backups.making import back_up
from phusong.api.backups.restoring import restore
from phusong.api.database.models import Base
from phusong.api.database.store import engine_of
from phusong.api.database.types import new_id
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings
from phusong.data.digests import sha256_by_name, sha256_of
from phusong.data.store import OutputError
from phusong.errors import PhuSongError


def test_everything_comes_back_on_the_same_kind_of_database(service: Service, tmp_path: Path) -> None:
    """Every row of every table, every stored file and result folder, and the trail: the same as before."""
    fill_store(service)
    kept = back_up(service, tmp_path / "backup.zip")
    other = _empty_like(service, tmp_path)
    found = restore(other, tmp_path / "backup.zip")
    assert kept.faults == found.faults == ()
    assert (found.rows, found.files, found.seal) == (kept.rows, kept.files, kept.seal)
    _same(service, other)


def test_a_backup_moves_from_an_office_to_a_server_and_back(service: Service, tmp_path: Path) -> None:
    """What PostgreSQL kept SQLite takes, and the other way round: the same rows to the letter."""
    if service.database.embedded:
        return  # the way back below is this one
    fill_store(service)
    back_up(service, tmp_path / "server.zip")
    office = ServiceSettings(home=tmp_path / "office")
    restore(office, tmp_path / "server.zip")
    _same(service, office)
    opened = Service.of(office)
    back_up(opened, tmp_path / "office.zip")
    opened.close()
    server = _empty_like(service, tmp_path)
    restore(server, tmp_path / "office.zip")
    _same(service, server, entries_more=2)


def test_a_restored_trail_goes_on_and_says_that_it_was_restored(service: Service, tmp_path: Path) -> None:
    """The seal printed when the backup was made holds for the restored trail, whose next entry is the restoring."""
    fill_store(service)
    kept = back_up(service, tmp_path / "backup.zip")
    other = _empty_like(service, tmp_path)
    restore(other, tmp_path / "backup.zip")
    opened = Service.of(other)
    with opened.database.write() as db:
        last = audit.record(db, "test.after", by=None)
        verdict = verify(db, Anchor.read(kept.seal))
        assert verdict.faults == ()
        assert verdict.entries == last.number == 5
    opened.close()


def test_nobody_stays_signed_in_and_only_the_owner_reads_a_backup(service: Service, tmp_path: Path) -> None:
    """Sessions, sign-ins under way, work under way are not in the archive; its file is its owner's."""
    fill_store(service)
    path = tmp_path / "backup.zip"
    assert back_up(service, path).sha256 == sha256_of(path)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    assert not [name for name in names if any(one in name for one in ("session", "oidc", "jobs/", "incoming", "locks"))]
    assert "tables/jobs.jsonl" in names
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_every_column_of_every_table_has_a_kind() -> None:
    """No column is left out, and none that is new is written as something it is not."""
    for table in Base.metadata.sorted_tables:
        assert [name for name, _ in tables.columns_of(table)] == [one.name for one in table.columns]
    kinds = dict(tables.columns_of(Base.metadata.tables["audit"]))
    assert (kinds["details"], kinds["at"], kinds["number"]) == ("sealed", "moment", "int")
    assert dict(tables.columns_of(Base.metadata.tables["gap_row_versions"]))["cells"] == "json"


def test_a_backup_goes_into_an_empty_place_only(service: Service, tmp_path: Path) -> None:
    """A home or a database with something in it is left alone; a backup is not written over another file."""
    path = tmp_path / "backup.zip"
    back_up(service, path)
    before = path.read_bytes()
    with pytest.raises(OutputError):
        back_up(service, path)
    assert path.read_bytes() == before
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "something").touch()
    with pytest.raises(OutputError):
        restore(ServiceSettings(home=taken), path)
    assert [one.name for one in taken.iterdir()] == ["something"]
    with pytest.raises(OutputError):
        restore(ServiceSettings(home=tmp_path / "new", database_url=service.settings.url), path)
    assert not (tmp_path / "new").exists()


def test_a_damaged_stored_file_is_named_and_the_rest_is_kept(service: Service, tmp_path: Path) -> None:
    """Bytes that are no longer their digest are said, when the backup is made and again when it is restored."""
    sha256 = fill_store(service)
    service.blobs.path(sha256).write_bytes(b"other")
    kept = back_up(service, tmp_path / "backup.zip")
    assert [sha256 in one.en for one in kept.faults] == [True]
    found = restore(_empty_like(service, tmp_path), tmp_path / "backup.zip")
    assert [sha256 in one.en for one in found.faults] == [True]


def test_a_backup_damaged_anywhere_restores_nothing(service: Service, tmp_path: Path) -> None:
    """One byte altered at many places: refused with a sentence, and neither home nor tables are there."""
    fill_store(service)
    path = tmp_path / "backup.zip"
    back_up(service, path)
    other, whole = _empty_like(service, tmp_path), path.read_bytes()
    refused = 0
    for place in range(50, len(whole), len(whole) // 11):
        damaged = bytearray(whole)
        damaged[place] ^= 0x55
        path.write_bytes(damaged)
        try:
            restore(other, path)
        except PhuSongError:
            refused += 1
            _nothing(other)
        else:  # a byte that no reader looks at, a date in the zip's directory: what was restored is right
            _same(service, other)
            other = _empty_like(service, tmp_path)
    assert refused > 7
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PhuSongError):
        restore(other, path)
    _nothing(other)


def test_a_backup_that_was_altered_on_purpose_restores_nothing(service: Service, tmp_path: Path) -> None:
    """A row edited, a table or file left out, a name that leads outside the home, a later version: refused."""
    fill_store(service)
    path, altered, other = tmp_path / "backup.zip", tmp_path / "altered.zip", _empty_like(service, tmp_path)
    back_up(service, path)
    for change in ("row", "table", "seal", "file", "outside", "revision"):
        _altered(path, altered, change)
        with pytest.raises(PhuSongError):
            restore(other, altered)
        _nothing(other)
    assert not list(tmp_path.rglob("escaped"))
    restore(other, path)


def _altered(path: Path, altered: Path, change: str) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = Manifest.model_validate_json(members[MANIFEST])
    first = manifest.files[0]
    if change == "row":
        members["tables/users.jsonl"] = members["tables/users.jsonl"].replace(b"true", b"false", 1)
    elif change == "table":
        del members["tables/users.jsonl"]
    elif change == "seal":
        manifest = manifest.model_copy(update={"seal": "3:" + "0" * 64})
    elif change == "file":
        del members[f"files/{first.name}"]
    elif change == "outside":
        members["files/../../escaped"] = members[f"files/{first.name}"]
        manifest = manifest.model_copy(update={"files": [first.model_copy(update={"name": "../../escaped"})]})
    else:
        manifest = manifest.model_copy(update={"revision": "9999"})
    members[MANIFEST] = manifest.model_dump_json().encode()
    with zipfile.ZipFile(altered, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


@pytest.mark.parametrize("moment", ["rows", "placed"])
def test_a_restore_that_was_killed_is_done_again(service: Service, tmp_path: Path, moment: str) -> None:
    """Killed among files, among rows, before its end: no database stands half, and the next restore is whole."""
    fill_store(service)
    path = tmp_path / "backup.zip"
    back_up(service, path)
    other = _empty_like(service, tmp_path)
    child = multiprocessing.get_context("spawn").Process(target=restore_until, args=(other.model_dump(), path, moment))
    child.start()
    child.join(120)
    assert child.exitcode == -signal.SIGKILL
    if moment != "placed" or not service.database.embedded:
        _no_tables(other)
        restore(other, path)
    _same(service, other)
    assert not list(other.home.parent.glob("*.partial-*"))


def test_a_backup_that_was_killed_leaves_no_file_of_its_name(service: Service, tmp_path: Path) -> None:
    """What is half-written never carries the name of a backup."""
    fill_store(service)
    path = tmp_path / "backup.zip"
    child = multiprocessing.get_context("spawn").Process(
        target=back_up_until, args=(service.settings.model_dump(), path)
    )
    child.start()
    child.join(120)
    assert child.exitcode == -signal.SIGKILL
    assert not path.exists()
    assert back_up(service, path).faults == ()


def test_people_work_on_while_a_backup_is_made(service: Service, tmp_path: Path) -> None:
    """Acts and files recorded meanwhile wait for nothing, and the backup is one whole state between them."""
    fill_store(service)
    stop, acts = threading.Event(), list[int]()

    def work() -> None:
        while not stop.is_set():
            with service.database.write() as db:
                service.blobs.put(db, new_id().encode())
                acts.append(audit.record(db, "test.meanwhile", by=None).number)

    worker = threading.Thread(target=work)
    worker.start()
    for n in range(3):
        kept = back_up(service, tmp_path / f"{n}.zip")
        assert kept.faults == ()
    stop.set()
    worker.join()
    assert len(acts) > 3
    assert restore(_empty_like(service, tmp_path), tmp_path / "2.zip").seal == kept.seal


def restore_until(told: dict[str, Any], path: Path, moment: str) -> None:
    """Restore in a process of its own, which kills itself at a moment."""
    names = {
        "files": (restoring, "copied"), "rows": (tables, "fill"), "check": (restoring, "verify"),
        "placed": (Path, "unlink"),
    }  # fmt: skip
    owner, name = names[moment]
    settings = ServiceSettings(**told)
    if moment == "placed":
        name = "rename"
        original = Path.rename

        def rename(self: Path, target: Path) -> Path:
            original(self, target)
            _die()
            return target

        Path.rename = rename  # type: ignore[method-assign,assignment]
    else:
        setattr(owner, name, _dies_after(getattr(owner, name), calls=3 if moment != "check" else 0))
    restore(settings, path)


def back_up_until(told: dict[str, Any], path: Path) -> None:
    """Back up in a process of its own, which kills itself among the files."""
    making.copied = _dies_after(making.copied, calls=2)
    back_up(Service.of(ServiceSettings(**told)), path)


def _dies_after(function: Callable[..., Any], *, calls: int) -> Callable[..., Any]:
    left = [calls]

    def called(*given: Any, **named: Any) -> Any:
        if left[0] == 0:
            _die()
        left[0] -= 1
        return function(*given, **named)

    return called


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _empty_like(service: Service, tmp_path: Path) -> ServiceSettings:
    """Return settings of a new service on the same kind of database; its folder is there for nobody yet."""
    folder = tmp_path / f"nơi khác {new_id()}"
    folder.mkdir()
    if service.database.embedded:
        return ServiceSettings(home=folder / "home")
    url = make_url(service.settings.url)
    name = f"r{new_id()}"
    server = f"postgresql://{url.username}@{url.host}:{url.port}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return ServiceSettings(home=folder / "home", database_url=f"{server}/{name}".replace("sql:", "sql+psycopg:"))


def _nothing(settings: ServiceSettings) -> None:
    assert list(settings.home.parent.iterdir()) == []
    _no_tables(settings)


def _no_tables(settings: ServiceSettings) -> None:
    if settings.database_url:
        engine = engine_of(settings.url)
        assert not inspect(engine).has_table("users")
        engine.dispose()
    else:
        assert not settings.home.exists()


def _same(service: Service, settings: ServiceSettings, *, entries_more: int = 1) -> None:
    """Hold a restored service against the one that was kept: rows, files, trail."""
    ours, theirs = _rows(service.settings.url), _rows(settings.url)
    assert theirs.pop("audit")[:-entries_more] == ours.pop("audit")
    lost = [line for line in ours.pop("uploads") if '"receiving"' not in line]
    assert set(lost) <= set(theirs.pop("uploads"))
    assert theirs == ours
    kept = ("blobs", "studies", "documents")
    for folder in kept:
        assert sha256_by_name(settings.home / folder) == sha256_by_name(service.settings.home / folder)
    files = {one.name for one in settings.home.iterdir()} - {"phusong.sqlite"}
    assert files == set(kept)


def _rows(url: str) -> dict[str, list[str]]:
    engine = engine_of(url)
    with engine.connect() as connection:
        found = {
            one.name: list(tables.lines(connection, one.name, tables.columns_of(one), tables.key_of(one)))
            for one in tables.kept_tables()
        }
        connection.execute(text("SELECT 1"))
    engine.dispose()
    return found


@pytest.fixture(autouse=True)
def _no_leftovers(tmp_path: Path) -> Any:
    yield
    shutil.rmtree(tmp_path, ignore_errors=True)
