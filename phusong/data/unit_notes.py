"""What is said to the user of the units in his list: what was filled in, converted, repaired, and what is asked.

A note is of row 0 until it is given to its rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from phusong.data.columns import Note, Ways
from phusong.data.unit_reading import KnownUnits, Reading
from phusong.data.units import province_name
from phusong.errors import Level
from phusong.words import Text

_IMPORT = Text(
    " Nếu là đơn vị trước 7/2025, hãy nhập bảng chuyển đổi đơn vị hành chính.",
    " If it is a unit of before July 2025, import a conversion table of administrative units.",
)


def of_province(said: Mapping[str, str], found: str, is_disputed: bool) -> list[Note]:
    """Say what became of the province as written: an old one, an unknown one, a code that is not that of the name."""
    code, name = said["province_code"], said["province_name"]
    if is_disputed:
        text = Text(
            f"Mã tỉnh {code} không phải của “{name}”. Hãy sửa mã hoặc tên tỉnh.",
            f"Province code {code} is not that of “{name}”. Correct code or name.",
        )
        return [Note(0, "province_code", "warning", text, "unit.contradiction", choices=_provinces((code, found)))]
    if not found and (code or name):
        field, given = ("province_name", name) if name else ("province_code", code)
        text = Text(
            f"Không có tỉnh, thành phố nào là “{given}”. Hãy ghi một trong 34 tỉnh, thành phố.",
            f"There is no province “{given}”. Write one of the 34 provinces.",
        )
        return [Note(0, field, "warning", text, "unit.unknown")]
    if code and found != code:
        text = Text(
            f"Mã tỉnh cũ {code} nay là {found} ({province_name(found)}).",
            f"Former province code {code} is {found} ({province_name(found)}) today.",
        )
        return [Note(0, "province_code", "repair", text, "unit.former", after=found)]
    return []


def _provinces(codes: Iterable[str]) -> tuple[Text, ...]:
    named = (f"{province_name(code) or code} ({code})" for code in codes)
    return tuple(Text(name, name) for name in named)


def of_reading(reading: Reading | None, said: Mapping[str, str], known: KnownUnits) -> list[Note]:
    """Say how the words of a row were read, where they leave nothing open."""
    if reading is None or reading.is_open:
        return []
    code, name = reading.code, known.name_of(reading.code)
    given = said.get(reading.field, "")
    match reading.how:
        case "today":
            return [] if said["commune_code"] else [_filled(code, name)]
        case "kind":
            text = Text(f"“{given}” nay là {name} ({code}).", f"“{given}” is {name} ({code}) today.")
            return [_note(reading, "repair", text, "unit.kind", name)]
        case "typo":
            return [_note(reading, "warning", _typo(given, name, code, reading.distance), "unit.typo", name)]
        case "wrong_code":
            text = Text(
                f"Không có đơn vị mang mã {said['commune_code']}; lấy mã {code} của {name} theo tên. Hãy xác nhận.",
                f"No unit has the code {said['commune_code']}; {code} of {name} is taken by the name. Please confirm.",
            )
            return [_note(reading, "warning", text, "unit.code", code)]
        case "unknown":
            text = Text(
                f"Không có đơn vị tên “{given}”; theo mã {said['commune_code']} thì là {name}. Hãy sửa tên hoặc mã.",
                f"No unit is called “{given}”; by its code {said['commune_code']} it is {name}. Correct name or code.",
            )
            codes = (code, *reading.near)
            told = _note(reading, "warning", text, "unit.unknown", choices=_choices(codes, known))
            return [replace(told, ways=_ways(codes, reading, known))]
        case _:
            return [_former(reading, given, code, name)]


def _filled(code: str, name: str) -> Note:
    text = Text(f"Điền mã xã {code} theo tên {name}.", f"The code {code} was filled in by the name {name}.")
    return Note(0, "commune_code", "repair", text, "unit.code_filled", after=code)


def _former(reading: Reading, given: str, code: str, name: str) -> Note:
    text = Text(f"Đơn vị cũ “{given}” nay là {name} ({code}).", f"The former “{given}” is {name} ({code}) today.")
    if reading.field == "commune_name":
        return _note(reading, "repair", text, "unit.former", name)
    return Note(0, "commune_code", "repair", text, "unit.former", after=code)


def _typo(given: str, name: str, code: str, distance: int) -> Text:
    slips = "1 slip" if distance == 1 else f"{distance} slips"
    return Text(
        f"“{given}” được hiểu là {name} ({code}), sai {distance} chữ. Hãy xác nhận.",
        f"“{given}” is taken as {name} ({code}), {slips} away. Please confirm.",
    )


def at_point(at: int, reading: Reading, code: str, said: Mapping[str, str], known: KnownUnits) -> Note:
    """Say that the position decided between the communes the words can mean."""
    name, given = known.name_of(code), said.get(reading.field, "")
    if reading.how == "contradiction":
        text = Text(
            f"Mã và tên xã không khớp nhau ({_listed(reading.codes, known)}); toạ độ nằm trong {name}. Hãy xác nhận.",
            f"Code and names disagree ({_listed(reading.codes, known)}); the position is in {name}. Please confirm.",
        )
        return Note(at, reading.field, "warning", text, "unit.contradiction", after=_called(code, known))
    text = Text(
        f"“{given}” có thể là {_listed(reading.codes, known)}; toạ độ nằm trong {name}.",
        f"“{given}” can be {_listed(reading.codes, known)}; the position is in {name}.",
    )
    return Note(at, reading.field, "repair", text, "unit.split", after=_called(code, known))


def question(
    at: int, reading: Reading, point_code: str, said: Mapping[str, str], known: KnownUnits, *, is_refused: bool
) -> Note | None:
    """Ask which unit is meant; None where a code nobody knows was replaced by the commune of the position."""
    if reading.is_only_wrong_code and point_code:
        return None
    level: Level = "error" if is_refused else "warning"
    given = said.get(reading.field, "")
    codes = tuple(dict.fromkeys((*(reading.codes or reading.near), *([point_code] if point_code else []))))
    where = Text("", "")
    if point_code:
        name = known.name_of(point_code)
        where = Text(f" Toạ độ lại nằm trong {name}.", f" The position is in {name}.")
    if reading.codes:
        text, code = _which(reading, given), _CODE_OF.get(reading.how, "unit.split")
    else:
        advice = _IMPORT if known.former is None else Text("", "")
        text = Text(
            f"Không có đơn vị nào là “{given}”. Hãy chọn đơn vị đúng.{advice.vi}",
            f"There is no unit “{given}”. Choose the right one.{advice.en}",
        )
        code = "unit.unknown"
    text = Text(text.vi + where.vi, text.en + where.en)
    return Note(at, reading.field, level, text, code, choices=_choices(codes, known), ways=_ways(codes, reading, known))


_CODE_OF = {"contradiction": "unit.contradiction", "namesakes": "unit.namesakes"}


def _which(reading: Reading, given: str) -> Text:
    if reading.how == "contradiction":
        return Text(
            "Mã xã, tên xã và xã cũ không cùng một đơn vị. Hãy chọn đơn vị đúng.",
            "Code, name and former commune are not of one unit. Choose the right one.",
        )
    if reading.how == "split":
        return Text(
            f"“{given}” đã chia vào nhiều xã, toạ độ không cho biết xã nào. Hãy chọn xã đúng.",
            f"“{given}” went into several communes, the position does not tell which. Choose the right one.",
        )
    return Text(
        f"Nhiều đơn vị có tên “{given}”. Hãy chọn đơn vị đúng.",
        f"Several units are called “{given}”. Choose the right one.",
    )


def _note(
    reading: Reading, level: Level, text: Text, code: str, after: str | None = None, choices: tuple[Text, ...] = ()
) -> Note:
    return Note(0, reading.field, level, text, code, after, choices)


def _called(code: str, known: KnownUnits) -> str:
    return f"{known.name_of(code)} ({code})"


def _listed(codes: Iterable[str], known: KnownUnits) -> str:
    return ", ".join(_called(code, known) for code in codes)


def _choices(codes: Iterable[str], known: KnownUnits) -> tuple[Text, ...]:
    return tuple(Text(name, name) for name in dict.fromkeys(_called(code, known) for code in codes))


def _ways(codes: Iterable[str], reading: Reading, known: KnownUnits) -> tuple[Ways, ...]:
    """Return how each unit is written: by code and name, by code, by a name no other has."""
    if reading.field not in ("commune_code", "commune_name"):
        return ()
    found: dict[str, Ways] = {}
    for one in codes:
        code, name = ("commune_code", one), ("commune_name", known.name_of(one))
        found[_called(one, known)] = ((code, name), (code,), *(((name,),) if known.is_only(name[1]) else ()))
    return tuple(found.values())
