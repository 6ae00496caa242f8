"""Which cells of a study may be congested, and in which villages households hang on them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.coverage.congestion import (
    ASSUMED_CONGESTION,
    CONGESTION,
    NO,
    UNKNOWN,
    YES,
    Codes,
    CongestionRule,
    congested,
    either,
    load_percent,
)
from phusong.coverage.network import Service, Site
from phusong.coverage.states import SERVED, UNDETERMINED
from phusong.coverage.transmitters import Transmitters
from phusong.study.assess import Assessment
from phusong.words import Text, number

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

CELL_COLUMNS = (
    *("site_id", "site_name", "sector_id", "operator", "technology", "band", "cells", "households"),
    *("possible_households", "bandwidth_mhz", "capacity_mbps", "load_percent", "backhaul_mbps"),
    *("backhaul_load_percent", "congested", "why_vi", "why_en"),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Every sector that serves anyone best, with its flag.

    ``table`` has the most loaded first. ``of_household`` is the flag (codes of CONGESTION) of each household's best
    cell, −1 where it has none.
    """

    rule: CongestionRule
    table: pd.DataFrame
    of_household: Codes


@dataclass(frozen=True, slots=True)
class _Cell:
    """A sector of a list, and how many sectors of its service nothing but the id tells from it."""

    site: Site
    service: Service
    sector_id: str
    alike: int

    @property
    def bandwidth_mhz(self) -> float:
        return self.service.bandwidth_mhz if self.service.bandwidth_given else math.nan

    @property
    def backhaul_mbps(self) -> float:
        """Return what the site's operator has there; the largest stated, since the rows of one link repeat it."""
        given = [s.backhaul_mbps for s in self.site.services if s.operator == self.service.operator]
        return max((mbps for mbps in given if mbps is not None), default=math.nan)


def loaded_cells(found: Assessment, rule: CongestionRule = ASSUMED_CONGESTION) -> Cells:
    """Hold the households of each best serving cell of the main service against what it carries.

    Surely served households count; undetermined ones that would hang on the cell may count too. Where a list gives no
    azimuths, nobody knows how households divide between the alike sectors: evenly at best, all on one at worst. A cell
    that several operators share is one cell.
    """
    h, sent = found.households, found.prediction.sent
    state = h.outdoor[found.profile.main_service.key].overall.state
    cell_of_sector, first = _physical(sent)
    cell = np.where(h.best.sector < 0, -1, np.append(cell_of_sector, -1)[h.best.sector])
    at = np.unique(cell[cell >= 0])
    cells = [_cell(sent, int(first[k])) for k in at]
    sure, possible = (_sums(cell, h.weight, state == code, len(first))[at] for code in (SERVED, UNDETERMINED))
    table, flag = _table(cells, sure, possible, rule)
    flags = np.full(len(first) + 1, -1, dtype=np.int8)
    flags[at] = flag
    order = ["_rank", "_load", "site_id", "sector_id"]
    table = table.sort_values(order, ascending=[True, False, True, True], ignore_index=True)
    return Cells(rule=rule, table=table[list(CELL_COLUMNS)], of_household=flags[cell])


def _physical(sent: Transmitters) -> tuple[Ints, Ints]:
    """Return the cell of each sector, one for all operators it serves, and a sector of each cell."""
    site = sent.site_of_sector(np.arange(len(sent.sector_ids)))
    names = [f"{at}|{sector_id}" for at, sector_id in zip(site, sent.sector_ids, strict=True)]
    _, first, cell = np.unique(np.array(names, dtype=object), return_index=True, return_inverse=True)
    return cell.reshape(-1).astype(np.int64), first.astype(np.int64)


def _cell(sent: Transmitters, sector: int) -> _Cell:
    site = sent.sites[int(sent.site_of_sector(np.array([sector]))[0])]
    sector_id, technology = sent.sector_ids[sector], sent.layers[sent.sector_layer[sector]].technology
    service, own = next(
        (service, one)
        for service in site.services
        if service.technology == technology
        for one in service.sectors
        if one.sector_id == sector_id
    )
    alike = sum(replace(one, sector_id=own.sector_id) == own for one in service.sectors)
    return _Cell(site, service, sector_id, alike)


def _sums(cell: Ints, weight: Floats, chosen: NDArray[np.bool_], n: int) -> Floats:
    here = chosen & (cell >= 0)
    return np.bincount(cell[here], weights=weight[here], minlength=n).astype(np.float64)


