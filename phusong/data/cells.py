"""One cell of a list to one value: pure functions, one for each kind of column.

Every parser takes a cell as a reader delivers it (text, number, bool, date, None) and returns the value, None where
the cell says nothing, or a :class:`Bad` with the reason. A value that had to be mended comes as :class:`Mended`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from types import MappingProxyType

from phusong.data.geographic_text import read_angle
from phusong.data.names import fold, tidy
from phusong.data.number_text import COMMAED, DOTTED, bare_number, read_number
from phusong.data.schema import Field, Option
from phusong.data.schemas.common import OPERATORS
from phusong.words import Text

Cell = object
Value = object


@dataclass(frozen=True, slots=True)
class Bad:
    """A cell that cannot be read, and why."""

    text: Text


@dataclass(frozen=True, slots=True)
class Mended:
    """A value that was repaired, and how."""

    value: Value
    text: Text


_SILENT = frozenset({"", "-", "--", "...", "…", "?", "dang cap nhat", "chua cap nhat", "chua co so lieu"}) | frozenset(
    {"khong co so lieu", "n/a", "#n/a", "null", "khong ro", "chua ro", "chua xac dinh"}
)
_LONGEST_SILENT = 40  # with room for decomposed accents and spaces around
_SILENT_INITIALS = frozenset(initial for word in _SILENT if word for initial in (word[0], word[0].upper())) | {"đ", "Đ"}
_SILENT_NUMBERS = _SILENT | {"nan", "na", "none", "khong co"}
_YES = frozenset({"co", "da co", "x", "1", "yes", "y", "true", "dung", "roi", "v", "✓", "☑"})
_NO = frozenset({"khong", "khong co", "chua", "chua co", "0", "no", "n", "false", "sai", "k", "ko", "☐"})
_EXCEL_EPOCH = datetime(1899, 12, 30)
_EXCEL_DAYS = (18264.0, 109575.0)  # 1950 to 2199: a bare year is no day number
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
_LOGGED = re.compile(r"(\d{4})[.\-](\d\d)[.\-](\d\d)_(\d\d)[.\-:](\d\d)[.\-:](\d\d)")
"""A moment as phones log it: 2026.10.15_14.05.33."""
_CLOCK = re.compile(r"(\d{1,2})[:hg](\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
_AN_ANGLE = Text(
    "kinh độ hay vĩ độ; hãy ghi độ thập phân như 105,34808 hoặc độ phút giây như 105°20′53,1″",
    "a longitude or latitude; write decimal degrees as 105.34808, or 105°20′53.1″",
)
_BETWEEN = re.compile(r"\s*[;/|,+&\n]\s*")


def is_silent(cell: Cell) -> bool:
    """Say whether a cell says nothing: empty, a dash, "đang cập nhật" and the like."""
    if isinstance(cell, str):
        first = cell[:1]
        if first.isalpha() and first not in _SILENT_INITIALS:  # most cells, known at a glance
            return False
        return len(cell) <= _LONGEST_SILENT and fold(cell) in _SILENT
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def written(cell: Cell) -> str:
    """Return a cell as its writer sees it: no ``.0`` behind whole numbers, days as dd/mm/yyyy."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime) and (cell.hour or cell.minute or cell.second):
        return cell.strftime("%d/%m/%Y %H:%M")
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return "" if cell is None else str(cell)


