"""For developers: the difference between the models and the migrations, written as the next migration."""

from __future__ import annotations

import re
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.operations.ops import DowngradeOps, UpgradeOps
from sqlalchemy import Connection

from phusong.api.database import schema
from phusong.api.database.comparing import HOW, context_of
from phusong.api.database.models import Base
from phusong.api.database.store import engine_of

VERSIONS = schema.MIGRATIONS / "versions"
FIRST, FIRST_TITLE = "0001", "tables"


def write_first(folder: Path = VERSIONS) -> Path:
    """Write the first migration, every table, anew from the models: only before anything was released."""
    with _empty() as connection:
        path = _written(connection, folder, FIRST, None, FIRST_TITLE, as_batch=False)
    assert path is not None
    return path


def write_next(title: str, folder: Path = VERSIONS) -> Path | None:
    """Write what the models have and the migrations have not; None where there is nothing."""
    before = schema.newest()
    with _empty() as connection:
        schema.upgrade_on(connection)
        return _written(connection, folder, f"{int(before) + 1:04d}", before, title, as_batch=True)


def _empty() -> Connection:
    return engine_of("sqlite://").connect()


def _written(
    connection: Connection, folder: Path, revision: str, before: str | None, title: str, *, as_batch: bool
) -> Path | None:
    context = context_of(connection)
    script = produce_migrations(context, Base.metadata)
    up, down = script.upgrade_ops, script.downgrade_ops
    if up is None or down is None or up.is_empty():
        return None

    def code(operations: UpgradeOps | DowngradeOps) -> str:
        return render_python_code(
            operations,
            render_as_batch=as_batch,
            render_item=HOW["render_item"],
            migration_context=context,
        )

    forward, back = _plain(code(up)), _plain(code(down))
    uses_types = "types." in forward + back
    body = _TEMPLATE.format(
        title=title, revision=revision, before=before, up=forward, down=back, imports=_OUR_TYPES if uses_types else ""
    )
    path = folder / f"{revision}_{re.sub(r'[^a-z0-9]+', '_', title.lower())}.py"
    path.write_text(body, encoding="utf-8")
    return path


def _plain(code: str) -> str:
    """Leave out Alembic's own remarks."""
    return "\n".join(line for line in code.splitlines() if "### " not in line)


_OUR_TYPES = "\n\nfrom phusong.api.database import types"
_TEMPLATE = '''"""Migration {revision}: {title}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op{imports}

revision = "{revision}"
down_revision = {before!r}


def upgrade() -> None:
    """Go to this revision."""
{up}


def downgrade() -> None:
    """Go back to the one before."""
{down}
'''
