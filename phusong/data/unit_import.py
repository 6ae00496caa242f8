"""Keep a conversion table of administrative units for later lists: several files made one, where they disagree said.

Where two files lead an old commune to different communes of today, both are kept as possible: the point of a row then
decides, or the user is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from phusong.data.boundaries import home, stored_communes
from phusong.data.digests import sha256_of
from phusong.data.former_units import COLUMNS, FormerUnits, OldUnit, old_province_code_of
from phusong.data.names import fold, name_key
from phusong.data.store import whole_file
from phusong.data.unit_tables import UnitTable, packaged_tables, read_unit_table
from phusong.errors import MissingFileError, Problem
from phusong.words import Text

_STORED = "former_units.parquet"
_OLD = ("old_code", "old_name", "old_district", "old_province_code", "old_province")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsImport:
    """What an import put into the store, and the problems met.

    ``split_communes`` counts the old communes that went into several of today's; ``changes`` the later changes;
    ``sha256`` is of each file by its name.
    """

    stored_at: Path
    old_communes: int
    split_communes: int
    new_communes: int
    changes: int
    problems: tuple[Problem, ...]
    sha256: Mapping[str, str]


def import_units(paths: Sequence[Path], store: Path | None = None) -> UnitsImport:
    """Keep conversion tables and tables of later changes, in ``store`` (by default :func:`home`).

    Parameters
    ----------
    paths
        Files as :func:`phusong.data.unit_tables.read_unit_table` reads them. Conversion tables replace the conversion
        kept so far, tables of later changes the changes kept so far; the stored file is replaced whole or not at all.
        Empty: the tables of the installed package ``vietnamadminunits``.

    Raises
    ------
    MissingFileError, UnreadableFileError, BadInputError
        A file cannot be read; nothing is kept then.
    """
    paths = [Path(path) for path in paths] or [_packaged()]
    tables = [read_unit_table(path) for path in paths]
    folder = store or home()
    lines, problems = merge_tables(tables, _known_units(folder), _stored_lines(folder))
    stored_at = folder / _STORED
    folder.mkdir(parents=True, exist_ok=True)
    with whole_file(stored_at) as part:
        lines.to_parquet(part, index=False)
    own = FormerUnits.of(lines[lines["change"] == ""])
    return UnitsImport(
        stored_at=stored_at,
        old_communes=len(_codes(own.units)),
        split_communes=len(_codes(unit for unit in own.units if unit.is_split)),
        new_communes=len(own.today),
        changes=int((lines["change"] != "").sum()),
        problems=tuple(problems),
        sha256={path.name: sha256_of(path) for path in paths if path.is_file()},
    )


def _codes(units: Iterable[OldUnit]) -> set[str]:
    return {unit.code or unit.full_name for unit in units}


def stored_units(store: Path | None = None) -> FormerUnits | None:
    """Return the conversion kept by earlier imports; None where nothing was imported."""
    lines = _stored_lines(store or home())
    return None if lines is None else FormerUnits.of(lines)


def _stored_lines(folder: Path) -> pd.DataFrame | None:
    stored_at = folder / _STORED
    return pd.read_parquet(stored_at) if stored_at.is_file() else None


def _packaged() -> Path:
    folder = packaged_tables()
    if folder is None:
        raise MissingFileError(
            Text(
                "Hãy nêu tệp bảng chuyển đổi đơn vị hành chính, hoặc cài gói vietnamadminunits.",
                "Name a file with a conversion table of administrative units, or install vietnamadminunits.",
            )
        )
    return folder


def _known_units(folder: Path) -> pd.DataFrame:
    """Return code, name and province of the communes whose boundaries were imported."""
    communes = stored_communes(folder)
    columns = ["new_code", "new_name", "new_province_code"]
    if communes is None:
        return pd.DataFrame(columns=columns, dtype=str)
    return pd.DataFrame(communes[["commune_code", "commune_name", "province_code"]]).set_axis(columns, axis="columns")


def merge_tables(
    tables: Sequence[UnitTable], known: pd.DataFrame | None = None, stored: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, list[Problem]]:
    """Make one table of several: what one leaves out is taken from another, contradictions are listed.

    Parameters
    ----------
    known
        ``new_code, new_name, new_province_code`` of communes that are known for certain.
    stored
        Lines of earlier imports; of conversion and later changes, what the tables do not bring is taken from them.
    """
    problems = [problem for table in tables for problem in table.problems]
    lines = pd.concat([table.lines for table in tables], ignore_index=True)
    if stored is not None:
        brought = {False: (lines["change"] == "").any(), True: (lines["change"] != "").any()}
        kept = stored[[not brought[change != ""] for change in stored["change"]]]
        lines = pd.concat([kept, lines], ignore_index=True)
    lines, lost = _with_new_codes(lines, known)
    problems += lost
    conversion, contradictions = _one_conversion(lines[lines["change"] == ""])
    problems += contradictions
    whole = pd.concat([conversion, lines[lines["change"] != ""]], ignore_index=True)
    return whole[list(COLUMNS)].astype(str), problems


def _with_new_codes(lines: pd.DataFrame, known: pd.DataFrame | None) -> tuple[pd.DataFrame, list[Problem]]:
    """Give every line code, name and province of its new unit; lines that lead nowhere are left out and listed."""
    guessed = lines["old_province"].map({name: old_province_code_of(name) for name in set(lines["old_province"])})
    lines = lines.assign(new_province_code=lines["new_province_code"].where(lines["new_province_code"] != "", guessed))
    certain = lines if known is None else pd.concat([lines, known], ignore_index=True).fillna("")
    is_coded = (lines["new_code"] != "").all() and (lines["old_code"] != "").all()
    codes = {} if is_coded else _codes_by_name(certain)
    given = _texts(lines, "new_code", "new_province_code", "new_name")
    lines = lines.assign(new_code=[code or codes.get(_place_key(*name), "") for code, *name in given])
    given_old = _texts(lines, "old_code", "new_province_code", "old_name", "change")
    old_code = [code or (change and codes.get(_place_key(*name), "")) for code, *name, change in given_old]
    lines = lines.assign(old_code=old_code)
    name_of, province_of = _most(certain, "new_name"), _most(certain, "new_province_code")
    code = lines["new_code"]
    lines = lines.assign(
        new_name=lines["new_name"].where(lines["new_name"] != "", code.map(name_of).fillna("")),
        old_name=lines["old_name"].where(
            (lines["old_name"] != "") | (lines["change"] == ""), lines["old_code"].map(name_of).fillna("")
        ),
        new_province_code=code.map(province_of).fillna(lines["old_code"].map(province_of)).fillna(""),
    )
    is_lost = (lines["new_code"] == "") | (lines["old_code"].eq("") & lines["old_name"].eq(""))
    return lines[~is_lost].reset_index(drop=True), [
        _problem(
            source,
            f"Không biết “{old}” nay là đơn vị nào: thiếu mã xã mới. Hãy ghi mã hoặc nhập ranh giới xã trước.",
            f"What “{old}” is today is not known: no new code. Write it or import commune boundaries first.",
        )
        for source, old in _texts(lines[is_lost], "source", "old_name")
    ]


def _texts(lines: pd.DataFrame, *names: str) -> list[tuple[str, ...]]:
    return list(zip(*(lines[name] for name in names), strict=True))


def _place_key(province_code: str, name: str) -> str:
    return f"{province_code} {name_key(name)}"


def _codes_by_name(lines: pd.DataFrame) -> dict[str, str]:
    """Return the new code of each name that has one code only."""
    units = zip(_texts(lines, "new_province_code", "new_name"), lines["new_code"], strict=True)
    pairs = {(_place_key(*unit), code) for unit, code in units if code}
    count = Counter(key for key, _ in pairs)
    return {key: code for key, code in pairs if count[key] == 1}


def _most(lines: pd.DataFrame, column: str) -> dict[str, str]:
    """Return for each new code what most lines say in a column; the first of equals."""
    said: dict[str, Counter[str]] = {}
    for code, value in _texts(lines, "new_code", column):
        if code and value:
            said.setdefault(code, Counter())[value] += 1
    return {code: counter.most_common(1)[0][0] for code, counter in said.items()}


def _one_conversion(lines: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Join the lines of several files about one old unit; where they lead elsewhere or name it otherwise, say so."""
    keys = _old_keys(lines)
    records: dict[str, list[dict[str, str]]] = {}
    for key, line in zip(keys, lines.to_dict("records"), strict=True):
        records.setdefault(key, []).append(line)  # type: ignore[arg-type]
    joined: list[dict[str, str]] = []
    problems: list[Problem] = []
    for own in records.values():
        joined += _joined(own)
        problems += _contradictions(own)
    return pd.DataFrame(joined, columns=list(COLUMNS)), problems