def _table(cells: list[_Cell], sure: Floats, possible: Floats, rule: CongestionRule) -> tuple[pd.DataFrame, Codes]:
    alike = np.array([cell.alike for cell in cells], dtype=np.float64)
    capacity = np.array([rule.capacity_mbps(c.service.technology, c.bandwidth_mhz) for c in cells], dtype=np.float64)
    least, most = load_percent(sure / alike, capacity, rule), load_percent(sure + possible, capacity, rule)
    radio = congested(least, most, rule)
    link, backhaul = _backhaul(cells, sure, possible, rule)
    flag = either(radio, backhaul)
    texts = [_why(*answers) for answers in zip(radio, backhaul, capacity, link, strict=True)]
    table = pd.DataFrame(
        {
            "site_id": [c.site.site_id for c in cells],
            "site_name": [c.site.name for c in cells],
            "sector_id": [c.sector_id for c in cells],
            "operator": [c.service.operator for c in cells],
            "technology": [c.service.technology for c in cells],
            "band": [c.service.band for c in cells],
            "cells": alike.astype(np.int64),
            "households": sure.astype(np.int64),
            "possible_households": (sure + possible).astype(np.int64),
            "bandwidth_mhz": [c.bandwidth_mhz for c in cells],
            "capacity_mbps": np.round(capacity, 1),
            "load_percent": np.round(least, 1),
            "backhaul_mbps": [c.backhaul_mbps for c in cells],
            "backhaul_load_percent": np.round(link, 1),
            "congested": np.array(CONGESTION, dtype=object)[flag],
            "why_vi": [text.vi for text in texts],
            "why_en": [text.en for text in texts],
            "_rank": np.array([2, 0, 1])[flag],
            "_load": np.fmax(np.nan_to_num(least, nan=-1.0), np.nan_to_num(link, nan=-1.0)),
        }
    )
    return table, flag


def _backhaul(cells: list[_Cell], sure: Floats, possible: Floats, rule: CongestionRule) -> tuple[Floats, Codes]:
    """Return the load of the backhaul of each cell, which the operator's cells of a site share, and its flag."""
    links = [(c.site.site_id, c.service.operator) for c in cells]
    number_of = {link: k for k, link in enumerate(dict.fromkeys(links))}
    link = np.array([number_of[one] for one in links], dtype=np.int64)
    capacity = np.array([rule.backhaul_capacity_mbps(c.backhaul_mbps) for c in cells], dtype=np.float64)
    least, most = (
        load_percent(_together(link, households, len(number_of)), capacity, rule)
        for households in (sure, sure + possible)
    )
    return least, congested(least, most, rule)


def _together(link: Ints, households: Floats, n: int) -> Floats:
    return np.bincount(link, weights=households, minlength=n).astype(np.float64)[link]


_RADIO = Text("bề rộng phổ của ô không đủ cho số hộ", "the cell's bandwidth is too little for its households")
_LINK = Text("truyền dẫn của trạm không đủ cho số hộ", "the site's backhaul is too little for its households")
_NO_WIDTH = Text("không rõ băng thông", "bandwidth not known")
_NO_LINK = Text("không rõ dung lượng truyền dẫn", "backhaul not known")
_DEPENDS = Text(
    "tuỳ số hộ chưa xác định và cách chia hộ giữa các sector",
    "depends on undetermined households and on how they divide between sectors",
)


def _why(radio: np.int8, backhaul: np.int8, capacity_mbps: float, link_percent: float) -> Text:
    """Say what makes a cell congested, or what is not known of it."""
    if YES in (radio, backhaul):
        parts = [text for code, text in ((radio, _RADIO), (backhaul, _LINK)) if code == YES]
    else:
        parts = [_NO_WIDTH if math.isnan(capacity_mbps) else _DEPENDS] if radio == UNKNOWN else []
        parts += [_NO_LINK if math.isnan(link_percent) else _DEPENDS] if backhaul == UNKNOWN else []
    parts = list(dict.fromkeys(parts))
    return Text("; ".join(part.vi for part in parts), "; ".join(part.en for part in parts))


def village_columns(found: Assessment, cells: Cells) -> pd.DataFrame:
    """Return columns for the village table, in its order.

    ``congested_households`` and ``congestion_unknown_households`` have signal from a cell of that flag. ``congested``
    is yes where there are any of the first, unknown where there are any of the second or households of whom nobody
    knows whether they have signal, else no: also where nobody has signal that could be too little.
    """
    h = found.households
    state = h.outdoor[found.profile.main_service.key].overall.state
    n = len(found.villages.table)

    def households(chosen: NDArray[np.bool_]) -> Ints:
        here = chosen & (h.village >= 0)
        return np.bincount(h.village[here], weights=h.weight[here], minlength=n).astype(np.int64)

    bad = households((state == SERVED) & (cells.of_household == YES))
    unsure = households((state == SERVED) & (cells.of_household != YES) & (cells.of_household != NO))
    open_here = households(state == UNDETERMINED) + unsure
    flag = np.select([bad > 0, open_here > 0], [YES, UNKNOWN], NO)
    return pd.DataFrame(
        {
            "congested_households": bad,
            "congestion_unknown_households": unsure,
            "congested": np.array(CONGESTION, dtype=object)[flag],
        },
        index=found.villages.table.index,
    )


def congestion_note(cells: Cells) -> Text:
    """Say how many cells may be congested, of how many nobody can tell, and on what rule that rests."""
    count = cells.table["congested"].value_counts()
    yes, unknown = int(count.get("yes", 0)), int(count.get("unknown", 0))
    n = len(cells.table)
    return Text(
        f"{number(yes)} ô có sóng nhưng có nguy cơ nghẽn, {number(unknown)} ô chưa biết, trong {number(n)} ô phục vụ "
        f"tốt nhất. Quy tắc: {cells.rule.source.vi}.",
        f"{number(yes, 'en')} cells have signal but may be congested, {number(unknown, 'en')} are not known, of "
        f"{number(n, 'en')} best serving cells. Rule: {cells.rule.source.en}.",
    )
