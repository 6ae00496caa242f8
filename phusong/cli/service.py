"""Commands that run the service: the server, its worker."""

from __future__ import annotations

import typer

app = typer.Typer()
