"""The comparison of two studies as a workbook: what changed, where, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from phusong.coverage.criteria import STATES
from phusong.data.store import whole_file
from phusong.data.terms import STATE_TITLES, VILLAGE_CLASS_TITLES
from phusong.data.workbook import Block, Column, Kind, Row, Sheet, new_book
from phusong.study.compare import ABSENT, STATES_AND_NONE, Comparison, summary
from phusong.study.opened import OpenedResults
from phusong.words import Language, Text, day

CHANGE_TITLES: Mapping[str, Text] = {
    "opened": Text("mới xuất hiện", "opened"),
    "grown": Text("tăng hộ", "grown"),
    "split": Text("tách ra", "split"),
    "merged": Text("nhập lại", "merged"),
    "regrouped": Text("tách và nhập", "split and merged"),
    "shrunk": Text("giảm hộ", "shrunk"),
    "closed": Text("đã hết", "closed"),
    "same": Text("không đổi", "the same"),
}
_ABSENT = Text("không có", "not there")
_SITE_TITLES = {
    "new": Text("mới", "new"),
    "gone": Text("không còn", "gone"),
    "changed": Text("thông số đổi", "changed"),
}
_TOTAL = Text("Tổng cộng", "Total")


def write_comparison(path: Path, found: Comparison, *, dated: date, language: Language) -> None:
    """Write the comparison as .xlsx, whole or not at all."""
    title = Text("So sánh hai nghiên cứu", "Two studies compared")
    names = " → ".join(_name(results) for results in (found.before, found.after))
    with (
        whole_file(path) as partial,
        new_book(partial, language=language, title=title, created_on=dated, footer=names) as book,
    ):
        for sheet in sheets(found, names, language):
            book.add(sheet)


def _name(results: OpenedResults) -> str:
    """Return what tells a study from another: its name, its folder and its day."""
    dated = day(date.fromisoformat(str(results.manifest["dated"])))
    return f"{results.manifest['study']} ({results.folder.resolve().name}, {dated})"


def sheets(found: Comparison, names: str, language: Language) -> tuple[Sheet, ...]:
    """Return the sheets: households by state, communes, villages, gaps, stations."""
    return (
        _transition_sheet(found, names, language),
        _commune_sheet(found, language),
        _village_sheet(found, language),
        _gap_sheet(found, language),
        _site_sheet(found, language),
    )


def _state(key: str) -> Text:
    return _ABSENT if key == ABSENT else STATE_TITLES[key]


def _column(vi: str, en: str, key: str, width: float, *, kind: Kind = "text", summed: bool = False) -> Column:
    return Column(title=Text(vi, en), key=key, width=width, kind=kind, summed=summed)


def _whole(vi: str, en: str, key: str, *, summed: bool = True) -> Column:
    return _column(vi, en, key, 11, kind="whole", summed=summed)


def _transition_sheet(found: Comparison, names: str, language: Language) -> Sheet:
    rows: list[Row] = [
        {
            "before": _capital(_state(str(key)), language),
            **{str(k): int(v) for k, v in row.items()},
            "all": int(row.sum()),
        }
        for key, row in found.transitions.iterrows()
    ]
    rest = found.differences or (
        Text(
            "Hai nghiên cứu dùng cùng dữ liệu, ngưỡng và mô hình.",
            "Both studies rest on the same inputs, thresholds and model.",
        ),
    )
    how = Text(
        "Dòng: trước; cột: sau. “Không có”: hộ chỉ có ở một nghiên cứu. Cộng theo dòng, theo cột ra đúng tổng của mỗi "
        "nghiên cứu.",
        "Rows: before; columns: after. “Not there”: households only one study has. Rows and columns add up to each "
        "study's totals.",
    )
    return Sheet(
        name=Text("Hộ dân", "Households"),
        title=Text(f"Hộ dân theo tình trạng: {names}", f"Households by state: {names}"),
        notes=(*summary(found), *rest, how),
        columns=(
            _column("Trước", "Before", "before", 18),
            *(
                Column(title=_titled(_state(key)), key=key, kind="whole", width=13, summed=True)
                for key in STATES_AND_NONE
            ),
            _whole("Cộng", "Sum", "all"),
        ),
        blocks=(Block(rows=rows),),
        total={"before": _TOTAL},
        frozen_columns=1,
    )


def _titled(text: Text) -> Text:
    return Text(text.vi[:1].upper() + text.vi[1:], text.en[:1].upper() + text.en[1:])


def _capital(text: Text, language: Language) -> str:
    return _titled(text).to(language)


def _commune_sheet(found: Comparison, language: Language) -> Sheet:
    names = dict(found.before.table("communes", columns=["commune_code", "commune_name"]).to_numpy())
    names |= dict(found.after.table("communes", columns=["commune_code", "commune_name"]).to_numpy())
    rows: list[Row] = [
        {"code": code, "name": names.get(code) or "", **_commune_counts(flows)}
        for code, flows in found.by_commune.groupby("commune_code")
    ]
    by_state = [
        _whole(f"{_titled(STATE_TITLES[state]).vi} {vi}", f"{_titled(STATE_TITLES[state]).en} {en}", f"{state}_{end}")
        for state in STATES
        for end, vi, en in _ENDS
    ]
    return Sheet(
        name=Text("Xã", "Communes"),
        title=Text("Hộ dân của từng xã trước và sau", "Households of each commune, before and after"),
        columns=(
            _column("Mã xã", "Commune code", "code", 9),
            _column("Xã, phường, đặc khu", "Commune", "name", 22),
            *by_state,
            _whole("Thành có sóng", "Became served", "gained"),
            _whole("Mất sóng", "Lost signal", "lost"),
            _whole("Hộ mới có", "Households new", "came"),
            _whole("Hộ không còn", "Households gone", "went"),
        ),
        blocks=(Block(rows=rows),),
        total={"name": _TOTAL},
        frozen_columns=2,
    )


_ENDS = (("before", "trước", "before"), ("after", "sau", "after"))


def _commune_counts(flows: pd.DataFrame) -> dict[str, int]:
    """Count the households of a commune by state at both ends, and what changed between served and unserved."""
    counts = {
        f"{state}_{end}": int(flows.loc[flows[end] == state, "households"].sum())
        for state in STATES
        for end in ("before", "after")
    }

    def moved(before: str, after: str) -> int:
        return int(flows.loc[(flows["before"] == before) & (flows["after"] == after), "households"].sum())

    came, went = (int(flows.loc[flows[end] == ABSENT, "households"].sum()) for end in ("before", "after"))
    return counts | {
        "gained": moved("unserved", "served"),
        "lost": moved("served", "unserved"),
        "came": came,
        "went": went,
    }


def _village_class(key: str, language: Language) -> str:
    return (_ABSENT if key == ABSENT else VILLAGE_CLASS_TITLES[key]).to(language)


def _village_sheet(found: Comparison, language: Language) -> Sheet:
    rows: list[Row] = [
        row
        | {end: _village_class(row[end], language) for end in ("class_before", "class_after")}
        | {"why": row[f"why_{language}"]}
        for row in _records(found.villages)
    ]
    return Sheet(
        name=Text("Thôn", "Villages"),
        title=Text("Thôn đổi phân loại", "Villages whose class changed"),
        columns=(
            _column("Xã", "Commune", "commune_name", 20),
            _column("Thôn, bản", "Village", "village_name", 20),
            _column("Trước", "Before", "class_before", 13),
            _column("Sau", "After", "class_after", 13),
            _whole("Số hộ trước", "Households before", "households_before"),
            _whole("Số hộ sau", "Households after", "households_after"),
            _whole("Hộ chưa có sóng trước", "Unserved before", "unserved_before"),
            _whole("Hộ chưa có sóng sau", "Unserved after", "unserved_after"),
            _column("Vì sao", "Why", "why", 60),
        ),
        blocks=(Block(rows=rows),),
        total={"commune_name": _TOTAL},
        frozen_columns=2,
    )


def _gap_sheet(found: Comparison, language: Language) -> Sheet:
    rows: list[Row] = [
        row | {"change": CHANGE_TITLES[row["change"]].to(language), "why": row[f"why_{language}"]}
        for row in _records(found.gaps)
    ]
    return Sheet(
        name=Text("Vùng lõm", "Gaps"),
        title=Text("Vùng lõm sóng trước và sau", "Signal-depression areas before and after"),
        notes=(
            Text(
                "Hai vùng là một nơi khi phần chung chiếm ít nhất 5 % vùng nhỏ hơn.",
                "Two areas are one place where they share at least 5 % of the smaller one.",
            ),
        ),
        columns=(
            _column("Thay đổi", "Change", "change", 13),
            _column("Mã trước", "ID before", "gap_ids_before", 16),
            _column("Mã sau", "ID after", "gap_ids_after", 16),
            _column("Xã", "Commune", "commune_name", 18),
            _column("Thôn, bản", "Village", "village_name", 20),
            _whole("Số hộ trước", "Households before", "households_before"),
            _whole("Số hộ sau", "Households after", "households_after"),
            _column("Vì sao", "Why", "why", 56),
        ),
        blocks=(Block(rows=rows),),
        total={"commune_name": _TOTAL},
        frozen_columns=3,
    )


def _site_sheet(found: Comparison, language: Language) -> Sheet:
    rows: list[Row] = [
        row | {"change": _SITE_TITLES[row["change"]].to(language), "what": row[f"what_{language}"]}
        for row in _records(found.sites)
    ]
    return Sheet(
        name=Text("Trạm", "Stations"),
        title=Text("Trạm mới, không còn hoặc đổi thông số", "Stations that are new, gone or changed"),
        columns=(
            _column("Mã trạm", "Site ID", "site_id", 16),
            _column("Tên trạm", "Name", "site_name", 24),
            _column("Thay đổi", "Change", "change", 14),
            _column("Đổi gì", "What changed", "what", 70),
        ),
        blocks=(Block(rows=rows),),
    )


def _records(table: pd.DataFrame) -> list[dict[str, str]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