def _old_keys(lines: pd.DataFrame) -> list[str]:
    """Return a key of each line's old unit: its code; a line without one takes that of the only unit of its name."""
    given = _texts(lines, "old_code", "old_name", "old_district", "old_province")
    by_name: dict[str, set[str]] = {}
    if not all(code for code, *_ in given):
        for code, name, district, _ in given:
            by_name.setdefault(f"{name_key(name)}|{fold(district)}", set()).update({code} - {""})
    keys = []
    for code, name, district, province in given:
        named = "" if code else f"{name_key(name)}|{fold(district)}"
        codes = by_name.get(named, set())
        keys.append(code or (next(iter(codes)) if len(codes) == 1 else f"{named}|{fold(province)}"))
    return keys


def _joined(own: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return a line for each new unit and each name of the old one, with all that any line says of it."""
    old = {name: next((line[name] for line in own if line[name]), "") for name in _OLD}
    targets: dict[str, dict[str, str]] = {}
    for line in own:
        kept = targets.setdefault(line["new_code"], {**line, **old})
        kept["part"] = "partial" if "partial" in (kept["part"], line["part"]) else kept["part"] or line["part"]
    parts = {"part": "partial"} if len(targets) > 1 else {}
    return [{**line, **parts, "old_name": name} for line in targets.values() for name in _old_names(own)]


def _old_names(own: Iterable[Mapping[str, str]]) -> list[str]:
    """Return the names files give an old unit, other spellings of one name once."""
    names = list(dict.fromkeys(line["old_name"] for line in own if line["old_name"]))
    if len(names) > 1:
        names = list({name_key(name): name for name in names}.values())
    return names or [""]


def _contradictions(own: list[dict[str, str]]) -> list[Problem]:
    led: dict[str, set[str]] = {}
    for line in own:
        led.setdefault(line["source"], set()).add(line["new_code"])
    problems = []
    if len({frozenset(codes) for codes in led.values()}) > 1:
        name_of = {line["new_code"]: line["new_name"] for line in own}
        said = "; ".join(
            f"{source}: {', '.join(f'{name_of[code]} ({code})' for code in sorted(codes))}"
            for source, codes in led.items()
        )
        old = _called(own)
        problems.append(
            _problem(
                own[-1]["source"],
                f"{old}: các bảng chuyển đổi không khớp nhau ({said}). Giữ mọi khả năng, toạ độ sẽ quyết định.",
                f"{old}: the conversion tables disagree ({said}). All are kept as possible, the position will decide.",
            )
        )
    names = _old_names(own)
    if len(names) > 1:
        problems.append(
            _problem(
                own[-1]["source"],
                f"Mã cũ {own[0]['old_code']} mang nhiều tên: {', '.join(names)}; tên nào cũng được nhận.",
                f"Old code {own[0]['old_code']} has several names: {', '.join(names)}; each is understood.",
            )
        )
    return problems


def _called(own: Iterable[Mapping[str, str]]) -> str:
    first = next(iter(own))
    return f"{first['old_name']} ({first['old_code']})" if first["old_code"] else first["old_name"]


def _problem(source: str, vi: str, en: str) -> Problem:
    return Problem(level="warning", file=source, text=Text(vi, en), code="units.table")