def parse_float(cell: Cell, field: Field, *, comma_is_decimal: bool = False) -> float | Bad | None:
    """Read a number written either way: 1.234,5 or 1,234.5; 105,34808; 30 m where the unit is m.

    A single dot or comma is a decimal mark; with ``comma_is_decimal`` (another cell of the column uses the comma as
    one) dots before groups of three are thousands.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return None if math.isnan(cell) else _finite(float(cell), cell)
    if cell is None or (isinstance(cell, str) and fold(cell) in _SILENT_NUMBERS):
        return None
    value = read_number(cell, field.unit, comma_is_decimal=comma_is_decimal) if isinstance(cell, str) else None
    return _not_a(cell, Text("số", "a number")) if value is None else _finite(value, cell)


def parse_int(cell: Cell, field: Field) -> float | Bad | None:
    """Read a whole number; a single dot or comma before three digits is a thousands mark: 30.509 and 30,509."""
    if isinstance(cell, str):
        bare = bare_number(cell, field.unit)
        if DOTTED.fullmatch(bare.lstrip("+-")) or COMMAED.fullmatch(bare.lstrip("+-")):
            ungrouped = bare.replace(".", "").replace(",", "")
            if not re.match(r"[+-]?0", bare):
                return float(ungrouped)
    value = parse_float(cell, field)
    if isinstance(value, float) and not value.is_integer():
        return _not_a(cell, Text("số nguyên", "a whole number"))
    return value


def parse_degrees(cell: Cell, field: Field) -> float | Bad | None:
    """Read a longitude or latitude in any usual spelling; one that lost its decimal mark stays as it is written."""
    if not isinstance(cell, str) or is_silent(cell):
        return parse_float(cell, field)
    angle = read_angle(cell)
    return angle.degrees if angle is not None else _not_a(cell, _AN_ANGLE)


def parse_bool(cell: Cell, field: Field) -> bool | Bad | None:
    """Read Có/Không, x, 1/0, yes/no, true/false."""
    if isinstance(cell, bool):
        return cell
    if is_silent(cell):
        return None
    key = fold(written(cell))
    if key in _YES or key in _NO:
        return key in _YES
    return Bad(
        Text(
            f"{_quoted(cell)} không phải là Có hoặc Không. Hãy ghi Có hoặc Không.",
            f"{_quoted(cell)} is neither yes nor no. Write Có (yes) or Không (no).",
        )
    )


def parse_date(cell: Cell, field: Field) -> datetime | Bad | None:
    """Read a day: dd/mm/yyyy, ISO, a date cell or an Excel day number; the time of day is dropped."""
    moment = parse_time(cell, field)
    return datetime.combine(moment.date(), time()) if isinstance(moment, datetime) else moment


def parse_time(cell: Cell, field: Field) -> datetime | Bad | None:
    """Read a day with or without a time of day; a time zone behind it is ignored (local time is meant)."""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None, microsecond=0)
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    if is_silent(cell):
        return None
    moment = _day_number(cell) if isinstance(cell, int | float) else _day_text(str(cell))
    if moment is not None:
        return moment
    return Bad(
        Text(
            f"{_quoted(cell)} không phải là ngày. Hãy ghi ngày/tháng/năm, ví dụ 15/09/2026.",
            f"{_quoted(cell)} is not a date. Write day/month/year, for example 15/09/2026.",
        )
    )


def parse_str(cell: Cell, field: Field) -> str | Bad | None:
    """Read text, composed (NFC) and with single spaces."""
    if is_silent(cell):
        return None
    return tidy(written(cell))


def parse_code(cell: Cell, field: Field) -> str | Bad | Mended | None:
    """Read a code; one of a fixed length that lost its leading zeros (97 for 00097) gets them back."""
    if is_silent(cell):
        return None
    code = tidy(written(cell)).removeprefix("'")
    if field.digits is None:
        return code
    code = re.sub(r"\.0+$", "", code)  # a number a program wrote as text: 97.0
    if not code.isdecimal() or not code.isascii() or len(code) > field.digits:
        return Bad(
            Text(
                f"{_quoted(cell)} không phải là mã {field.digits} chữ số.",
                f"{_quoted(cell)} is not a code of {field.digits} digits.",
            )
        )
    if len(code) == field.digits:
        return code
    full = code.zfill(field.digits)
    return Mended(
        full,
        Text(
            f"Mã {code} mất số 0 ở đầu, đã sửa thành {full}.", f"Code {code} lost its leading zeros, mended to {full}."
        ),
    )


def parse_enum(cell: Cell, field: Field) -> str | Bad | None:
    """Read one of the field's options in any of its spellings."""
    known = _values_by_spelling(field.options)
    key = fold(written(cell))
    if key in known:
        return known[key]
    return None if is_silent(cell) else _unknown_option(cell, field.options)


def parse_enums(cell: Cell, field: Field) -> tuple[str, ...] | Bad | None:
    """Read several of the field's options, in the order written, each once."""
    whole = parse_enum(cell, field)
    if not isinstance(whole, Bad):
        return None if whole is None else (whole,)
    parts = [parse_enum(part, field) for part in _BETWEEN.split(written(cell))]
    bad = next((part for part in parts if isinstance(part, Bad)), None)
    return bad or tuple(dict.fromkeys(part for part in parts if isinstance(part, str)))


def parse_operator(cell: Cell, field: Field) -> str | Bad | None:
    """Read an operator as its key: viettel, vinaphone, mobifone, vietnamobile; others as given, in lower case."""
    if is_silent(cell):
        return None
    return _values_by_spelling(OPERATORS).get(fold(written(cell)), tidy(written(cell)).lower())


def parse_operators(cell: Cell, field: Field) -> tuple[str, ...] | Bad | None:
    """Read several operators, each once; "Không" means none of them."""
    if is_silent(cell) or fold(written(cell)) in _NO:
        return None
    parts = (parse_operator(part, field) for part in _BETWEEN.split(written(cell)))
    return tuple(dict.fromkeys(part for part in parts if isinstance(part, str)))


