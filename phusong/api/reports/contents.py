"""What a quarterly report says, from its facts: the rows of its tables, the same for workbook and paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from phusong.api.database.types import day_of
from phusong.api.reports.facts import quarter_span
from phusong.api.reports.indicators import RULES, Indicator, StudyIndicators, indicators_of
from phusong.api.reports.kept import read_kept
from phusong.api.reports.provinces import Compared, compare
from phusong.api.workflow.steps import PACKAGE_STATES, ROUND_STATES
from phusong.coverage.reasons import operator_title
from phusong.words import Text

ANY_OPERATOR = Text("Mọi doanh nghiệp", "Any operator")
MAIN_SERVICE = Text("Dịch vụ chính", "Main service")
COUNTRY = Text("Cả nước", "Whole country")
TOGETHER = Text("Cộng các tỉnh có số liệu", "Provinces with figures together")
NO_FORM = Text(
    "Chưa có mẫu báo cáo chính thức được biết: bố cục do phần mềm đề xuất, đơn vị sửa theo mẫu của mình.",
    "No official form is known: this layout is proposed by the software, to be fitted to your own.",
)
_ROMAN = ("I", "II", "III", "IV")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A quarterly report before it is written."""

    place: Text
    quarter: Text
    made_on: date
    until: date  # the last day the figures may be of
    compared: Compared
    names: Mapping[str, str]
    rounds: tuple[Row, ...]
    packages: tuple[Row, ...]
    notes: tuple[Text, ...]

    @property
    def title(self) -> Text:
        """Return what the report is about."""
        return Text(
            f"Kết quả rà soát, xoá vùng lõm sóng di động {self.quarter.vi} – {self.place.vi}",
            f"Removal of mobile signal gaps, {self.quarter.en} – {self.place.en}",
        )

    def of_provinces(self) -> Iterator[Row]:
        """Give one row a province: its main service, its villages by class, its gaps."""
        for code, one in self.compared.provinces.items():
            classes = one.village_classes
            yield {
                "province": self.names[code],
                **counts(one.main),
                "white": classes.get("white", 0),
                "depression": classes.get("depression", 0),
                "gaps": one.gaps,
                "gap_households": one.gap_households,
                "dated": date.fromisoformat(one.dated),
                "profile": one.profile,
            }

    def of_layers(self) -> Iterator[Row]:
        """Give one row an operator's technology, over all provinces with figures."""
        for row in self.compared.together:
            yield layer_row(row)

    def of_communes(self) -> Iterator[Row]:
        """Give one row a commune and layer, province by province."""
        for code, one in self.compared.provinces.items():
            for row in one.rows:
                if row.commune_code:
                    yield {"province": self.names[code], "commune": one.communes[row.commune_code], **layer_row(row)}


def layer_row(row: Indicator) -> Row:
    """Return an indicator with its operator and technology in words."""
    operator = operator_title(row.operator) if row.operator else ANY_OPERATOR
    return {"operator": operator, "technology": row.technology or MAIN_SERVICE, **counts(row)}


def counts(row: Indicator) -> dict[str, int]:
    """Return the counts of an indicator by name."""
    names = (name for name in Indicator.__slots__ if name not in ("commune_code", "operator", "technology"))
    return {name: getattr(row, name) for name in names}


def contents_of(facts: Row, home: Path, made_on: date) -> Contents:
    """Work out a report from its facts; the results of its studies are read here."""
    names: Mapping[str, str] = facts["provinces"]
    found = {code: _indicators(home, study) for code, study in facts["studies"].items()}
    compared = compare(found, names)
    roman, year = _ROMAN[facts["quarter"] - 1], facts["year"]
    code = facts["province_code"]
    return Contents(
        place=Text(names[code], names[code]) if code else COUNTRY,
        quarter=Text(f"quý {roman} năm {year}", f"quarter {roman}, {year}"),
        made_on=made_on,
        until=min(made_on, day_of(quarter_span(year, facts["quarter"])[1]) - timedelta(days=1)),
        compared=compared,
        names=names,
        rounds=tuple(_round(names, one) for one in facts["rounds"]),
        packages=tuple(_package(names, one) for one in facts["packages"]),
        notes=tuple(_notes(compared, names)),
    )


def _indicators(home: Path, study: Row) -> StudyIndicators:
    found = read_kept(home, study["id"], study["digest"])
    return found if found is not None else indicators_of(home / study["folder"])


def _round(names: Mapping[str, str], one: Row) -> Row:
    return {**one, "province": names[one["province_code"]], "state": ROUND_STATES.get(one["state"], Text("–", "–"))}


def _package(names: Mapping[str, str], one: Row) -> Row:
    return {
        **one,
        "province": names[one["province_code"]],
        "state": PACKAGE_STATES.get(one["state"], Text("–", "–")),
        "frozen_on": date.fromisoformat(one["frozen_on"]),
    }


def _notes(compared: Compared, names: Mapping[str, str]) -> Iterator[Text]:
    yield NO_FORM
    if compared.without:
        missing = ", ".join(names[code] for code in compared.without)
        yield Text(
            f"Chưa có nghiên cứu, không tính vào cả tử và mẫu: {missing}.",
            f"Without a study, in neither term of any figure: {missing}.",
        )
    for code, one in compared.provinces.items():
        if one.incomplete_lists:
            who = ", ".join(operator_title(key) for key in one.incomplete_lists)
            yield Text(
                f"{names[code]}: danh sách trạm của {who} chưa đủ.",
                f"{names[code]}: the station lists of {who} are not complete.",
            )
    if any(not one.verified for one in compared.provinces.values()):
        yield Text("Ngưỡng của bộ tiêu chí chưa được xác minh.", "The thresholds of the profile are not verified.")
    yield from RULES
