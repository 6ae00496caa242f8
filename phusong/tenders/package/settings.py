"""Options of the documents: ours, each with its source, and a department's own values over them."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from phusong.data.raw.refusals import not_found
from phusong.errors import UnreadableFileError
from phusong.tenders.package.investor import INVESTOR_FIELDS
from phusong.tenders.package.values import Filled, Setting
from phusong.words import Text

OWN_SOURCE = Text("giá trị của đơn vị", "the department's own value")


def read_settings(path: Path | None = None) -> tuple[Setting, ...]:
    """Return the options, with those of ``[settings]`` of a department's file (``key = value``) in place of ours.

    Raises
    ------
    MissingFileError, UnreadableFileError
        There is no such file, it is no TOML, or it names an option that does not exist: all of them at once.
    """
    text = (resources.files("phusong.tenders") / "settings.toml").read_text(encoding="utf-8")
    ours = {row["key"]: _setting(row) for row in tomllib.loads(text)["setting"]}
    own = _section(path, "settings", ours)
    return tuple(_own(one, own[one.key]) if one.key in own else one for one in ours.values())


def read_investor(path: Path | None = None) -> tuple[Filled, ...]:
    """Return what the investor told in ``[investor]`` of a file; nothing where there is no file.

    Raises
    ------
    MissingFileError, UnreadableFileError
        As in :func:`read_settings`.
    """
    told = _section(path, "investor", INVESTOR_FIELDS)
    return tuple(Filled(key=key, value=str(told[key])) for key in INVESTOR_FIELDS if str(told.get(key, "")))


def _section(path: Path | None, name: str, known: Any) -> dict[str, Any]:
    if path is None:
        return {}
    if not path.is_file():
        raise not_found(path)
    try:
        section = tomllib.loads(path.read_text(encoding="utf-8")).get(name, {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableFileError(
            Text(f"Tệp {path.name} không đọc được: {error}.", f"File {path.name} cannot be read: {error}.")
        ) from error
    strange = ", ".join(sorted(set(section) - set(known)))
    if strange:
        raise UnreadableFileError(
            Text(
                f"Tệp {path.name}, mục [{name}]: không có mục {strange}; được dùng: {', '.join(known)}.",
                f"File {path.name}, section [{name}]: no entry {strange}; allowed are {', '.join(known)}.",
            )
        )
    return dict(section)


def _setting(row: dict[str, Any]) -> Setting:
    return Setting(
        key=row["key"],
        title=Text(row["vi"], row["en"]),
        value=str(row["value"]),
        unit=Text(row.get("unit_vi", ""), row.get("unit_en", "")),
        source=Text(row["source_vi"], row["source_en"]),
        verified=bool(row["verified"]),
    )


def _own(ours: Setting, value: object) -> Setting:
    return Setting(
        key=ours.key, title=ours.title, value=str(value), unit=ours.unit, source=OWN_SOURCE, verified=ours.verified
    )
