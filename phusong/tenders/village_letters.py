"""Drafts from a village sheet: the answer to voters and the letter to an operator; nothing unknown is made up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from phusong.coverage.reasons import operator_title
from phusong.data.terms import cause, village_class_title
from phusong.tenders.village_evidence import small
from phusong.tenders.village_plan import plan_sentence, planned_site, position, serves
from phusong.tenders.village_sheet import Request, Station, VillageSheet, few
from phusong.tenders.village_words import SIMULATED, status_words
from phusong.words import Language, Text, day, number

_BY: dict[str, Text] = {
    "measured": Text("Theo kết quả đo kiểm", "As measured"),
    "confirmed": Text("Theo xác nhận của xã", "As the commune confirmed"),
    "declared": Text("Theo khai báo, báo cáo", "As declared or reported"),
    "override": Text("Theo kết luận của Sở", "As the department found"),
}
_MODELLED = Text("Theo kết quả mô phỏng, chưa đo kiểm", "By the model, not measured")


def voters_context(sheet: VillageSheet, language: Language) -> dict[str, Any]:
    """Return every field a template of the answer to voters may use; an empty one becomes a marked blank."""
    return {
        **_head(sheet, language),
        "state": state_sentence(sheet, language),
        "households": households_sentence(sheet, language),
        "stations": stations_sentence(sheet, language),
        "reasons": [cause(gap.reason.to(language), sheet.village_name) for gap in sheet.gaps if gap.reason.vi],
        "plan": plan_sentence(sheet, language),
        "not_planned": bool(plan_sentence(sheet, language)) and not serves(sheet),
        "route": sheet.route.title.to(language) if sheet.route and sheet.route.key not in ("unknown", "check") else "",
        "to_confirm": list(_to_confirm(sheet, language)),
    }


def _to_confirm(sheet: VillageSheet, language: Language) -> Iterator[str]:
    """Yield what the commune confirms and that it is measured; places to measure at are not for this letter."""
    for task in sheet.tasks:
        if task.kind == "commune":
            yield f"{task.who.to(language)} {small(task.what.to(language))}"
    if any(task.kind == "measure" for task in sheet.tasks):
        yield Text("đo kiểm tại thôn", "measuring in the village").to(language)


def operator_context(sheet: VillageSheet, request: Request, language: Language) -> dict[str, Any]:
    """Return every field a template of the letter to an operator may use."""
    return {
        **_head(sheet, language),
        "operator": operator_title(request.operator),
        "state": state_sentence(sheet, language),
        "households": households_sentence(sheet, language),
        "nearest": stations_sentence(sheet, language, of=request.stations),
        "items": list(_items(sheet, request, language)),
    }


def _head(sheet: VillageSheet, language: Language) -> dict[str, Any]:
    return {
        "banner": SIMULATED.to(language) if sheet.rests_on.simulated else "",
        "village_name": sheet.village_name,
        "commune_name": _within(sheet.commune_name, language),
        "province": sheet.province_name.upper(),
        "province_name": _within(sheet.province_name, language),
        "year": sheet.rests_on.dated.year,
        "dated": day(sheet.rests_on.dated),
    }


def _within(unit: str, language: Language) -> str:
    """Write the kind of a unit small, as Vietnamese does within a sentence."""
    kinds = ("Xã ", "Phường ", "Đặc khu ", "Thị trấn ", "Tỉnh ", "Thành phố ")
    return unit[:1].lower() + unit[1:] if language == "vi" and unit.startswith(kinds) else unit


def state_sentence(sheet: VillageSheet, language: Language) -> str:
    """Say the class of the village, what it rests on and for which service."""
    line = sheet.main
    by = _BY.get(line.basis, _MODELLED).to(language)
    dated = Text(f" ngày {line.dated}", f" on {line.dated}").to(language) if line.finding and line.dated else ""
    said = village_class_title(line.finding or line.modelled).to(language)
    service = line.service.to(language)
    return Text(
        f"{by}{dated}, {sheet.village_name} được xếp loại “{said}” đối với dịch vụ {service[:1].lower()}{service[1:]}.",
        f"{by}{dated}, {sheet.village_name} is classed “{said}” for {service[:1].lower()}{service[1:]}.",
    ).to(language)


def households_sentence(sheet: VillageSheet, language: Language) -> str:
    """Say how many households there are and how many have signal."""
    h = sheet.households
    total, served, unserved, unsure = (few(n, language) for n in (h.total, h.served, h.unserved, h.undetermined))
    return Text(
        f"Thôn có {total} hộ: {served} hộ có sóng, {unserved} hộ chưa có sóng, {unsure} hộ chưa xác định được, cần đo.",
        f"It has {total} households: {served} served, {unserved} unserved, {unsure} undetermined, to be measured.",
    ).to(language)


def stations_sentence(sheet: VillageSheet, language: Language, *, of: tuple[Station, ...] | None = None) -> str:
    """Name the nearest stations with their distances, as provinces do; "" where none is known."""
    stations = sheet.stations if of is None else of
    if not stations:
        return ""
    parts = []
    for station in stations:
        name = f"{station.name} ({station.site_id})" if station.name else station.site_id
        km = number(station.distance_km, language, decimals=1)
        owner = operator_title(station.operator)
        parts.append(Text(f"trạm {name} của {owner} cách {km} km", f"{name} of {owner}, {km} km").to(language))
    listed, seen_from = "; ".join(parts), sheet.stations_from.to(language)
    return Text(f"Tính từ {seen_from}: {listed}.", f"From {seen_from}: {listed}.").to(language)


def _items(sheet: VillageSheet, request: Request, language: Language) -> Iterator[str]:
    """Yield what the operator is asked, one row each."""
    for missing in request.values:
        name, full = missing.station, missing.full
        said = Text(f"Thông số còn thiếu của trạm {name}: {full.vi}.", f"Values missing of site {name}: {full.en}.")
        yield said.to(language)
    for wanted in request.lists:
        yield Text(f"Bổ sung {wanted.vi}.", f"Send {wanted.en}.").to(language)
    for station in request.stations:
        if station.status != "on_air":
            yield _on_air(station, language)
    for site in request.planned:
        written = planned_site(site, language)
        yield Text(f"Ý kiến về phương án: {written}", f"Your view of what is planned: {written}").to(language)
    if (sheet.main.finding or sheet.main.modelled) != "covered":
        yield _commitment(sheet, language)


def _on_air(station: Station, language: Language) -> str:
    name = f"{station.name} ({station.site_id})" if station.name else station.site_id
    technologies, said = ", ".join(station.technologies), status_words(station).to(language)
    return Text(
        f"Trạm {name} hiện có đang phát sóng {technologies} hay không (trong danh sách: {said}).",
        f"Whether station {name} is on air with {technologies} (in the list: {said}).",
    ).to(language)


def _commitment(sheet: VillageSheet, language: Language) -> str:
    where = ""
    if sheet.gaps:
        gap = sheet.gaps[0]
        where = Text(
            f" (vùng lõm {gap.gap_id}, tâm {position(gap.lon_deg, gap.lat_deg, language)})",
            f" (area {gap.gap_id}, centre {position(gap.lon_deg, gap.lat_deg, language)})",
        ).to(language)
    return Text(
        f"Kế hoạch phủ sóng {sheet.village_name}{where}: có hay không, phương án (nâng cấp, dùng chung, trạm mới), "
        "nguồn vốn, quý phát sóng.",
        f"Plan to cover {sheet.village_name}{where}: yes or no, how (upgrade, sharing, new site), funding, quarter on "
        "air.",
    ).to(language)
