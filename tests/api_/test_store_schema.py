"""The schema: brought up, taken down, compared with the models, on both databases."""

from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from phusong.api.database import schema
from phusong.api.database.comparing import differences
from phusong.api.database.revisions import VERSIONS, write_first, write_next
from phusong.api.database.store import Database, engine_of
from phusong.data.units import provinces


def test_up_down_and_up_again_leaves_the_schema_of_the_models(database_url: str) -> None:
    """The newest schema has no difference to the models; taken down nothing is left; up again it is the same."""
    assert schema.current(database_url) == schema.newest()
    assert _differences(database_url) == []
    schema.downgrade(database_url, schema.EMPTY)
    assert schema.current(database_url) is None
    assert _tables(database_url) <= {"alembic_version", "spatial_ref_sys"}
    assert schema.upgrade(database_url) == schema.newest()
    assert _differences(database_url) == []


def test_every_single_migration_goes_back_and_forth(database_url: str) -> None:
    """Each migration by itself can be undone and done again."""
    for path in sorted(VERSIONS.glob("[0-9]*.py"), reverse=True):
        revision = path.name[:4]
        schema.downgrade(database_url, f"{int(revision) - 1:04d}" if revision != "0001" else schema.EMPTY)
        schema.upgrade(database_url, revision)
        schema.downgrade(database_url, f"{int(revision) - 1:04d}" if revision != "0001" else schema.EMPTY)


def test_a_difference_is_seen(database_url: str) -> None:
    """The comparison of models and database finds a column too many, so that finding nothing says something."""
    database = Database(database_url)
    with database.write() as db:
        db.execute(text("ALTER TABLE users ADD COLUMN extra VARCHAR(3)"))
    database.close()
    assert "extra" in str(_differences(database_url))


def test_the_provinces_are_there_and_come_back(database_url: str) -> None:
    """A fresh database has the 34 provinces; an upgrade gives back one that is missing and doubles none."""
    database = Database(database_url)
    with database.write() as db:
        db.execute(text("DELETE FROM provinces WHERE code = '01'"))
    schema.upgrade(database_url)
    with database.read() as db:
        assert db.execute(text("SELECT count(*) FROM provinces")).scalar() == len(provinces()) == 34
    database.close()


def test_several_processes_upgrade_at_once(database_url: str) -> None:
    """Two processes asked to make the schema at the same moment: one does, all find it whole."""
    schema.downgrade(database_url, schema.EMPTY)
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(2) as pool:
        assert pool.map(schema.upgrade, [database_url] * 2, chunksize=1) == [schema.newest()] * 2
    assert _differences(database_url) == []


def test_a_file_made_by_several_processes_at_once_is_whole(tmp_path: Path) -> None:
    """The same where not even the file of SQLite is there yet."""
    url = f"sqlite:///{(tmp_path / 'new.sqlite').as_posix()}"
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(schema.upgrade, [url] * 2, chunksize=1) == [schema.newest()] * 2


def test_a_database_of_a_later_version_is_refused(database_url: str) -> None:
    """What a later version of the software made is neither changed nor used."""
    database = Database(database_url)
    with database.write() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(schema.SchemaError, match="9999"):
        schema.upgrade(database_url)


def test_tables_of_somebody_else_are_refused(database_url: str) -> None:
    """Tables without a revision were not made by the migrations: nothing is done to them."""
    database = Database(database_url)
    with database.write() as db:
        db.execute(text("DELETE FROM alembic_version"))
    database.close()
    with pytest.raises(schema.SchemaError, match="no revision"):
        schema.upgrade(database_url)


def test_asking_for_the_revision_makes_no_file(tmp_path: Path) -> None:
    """A database that is not there has no revision, and asking does not make it."""
    assert schema.current(f"sqlite:///{(tmp_path / 'none.sqlite').as_posix()}") is None
    assert list(tmp_path.iterdir()) == []


def test_an_upgrade_that_breaks_a_reference_changes_nothing(tmp_path: Path) -> None:
    """On SQLite references are checked at the end of an upgrade, and a broken one undoes it."""
    path = tmp_path / "phusong.sqlite"
    url = f"sqlite:///{path.as_posix()}"
    schema.upgrade(url, "0001")
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO user_grants (id, user_id, role) VALUES ('a', 'nobody', 'admin')")
    connection.commit()
    connection.close()
    with pytest.raises(schema.SchemaError, match="user_grants"):
        schema.upgrade(url)
    assert schema.current(url) == "0001"


def test_the_first_migration_is_what_the_models_say(tmp_path: Path) -> None:
    """The migration of all tables, written anew, makes the same tables as the one that is kept; a next has nothing."""
    anew = write_first(tmp_path)
    kept = VERSIONS / anew.name
    assert _told(anew) == _told(kept)
    assert write_next("nothing", tmp_path) is None


def _told(path: Path) -> str:
    return "".join(path.read_text(encoding="utf-8").replace("'", '"').replace(",", "").split()).replace(")", "")


def _differences(url: str) -> list[object]:
    engine = engine_of(url)
    try:
        with engine.connect() as connection:
            return differences(connection)
    finally:
        engine.dispose()


def _tables(url: str) -> set[str]:
    engine = engine_of(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()
