"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

Lang = Annotated[str, typer.Option("--lang", help="vi | en", metavar="vi|en")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Không in gì ngoài lỗi / print errors only")]
AsJson = Annotated[bool, typer.Option("--json", help="Nhật ký dạng JSON, mỗi dòng một việc / log as JSON lines")]
