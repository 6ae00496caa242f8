"""Commands about the work store: its schema, backups, the audit trail."""

from __future__ import annotations

import typer

app = typer.Typer()
