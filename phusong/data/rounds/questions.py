"""What a round asks of a commune and of an operator: the forms, made from its rows."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from phusong.coverage.reasons import operator_title
from phusong.data.names import fold
from phusong.data.rounds.form_fields import COMMUNE_FIELDS, NOTE, OPERATOR_FIELDS, STATION_FIELDS
from phusong.data.rounds.forms import Asked, Form, FormSheet, Shown, Value, write_form
from phusong.data.rounds.store import Round
from phusong.data.schema import Field
from phusong.data.schemas import STATIONS
from phusong.data.schemas.gap_options import GAP_CLASSES, SIGNALS
from phusong.data.schemas.gap_signals import signal_field_name
from phusong.data.store import whole_files
from phusong.data.study_file import NATIONAL_OPERATORS
from phusong.data.templates import written_cell
from phusong.words import Language, Text

_CLASSES = {option.value: option.title for option in GAP_CLASSES}
_SIGNALS = {option.value: option.title for option in SIGNALS}


def write_commune_forms(round_: Round, folder: Path, language: Language = "vi") -> tuple[Path, ...]:
    """Write a form for every commune of a round with its own rows; return the files."""
    communes = sorted(set(round_.rows["commune_code"].astype(str)))
    return _write([commune_form(round_, code, language) for code in communes], folder)


def write_operator_forms(
    round_: Round,
    folder: Path,
    *,
    stations: pd.DataFrame | None = None,
    operators: Sequence[str] = NATIONAL_OPERATORS,
    language: Language = "vi",
) -> tuple[Path, ...]:
    """Write a form for every operator; return the files.

    Every operator is asked about every gap of the round, and sees what the list says of its own signal only;
    ``stations`` (rows of checked station lists) adds what is missing of its own stations.
    """
    forms = [operator_form(round_, operator, stations, language) for operator in operators]
    return _write(forms, folder)


def commune_form(round_: Round, commune_code: str, language: Language) -> Form:
    """Return the form of one commune."""
    rows = round_.rows[round_.rows["commune_code"].astype(str) == commune_code]
    name = str(rows["commune_name"].iloc[0]) if len(rows) else commune_code
    name = name or commune_code
    title = Text(f"Phiếu xác nhận vùng lõm sóng – {name}", f"Confirmation of signal gaps – {name}")
    sheet = FormSheet(
        subject="gap",
        name=Text("Phiếu xác nhận", "Form"),
        title=Text(f"{title.vi} – {round_.batch}", f"{title.en} – {round_.batch}"),
        guide=(
            Text(
                "Cột nền xám là số liệu đang ghi trong danh sách của tỉnh (đã khoá). Cột nền vàng để UBND xã điền: chỉ "
                "điền ô cần sửa hoặc cần xác nhận; ô để trống nghĩa là chưa trả lời, không phải là đồng ý.",
                "Grey columns are what the province's list says (locked). Yellow columns are for the commune: fill in "
                "what is to be corrected or confirmed; an empty cell is no answer, not consent.",
            ),
            Text(
                "Nếu số đang ghi là đúng, hãy ghi lại chính số đó. Toạ độ ghi bằng độ WGS84, ví dụ 105,34808 và "
                "22,62924. Không thêm, không xoá dòng; nơi chưa có trong danh sách thì báo riêng.",
                "Where a number is right, write it again. Positions are WGS84 degrees, for example 105.34808 and "
                "22.62924. Add and delete no rows; report places that are not listed separately.",
            ),
            Text(
                "Xong thì in, ký, đóng dấu, và gửi cả tệp này. Không ghi họ tên, số điện thoại của người dân.",
                "When done print, sign, stamp, and send this file too. No names or telephone numbers of residents.",
            ),
        ),
        columns=(
            *_place_columns(),
            Shown(key="stated_total", title=Text("Tổng số hộ đang ghi", "Households listed"), width=9),
            Asked(field=COMMUNE_FIELDS[1], width=10),
            Shown(key="stated_unserved", title=Text("Số hộ chưa có sóng đang ghi", "Unserved listed"), width=10),
            Asked(field=COMMUNE_FIELDS[2], width=11),
            Asked(field=COMMUNE_FIELDS[0], width=10),
            Shown(key="stated_lon", title=Text("Kinh độ đang ghi", "Longitude listed"), width=11, form="degrees"),
            Shown(key="stated_lat", title=Text("Vĩ độ đang ghi", "Latitude listed"), width=10, form="degrees"),
            Asked(field=COMMUNE_FIELDS[3], width=9),
            Asked(field=COMMUNE_FIELDS[4], width=11),
            Asked(field=COMMUNE_FIELDS[5], width=10),
            Asked(field=NOTE, width=20),
        ),
        ids=[str(one) for one in rows["gap_id"]],
        rows=[_gap_cells(number, row, language) for number, row in enumerate(rows.to_dict("records"), start=1)],
        signed=(Text("NGƯỜI LẬP PHIẾU", "PREPARED BY"), Text("TM. ỦY BAN NHÂN DÂN", "FOR THE PEOPLE'S COMMITTEE")),
    )
    return Form(kind="commune", whom=commune_code, title=title, batch=round_.batch, language=language, sheets=(sheet,))


def operator_form(round_: Round, operator: str, stations: pd.DataFrame | None, language: Language) -> Form:
    """Return the form of one operator: the gaps of the round, and what is missing of its stations."""
    name = operator_title(operator)
    title = Text(f"Phiếu doanh nghiệp – {name}", f"Operator's form – {name}")
    signal = signal_field_name(operator, "4G")
    rows = [
        _gap_cells(number, row, language)
        | {"signal": _label(_SIGNALS, row.get(signal), language), **_plan(row, operator, language)}
        for number, row in enumerate(round_.rows.to_dict("records"), start=1)
    ]
    gaps = FormSheet(
        subject="gap",
        name=Text("Vùng lõm", "Gaps"),
        title=Text(f"{title.vi} – {round_.batch}", f"{title.en} – {round_.batch}"),
        guide=(
            Text(
                "Cột nền xám là số liệu của danh sách (đã khoá). Cột nền vàng để doanh nghiệp điền cho từng nơi: hiện "
                "có sóng không, trạm nào đang phủ, có cam kết phủ sóng không và đến quý nào. Ô để trống nghĩa là chưa "
                "trả lời.",
                "Grey columns are what the list says (locked). Yellow columns are for the operator: signal there "
                "today, by which site, whether it commits to cover the place and by when. An empty cell is no answer.",
            ),
            Text(
                "Quý ghi dạng 2027-Q1. Không thêm, không xoá dòng. Xong thì ký, đóng dấu và gửi cả tệp này.",
                "Quarters are written 2027-Q1. Add and delete no rows. When done sign, stamp and send this file.",
            ),
        ),
        columns=(
            *_place_columns(commune=True),
            Shown(key="stated_unserved", title=Text("Số hộ chưa có sóng", "Unserved"), width=9),
            Shown(key="stated_lon", title=Text("Kinh độ", "Longitude"), width=11, form="degrees"),
            Shown(key="stated_lat", title=Text("Vĩ độ", "Latitude"), width=10, form="degrees"),
            Shown(key="signal", title=Text("4G của DN theo danh sách", "Own 4G as listed"), width=10),
            Shown(key="plan", title=Text("Kế hoạch đã báo", "Plan as reported"), width=13),
            *(
                Asked(field=field, width=width)
                for field, width in zip(OPERATOR_FIELDS, (10, 13, 10, 11, 18), strict=True)
            ),
        ),
        ids=[str(one) for one in round_.rows["gap_id"]],
        rows=rows,
        signed=(Text("NGƯỜI LẬP PHIẾU", "PREPARED BY"), Text("ĐẠI DIỆN DOANH NGHIỆP", "FOR THE OPERATOR")),
    )
    sheets = [gaps] if stations is None else [gaps, _stations_sheet(operator, stations, round_, language)]
    return Form(kind="operator", whom=operator, title=title, batch=round_.batch, language=language, sheets=sheets)


def station_ids(rows: pd.DataFrame) -> list[str]:
    """Return an id for every row of a station list: what no two rows share, and a number where they do."""
    texts = ["|".join(_plain(row[name]) for name in STATIONS.unique) for row in rows.to_dict("records")]
    seen: dict[str, int] = {}
    ids = []
    for text in texts:
        seen[text] = seen.get(text, 0) + 1
        ids.append(text if seen[text] == 1 else f"{text}|{seen[text]}")
    return ids


def _stations_sheet(operator: str, stations: pd.DataFrame, round_: Round, language: Language) -> FormSheet:
    own = stations[stations["operator"].astype(str) == operator].reset_index(drop=True)
    fields = [STATIONS.field(name) for name in STATION_FIELDS]
    ids = station_ids(own)
    kept = [
        (one, row)
        for one, row in zip(ids, own.to_dict("records"), strict=True)
        if any(_value(row[field.name], field, language) is None for field in fields)
    ]
    name = operator_title(operator)
    return FormSheet(
        subject="station",
        name=Text("Trạm thiếu thông số", "Stations"),
        title=Text(f"Thông số trạm còn thiếu – {name} – {round_.batch}", f"Missing values – {name} – {round_.batch}"),
        guide=(
            Text(
                "Chỉ gồm trạm của doanh nghiệp còn thiếu thông số. Ô trắng là giá trị đã có (đã khoá); điền ô vàng.",
                "Only the operator's own stations that lack values. White cells are known (locked); fill in yellow.",
            ),
        ),
        columns=(
            Shown(key="number", title=Text("STT", "No."), width=5),
            Shown(key="site_id", title=Text("Mã trạm", "Site ID"), width=14),
            Shown(key="site_name", title=Text("Tên trạm", "Site name"), width=18),
            Shown(key="tech", title=Text("Công nghệ", "Technology"), width=9),
            Shown(key="sector", title=Text("Sector", "Sector"), width=8),
            *(Asked(field=field, width=11) for field in fields),
        ),
        ids=[one for one, _ in kept],
        rows=[_station_cells(number, row, fields, language) for number, (_, row) in enumerate(kept, start=1)],
        signed=(Text("NGƯỜI LẬP PHIẾU", "PREPARED BY"), Text("ĐẠI DIỆN DOANH NGHIỆP", "FOR THE OPERATOR")),
    )


def _station_cells(
    number: int, row: Mapping[Any, Any], fields: Sequence[Field], language: Language
) -> dict[str, Value]:
    shown = {
        name: _value(row[name], STATIONS.field(name), language) for name in ("site_id", "site_name", "tech", "sector")
    }
    return {"number": number, **shown, **{field.name: _value(row[field.name], field, language) for field in fields}}


def _place_columns(*, commune: bool = False) -> tuple[Shown, ...]:
    unit = (Shown(key="commune_name", title=Text("Xã, phường", "Commune"), width=15),) if commune else ()
    return (
        Shown(key="number", title=Text("STT", "No."), width=5),
        *unit,
        Shown(key="village_name", title=Text("Thôn, bản", "Village"), width=16),
        Shown(key="cluster_name", title=Text("Cụm dân cư", "Cluster"), width=11),
        Shown(key="gap_class", title=Text("Phân loại", "Class"), width=9),
    )


def _gap_cells(number: int, row: Mapping[Any, Any], language: Language) -> dict[str, Value]:
    return {
        "number": number,
        **{name: str(row.get(name) or "") or None for name in ("commune_name", "village_name", "cluster_name")},
        "gap_class": _label(_CLASSES, row.get("gap_class"), language),
        "stated_total": _number(row.get("households_total")),
        "stated_unserved": _number(row.get("households_unserved")),
        "stated_lon": _number(row.get("lon")),
        "stated_lat": _number(row.get("lat")),
    }


def _plan(row: Mapping[Any, Any], operator: str, language: Language) -> dict[str, Value]:
    """Return what the list says of this operator's own plan; another's is not shown."""
    if row.get("planned_operator") != operator:
        return {"plan": None}
    day = row.get("planned_date")
    parts = [str(row.get("planned_site") or ""), "" if pd.isna(day) else pd.Timestamp(day).strftime("%d/%m/%Y")]
    return {"plan": " ".join(part for part in parts if part) or _label({"": Text("có", "yes")}, "", language)}


def _label(titles: Mapping[str, Text], value: Any, language: Language) -> Value:
    title = titles.get(str(value))
    return title.to(language) if title else str(value or "") or None


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) or not math.isfinite(value) else float(value)


def _value(value: Any, field: Field, language: Language) -> Value:
    cell = written_cell(value, field, language)
    return cell if cell is None or isinstance(cell, str | float) else cell.strftime("%d/%m/%Y")


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return "/".join(map(_plain, value))
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:g}"
    return str(value)


def _write(forms: Sequence[Form], folder: Path) -> tuple[Path, ...]:
    """Write all forms or none, each under a name any system takes."""
    names = [_file_name(form) for form in forms]
    with whole_files(folder) as partial:
        for name, form in zip(names, forms, strict=True):
            write_form(form, partial / name)
    return tuple(folder / name for name in names)


def _file_name(form: Form) -> str:
    """Return ``phieu-xa-00985-xa-thuong-lam-dot-2-2026.xlsx``: letters, digits and hyphens only."""
    word = "xa" if form.kind == "commune" else "doanh-nghiep"
    name = form.title.vi.partition("–")[2]
    parts = re.findall(r"[a-z0-9]+", fold(f"{form.whom} {name} {form.batch}"))
    return f"phieu-{word}-{'-'.join(dict.fromkeys(parts))}"[:120].rstrip("-") + ".xlsx"
