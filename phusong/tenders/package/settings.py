"""Options of the documents: ours, each with its source, and a department's own values over them."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from phusong.data.raw.refusals import not_found
from phusong.errors import UnreadableFileError
from phusong.tenders.package.investor import INVESTOR_FIELDS
from phusong.tenders.package.values import Filled, Setting
from phusong.words import Text, number

OWN_SOURCE = Text("giá trị của đơn vị", "the department's own value")
SECTIONS = ("settings", "investor")
_WEIGHT = re.compile(r"evaluation_\w+_weight")
_MOST = 1e15


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
    _check_values(path, own, ours)
    return tuple(_own(one, own[one.key]) if one.key in own else one for one in ours.values())


def read_investor(path: Path | None = None) -> tuple[Filled, ...]:
    """Return what the investor told in ``[investor]`` of a file; nothing where there is no file.

    Raises
    ------
    MissingFileError, UnreadableFileError
        As in :func:`read_settings`.
    """
    told = _section(path, "investor", INVESTOR_FIELDS)
    wrong = [key for key, value in told.items() if not isinstance(value, str | int | float)]
    _refuse(path, "investor", [Text(f"{key} phải là một dòng chữ", f"{key} must be a text") for key in wrong])
    return tuple(Filled(key=key, value=str(told[key])) for key in INVESTOR_FIELDS if str(told.get(key, "")))


def _section(path: Path | None, name: str, known: Any) -> dict[str, Any]:
    if path is None:
        return {}
    if not path.is_file():
        raise not_found(path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableFileError(
            Text(f"Tệp {path.name} không đọc được: {error}.", f"File {path.name} cannot be read: {error}.")
        ) from error
    others = ", ".join(f"[{one}]" for one in content if one not in SECTIONS or not isinstance(content[one], dict))
    if others:
        raise UnreadableFileError(
            Text(
                f"Tệp {path.name}: không có mục {others}; được dùng: [settings], [investor].",
                f"File {path.name}: no section {others}; allowed are [settings], [investor].",
            )
        )
    section = content.get(name, {})
    strange = ", ".join(sorted(set(section) - set(known)))
    if strange:
        raise UnreadableFileError(
            Text(
                f"Tệp {path.name}, mục [{name}]: không có mục {strange}; được dùng: {', '.join(known)}.",
                f"File {path.name}, section [{name}]: no entry {strange}; allowed are {', '.join(known)}.",
            )
        )
    return dict(section)


def _check_values(path: Path | None, own: Mapping[str, object], ours: Mapping[str, Setting]) -> None:
    """Refuse values that their options cannot have, all of them at once, and weights that do not make up 100."""
    wrong = [_wrong(ours[key], value) for key, value in own.items()]
    weights = [key for key in ours if _WEIGHT.fullmatch(key)]
    if not any(wrong) and any(key in own for key in weights):
        values = [_number(own.get(key, ours[key].value)) for key in weights]
        total = math.fsum(value for value in values if value is not None)
        if not math.isclose(total, 100):
            listed = ", ".join(weights)
            wrong.append(
                Text(
                    f"các trọng số {listed} cộng lại phải bằng 100, nhận được {total:g}",
                    f"the weights {listed} must add up to 100, got {total:g}",
                )
            )
    _refuse(path, "settings", [one for one in wrong if one is not None])


def _wrong(ours: Setting, value: object) -> Text | None:
    """Return what is wrong with a department's value; nothing where it is empty or fits."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return Text(f"{ours.key} phải là một giá trị", f"{ours.key} must be one value")
    if not _is_number(ours) or (isinstance(value, str) and not value.strip()):
        return None
    found, unit = _number(value), ours.unit
    low, high = (-200.0, 0.0) if unit.en == "dBm" else (0.0, 100.0 if unit.en == "%" else _MOST)
    if found is not None and low <= found <= high:
        return None
    return Text(
        f"{ours.key} phải là số từ {number(low)} đến {number(high)} {unit.vi}".strip() + f", nhận được “{value}”",
        f"{ours.key} must be a number from {number(low, 'en')} to {number(high, 'en')} {unit.en}".strip()
        + f", got “{value}”",
    )


def _is_number(setting: Setting) -> bool:
    return bool(setting.unit.en) or _number(setting.value) is not None


def _number(value: object) -> float | None:
    try:
        found = float(str(value).strip().replace(",", "."))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _refuse(path: Path | None, section: str, wrong: Sequence[Text]) -> None:
    if path is not None and wrong:
        raise UnreadableFileError(
            Text(
                f"Tệp {path.name}, mục [{section}]: {'; '.join(one.vi for one in wrong)}.",
                f"File {path.name}, section [{section}]: {'; '.join(one.en for one in wrong)}.",
            )
        )


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
    given = str(value).strip()
    text = given.replace(",", ".") if _is_number(ours) else given
    return Setting(
        key=ours.key, title=ours.title, value=text, unit=ours.unit, source=OWN_SOURCE, verified=ours.verified
    )