def parse_list(cell: Cell, field: Field) -> tuple[str, ...] | Bad | None:
    """Read several texts separated by semicolons (or by commas where there is no semicolon)."""
    if is_silent(cell):
        return None
    text = written(cell)
    parts = (tidy(part) for part in re.split(r"[;\n]" if ";" in text or "\n" in text else ",", text))
    return tuple(dict.fromkeys(part for part in parts if part))


def parse_azimuths(cell: Cell, field: Field) -> tuple[float, ...] | Bad | None:
    """Read one or several angles: 120, 0/120/240, 0;120;240, 0,120,240; 360 is north again."""
    if is_silent(cell):
        return None
    if isinstance(cell, str) and re.search(r"omni|vo huong|dang huong", fold(cell)):
        return Bad(
            Text(
                "Anten vô hướng: hãy để trống phương vị và ghi số sector là 0.",
                "Omnidirectional antenna: leave the azimuth empty and write 0 sectors.",
            )
        )
    angles: list[float] = []
    for part in _azimuth_parts(cell):
        angle = parse_float(part, field)
        if isinstance(angle, Bad) or angle is None:
            return _not_a(cell, Text("các góc như 0/120/240", "angles such as 0/120/240"))
        if field.limits and not field.limits.holds(angle):
            return Bad(field.limits_text(angle))
        angles.append(angle % 360.0)
    return tuple(angles)


Parser = Callable[[Cell, Field], Value | Bad | Mended | None]
PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        "str": parse_str,
        "int": parse_int,
        "float": parse_float,
        "degrees": parse_degrees,
        "bool": parse_bool,
        "date": parse_date,
        "time": parse_time,
        "enum": parse_enum,
        "enums": parse_enums,
        "code": parse_code,
        "operator": parse_operator,
        "operators": parse_operators,
        "list": parse_list,
        "azimuths": parse_azimuths,
    }
)


def _finite(value: float, cell: Cell) -> float | Bad:
    return value if math.isfinite(value) else _not_a(cell, Text("số", "a number"))


def _day_number(days: float) -> datetime | None:
    if isinstance(days, bool) or not _EXCEL_DAYS[0] <= days <= _EXCEL_DAYS[1]:
        return None
    return _EXCEL_EPOCH + timedelta(seconds=round(days * 86400.0))


def _day_text(text: str) -> datetime | None:
    if match := _LOGGED.fullmatch(text.strip()):
        text = "{}.{}.{} {}:{}:{}".format(*match.groups())
    day, _, clock = text.strip().replace("T", " ").partition(" ")
    if match := _DAY_FIRST.fullmatch(day):
        parts = match[3], match[2], match[1]
    elif match := _YEAR_FIRST.fullmatch(day):
        parts = match[1], match[2], match[3]
    elif re.fullmatch(r"\d{5}([.,]\d+)?", day) and not clock:
        return _day_number(float(day.replace(",", ".")))
    else:
        return None
    hours = _CLOCK.fullmatch(clock.strip()) if clock.strip() else None
    if clock.strip() and hours is None:
        return None
    try:
        return datetime(*map(int, parts), *(int(part or 0) for part in (hours.groups() if hours else ())))  # type: ignore[arg-type]
    except ValueError:
        return None


def _azimuth_parts(cell: Cell) -> list[Cell]:
    if not isinstance(cell, str):
        return [cell]
    text = cell.replace("°", " ").strip()
    if re.fullmatch(r"\d+,\d", text):  # 120,5: a decimal comma, not two angles
        return [text]
    return [part for part in re.split(r"\s*[;/|+&,]\s*|(?<=\d)\s*-\s*(?=\d)|\s+", text) if part]


@cache
def _values_by_spelling(options: tuple[Option, ...]) -> Mapping[str, str]:
    return MappingProxyType({fold(spelling): o.value for o in reversed(options) for spelling in o.spellings()})


def _unknown_option(cell: Cell, options: tuple[Option, ...]) -> Bad:
    vi = ", ".join(option.title.vi for option in options)
    en = ", ".join(option.title.en for option in options)
    return Bad(
        Text(
            f"{_quoted(cell)} không có trong các giá trị được chọn: {vi}.",
            f"{_quoted(cell)} is none of the values allowed: {en}.",
        )
    )


def _not_a(cell: Cell, what: Text) -> Bad:
    return Bad(Text(f"{_quoted(cell)} không phải là {what.vi}.", f"{_quoted(cell)} is not {what.en}."))


def _quoted(cell: Cell) -> str:
    text = written(cell)
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"
