"""Commands about the work store: its schema, backups, the audit trail."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from phusong.cli.options import Lang
from phusong.cli.screen import Screen, screen_for
from phusong.words import Text, number

if TYPE_CHECKING:
    from phusong.api.settings import ServiceSettings

app = typer.Typer(no_args_is_help=True, help="Cơ sở dữ liệu của dịch vụ / the service's database.")
audit = typer.Typer(no_args_is_help=True, help="Nhật ký / the audit trail.")

ALTERED = 1
"""Exit code of a check that found something wrong."""

Home = Annotated[Path | None, typer.Option("--home", help="Thư mục của dịch vụ / the service's folder (PHUSONG_HOME)")]


def settings_of(home: Path | None) -> ServiceSettings:
    """Return the service's settings; ``--home`` goes before ``PHUSONG_HOME``."""
    from phusong.api.settings import ServiceSettings

    return ServiceSettings() if home is None else ServiceSettings(home=home)


@audit.callback()
def _audit() -> None:
    """Nhật ký / the audit trail."""


@audit.command()
def verify(
    home: Home = None,
    seal: Annotated[
        str, typer.Option("--seal", help="Niêm phong đã ghi lần trước / the seal noted down before", metavar="N:SEAL")
    ] = "",
    lang: Lang = "vi",
) -> None:
    """Kiểm tra nhật ký không bị sửa, xóa, chèn / check that the trail was not altered, cut or added to."""
    from phusong.api.audit_check import Anchor
    from phusong.api.audit_check import verify as verify_trail
    from phusong.api.database.schema import need_newest
    from phusong.api.database.store import Database

    screen, url = screen_for(lang), settings_of(home).url
    anchor = Anchor.read(seal) if seal else None
    need_newest(url)
    database = Database(url)
    try:
        with database.read() as db:
            verdict = verify_trail(db, anchor)
    finally:
        database.close()
    _tell_faults(screen, verdict.faults)
    last = Text("nhật ký trống", "the trail is empty")
    if verdict.last is not None:
        last = Text(f"Niêm phong: {verdict.last}", f"Seal: {verdict.last}")
    counted = verdict.entries
    screen.say(
        Text(
            f"Nhật ký toàn vẹn: {number(counted)} mục. {last.vi}",
            f"The trail is whole: {number(counted, 'en')} entries. {last.en}",
        )
    )


@app.command()
def upgrade(home: Home = None, lang: Lang = "vi") -> None:
    """Đưa cơ sở dữ liệu lên phiên bản mới nhất / bring the database to the newest schema."""
    from phusong.api.database import schema

    settings = settings_of(home)
    settings.home.mkdir(parents=True, exist_ok=True)
    found = schema.upgrade(settings.url)
    screen_for(lang).say(Text(f"Cơ sở dữ liệu ở phiên bản {found}", f"The database is at revision {found}"))


@app.command()
def current(home: Home = None, lang: Lang = "vi") -> None:
    """In phiên bản của cơ sở dữ liệu / print the database's revision."""
    from phusong.api.database import schema

    found, newest = schema.current(settings_of(home).url), schema.newest()
    text = Text(f"{found or 'chưa có'} (mới nhất: {newest})", f"{found or 'none'} (newest: {newest})")
    screen_for(lang).say(text)


@app.command(hidden=True)
def revision(
    title: Annotated[str, typer.Argument()] = "",
    first: Annotated[bool, typer.Option("--first", help="0001 anew, from the models")] = False,
    lang: Lang = "vi",
) -> None:
    """For developers: write what the models have and the migrations have not as the next migration."""
    from phusong.api.database.revisions import write_first, write_next

    path = write_first() if first else write_next(title or "changes")
    text = Text("Không có gì khác", "Nothing differs") if path is None else Text(str(path), str(path))
    screen_for(lang).say(text)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Tệp sao lưu mới / the new backup file")],
    home: Home = None,
    lang: Lang = "vi",
) -> None:
    """Sao lưu cơ sở dữ liệu và mọi tệp vào một tệp / keep the database and every file in one archive."""
    from phusong.api.backups.making import back_up
    from phusong.api.service import Service

    screen, settings = screen_for(lang), settings_of(home)
    _check_home(settings)
    service = Service.of(settings)
    try:
        kept = back_up(service, file)
    finally:
        service.close()
    text = Text(
        f"Đã sao lưu {number(kept.rows)} dòng, {number(kept.files)} tệp vào {file}\n"
        f"SHA-256: {kept.sha256}\nNiêm phong nhật ký: {kept.seal or '(trống)'}",
        f"Kept {number(kept.rows, 'en')} rows and {number(kept.files, 'en')} files in {file}\n"
        f"SHA-256: {kept.sha256}\nSeal of the trail: {kept.seal or '(empty)'}",
    )
    screen.say(text)
    _tell_faults(screen, kept.faults)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="Tệp sao lưu / the backup")],
    home: Home = None,
    lang: Lang = "vi",
) -> None:
    """Khôi phục vào nơi còn trống, kiểm từng dòng và từng tệp / restore into an empty place, verified."""
    from phusong.api.backups.restoring import restore as restore_backup

    screen = screen_for(lang)
    found = restore_backup(settings_of(home), file)
    text = Text(
        f"Đã khôi phục và kiểm tra {number(found.rows)} dòng, {number(found.files)} tệp. "
        f"Niêm phong nhật ký trong bản sao lưu: {found.seal or '(trống)'}",
        f"Restored and verified {number(found.rows, 'en')} rows and {number(found.files, 'en')} files. "
        f"Seal of the trail in the backup: {found.seal or '(empty)'}",
    )
    screen.say(text)
    _tell_faults(screen, found.faults)


@app.command()
def tidy(home: Home = None, lang: Lang = "vi") -> None:
    """Dọn tệp dở dang không của ai / take away half-made files that belong to nothing."""
    from phusong.api.database.schema import need_newest
    from phusong.api.service import Service
    from phusong.api.tidying import tidy as tidy_home

    screen, settings = screen_for(lang), settings_of(home)
    _check_home(settings)
    need_newest(settings.url)
    service = Service.of(settings)
    try:
        found = tidy_home(service)
    finally:
        service.close()
    count, megabytes = len(found.names), found.size / 1e6
    screen.say(
        Text(
            f"Đã dọn {number(count)} mục, {number(megabytes, decimals=1)} MB",
            f"Took away {number(count, 'en')} things, {number(megabytes, 'en', decimals=1)} MB",
        )
    )


def _check_home(settings: ServiceSettings) -> None:
    from phusong.errors import MissingFileError

    if not settings.home.is_dir():
        raise MissingFileError(
            Text(f"Không có thư mục dịch vụ {settings.home}", f"There is no service folder {settings.home}")
        )


def _tell_faults(screen: Screen, faults: tuple[Text, ...]) -> None:
    """Say what is wrong with the service itself, and end with its code."""
    for fault in faults:
        screen.err.print(fault.to(screen.language), markup=False, highlight=False, soft_wrap=True)
    if faults:
        raise typer.Exit(ALTERED)
