"""Migration 0002: what the models do not say: an audit trail that only grows, boxes round geometries, late references.

A later migration that rebuilds ``audit`` or ``gap_rows`` on SQLite (``batch_alter_table``) loses their triggers and
must make them anew.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

LATE_REFERENCES = (
    ("fk_rounds_list_upload_id", "rounds", "uploads", "list_upload_id"),
    ("fk_rounds_study_id", "rounds", "studies", "study_id"),
)
"""References in a circle: PostgreSQL gets them once both tables are there."""

SQLITE = (
    """CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
    """CREATE TRIGGER audit_is_never_cut BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
    # INSERT OR REPLACE deletes without asking the trigger above
    """CREATE TRIGGER audit_grows_at_its_end BEFORE INSERT ON audit
    WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM audit)
        OR EXISTS (SELECT 1 FROM audit WHERE seal = NEW.seal)
    BEGIN SELECT RAISE(ABORT, 'the audit trail grows at its end only'); END""",
    "CREATE TABLE gap_box_rows (box INTEGER PRIMARY KEY, row_id VARCHAR(16) NOT NULL UNIQUE)",
    "CREATE VIRTUAL TABLE gap_boxes USING rtree(box, west, east, south, north, +row_id)",
    """CREATE TRIGGER gap_rows_box_new AFTER INSERT ON gap_rows WHEN phusong_bound(NEW.geom, 0) IS NOT NULL
    BEGIN
        INSERT INTO gap_box_rows (row_id) VALUES (NEW.id);
        INSERT INTO gap_boxes SELECT box, phusong_bound(NEW.geom, 0), phusong_bound(NEW.geom, 2),
            phusong_bound(NEW.geom, 1), phusong_bound(NEW.geom, 3), row_id FROM gap_box_rows WHERE row_id = NEW.id;
    END""",
    """CREATE TRIGGER gap_rows_box_gone AFTER DELETE ON gap_rows
    BEGIN
        DELETE FROM gap_boxes WHERE box = (SELECT box FROM gap_box_rows WHERE row_id = OLD.id);
        DELETE FROM gap_box_rows WHERE row_id = OLD.id;
    END""",
    """CREATE TRIGGER gap_rows_box_moved AFTER UPDATE OF geom, id ON gap_rows
    BEGIN
        DELETE FROM gap_boxes WHERE box = (SELECT box FROM gap_box_rows WHERE row_id = OLD.id);
        DELETE FROM gap_box_rows WHERE row_id = OLD.id;
        INSERT INTO gap_box_rows (row_id) SELECT NEW.id WHERE phusong_bound(NEW.geom, 0) IS NOT NULL;
        INSERT INTO gap_boxes SELECT box, phusong_bound(NEW.geom, 0), phusong_bound(NEW.geom, 2),
            phusong_bound(NEW.geom, 1), phusong_bound(NEW.geom, 3), row_id FROM gap_box_rows WHERE row_id = NEW.id;
    END""",
)
SQLITE_BACK = (
    *(f"DROP TRIGGER gap_rows_box_{name}" for name in ("moved", "gone", "new")),
    "DROP TABLE gap_boxes",
    "DROP TABLE gap_box_rows",
    *(f"DROP TRIGGER audit_{name}" for name in ("grows_at_its_end", "is_never_cut", "is_never_changed")),
)
POSTGRESQL = (
    """CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$""",
    """CREATE FUNCTION audit_grows_at_its_end() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.number IS DISTINCT FROM (SELECT coalesce(max(number), 0) + 1 FROM audit) THEN
            RAISE EXCEPTION 'the audit trail grows at its end only';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE TRIGGER audit_is_never_changed BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()""",
    """CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()""",
    """CREATE TRIGGER audit_grows_at_its_end BEFORE INSERT ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_grows_at_its_end()""",
    "CREATE INDEX ix_gap_rows_geom ON gap_rows USING gist (geom)",
)
POSTGRESQL_BACK = (
    "DROP INDEX ix_gap_rows_geom",
    *(f"DROP TRIGGER audit_{name} ON audit" for name in ("grows_at_its_end", "is_never_emptied", "is_never_changed")),
    "DROP FUNCTION audit_grows_at_its_end()",
    "DROP FUNCTION audit_is_append_only()",
)


def upgrade() -> None:
    """Make triggers, boxes and the references in a circle."""
    embedded = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE if embedded else POSTGRESQL:
        op.execute(statement)
    if not embedded:
        for name, table, other, column in LATE_REFERENCES:
            op.create_foreign_key(name, table, other, [column], ["id"])


def downgrade() -> None:
    """Take them away."""
    embedded = op.get_bind().dialect.name == "sqlite"
    if not embedded:
        for name, table, _, _ in LATE_REFERENCES:
            op.drop_constraint(name, table, type_="foreignkey")
    for statement in SQLITE_BACK if embedded else POSTGRESQL_BACK:
        op.execute(statement)
