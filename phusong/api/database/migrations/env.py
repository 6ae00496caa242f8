"""How Alembic runs our migrations: on the connection it is handed, within its transaction."""

from __future__ import annotations

from alembic import context

from phusong.api.database.comparing import HOW
from phusong.api.database.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, **HOW)
with context.begin_transaction():
    context.run_migrations()
