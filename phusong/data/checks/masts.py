"""Stations that contradict themselves or each other: one code at two places, one mast in several operators' lists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from phusong.coverage.network import Site
from phusong.coverage.radio.bands import band_of
from phusong.coverage.reasons import operator_title
from phusong.data.checks.ground import Floats, distance_text, located, near_pairs_of
from phusong.data.checks.row_cells import cells_where, row_texts
from phusong.data.columns import Note
from phusong.data.distances import metres_between
from phusong.errors import Problem, Range
from phusong.words import Text, number

SAME_SITE_M = 50.0
"""One site's rows may differ this much in position."""

NEAR_PAIR_M = (30.0, 150.0)
"""Masts of two operators this close may be one shared mast listed twice; nearer ones are one place as they are."""

ORDINARY_POWER_DBM = Range(27.0, 53.0, "dBm")
"""Of a whole carrier at a port of a macro site: 0.5 to 200 W."""

ONE_OR_TWO_MASTS = (Text("một cột dùng chung", "one shared mast"), Text("hai cột", "two masts"))


def check_masts(rows: pd.DataFrame) -> list[Note]:
    """Ask about stations of one list."""
    sites = sites_of(rows)
    return [*_two_places(rows, sites), *_same_towers(rows, sites), *_powers(rows), *_sectors(rows)]


def sites_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return each site once: ``site_id``, ``at`` (its first row with a position), ``lon``, ``lat``, ``operators``."""
    placed = rows.loc[located(rows) & (rows["site_id"] != "").to_numpy(), ["site_id", "operator", "lon", "lat"]]
    first = placed.drop_duplicates("site_id")
    pairs = placed[["site_id", "operator"]].drop_duplicates()
    operators = pairs.groupby("site_id", sort=False)["operator"].agg(frozenset)
    return pd.DataFrame(
        {
            "site_id": first["site_id"].to_numpy(dtype=object),
            "at": first.index.to_numpy(dtype=np.int64),
            "lon": first["lon"].to_numpy(np.float64),
            "lat": first["lat"].to_numpy(np.float64),
            "operators": operators.loc[first["site_id"]].to_numpy(dtype=object),
        }
    )


def tower_pairs(lon_deg: Floats, lat_deg: Floats, operators: Sequence[frozenset[str]]) -> list[tuple[int, int, float]]:
    """Return pairs of sites of different operators that stand as near as one shared mast listed twice, in metres."""
    first, second = near_pairs_of(lon_deg, lat_deg, NEAR_PAIR_M[1])
    metres = metres_between(lon_deg[first], lat_deg[first], lon_deg[second], lat_deg[second])
    return [
        (a, b, away)
        for a, b, away in zip(first.tolist(), second.tolist(), metres.tolist(), strict=True)
        if NEAR_PAIR_M[0] <= away <= NEAR_PAIR_M[1] and not operators[a] & operators[b]
    ]


def _same_towers(rows: pd.DataFrame, sites: pd.DataFrame) -> list[Note]:
    at, codes, operators = (sites[column].tolist() for column in ("at", "site_id", "operators"))
    pairs = tower_pairs(sites["lon"].to_numpy(), sites["lat"].to_numpy(), operators)
    firsts = row_texts(rows, np.array([at[a] for a, _, _ in pairs], dtype=np.int64))
    return [
        Note(
            at[b],
            "site_id",
            "warning",
            tower_text(where, codes[a], operators[a], away),
            "site.same_tower",
            choices=ONE_OR_TWO_MASTS,
        )
        for (a, b, away), where in zip(pairs, firsts, strict=True)
    ]


def tower_text(where: Text, site_id: str, operators: frozenset[str], metres: float) -> Text:
    """Propose that a station and another one are one site."""
    names = ", ".join(operator_title(operator) for operator in sorted(operators))
    away = distance_text(metres)
    return Text(
        f"Có thể cùng một cột với trạm {site_id} của {names} ({where.vi}), cách {away.vi}: đề nghị tính là một vị trí. "
        "Hãy xác nhận một cột dùng chung hay hai cột.",
        f"Perhaps on one mast with {site_id} of {names} ({where.en}), {away.en} away: proposed as one site. Confirm "
        "one shared mast or two.",
    )


def _two_places(rows: pd.DataFrame, sites: pd.DataFrame) -> list[Note]:
    """Refuse rows that put their site where it does not stand: which place is right cannot be known."""
    placed = np.flatnonzero(located(rows) & (rows["site_id"] != "").to_numpy())
    site = pd.Index(sites["site_id"]).get_indexer(pd.Index(rows["site_id"].to_numpy(dtype=object)[placed]))
    lon, lat = rows["lon"].to_numpy(np.float64)[placed], rows["lat"].to_numpy(np.float64)[placed]
    first_lon, first_lat = sites["lon"].to_numpy()[site], sites["lat"].to_numpy()[site]
    moved = np.flatnonzero((lon != first_lon) | (lat != first_lat))
    metres = metres_between(lon[moved], lat[moved], first_lon[moved], first_lat[moved])
    far = metres > SAME_SITE_M
    moved, metres = moved[far], metres[far]
    codes = rows["site_id"].iloc[placed[moved]].tolist()
    firsts = row_texts(rows, sites["at"].to_numpy(np.int64)[site[moved]])
    return [
        Note(at, "site_id", "error", _two_places_text(code, where, distance_text(away)), "site.two_places")
        for at, code, where, away in zip(placed[moved].tolist(), codes, firsts, metres.tolist(), strict=True)
    ]


def _two_places_text(code: str, where: Text, away: Text) -> Text:
    return Text(
        f"Trạm {code} có hai vị trí cách nhau {away.vi} (xem {where.vi}). Hãy sửa toạ độ hoặc mã trạm.",
        f"Site {code} has two positions {away.en} apart (see {where.en}). Correct the position or the site ID.",
    )


def _powers(rows: pd.DataFrame) -> list[Note]:
    """Ask which unit is meant where a macro site's power in dBm is out of the ordinary."""
    power = rows["tx_power"]
    odd = (power < ORDINARY_POWER_DBM.low) | (power > ORDINARY_POWER_DBM.high)
    found = odd & rows["site_kind"].isin(("macro", "remote_sector", "")) & (rows["tech"] != "other")
    notes = []
    for at, value in cells_where(rows, np.asarray(found, dtype=bool), "tx_power"):
        watts = 10.0 ** ((value - 30.0) / 10.0)
        dbm, w = ([_plain(v, lang) for lang in ("vi", "en")] for v in (value, watts))
        text = Text(
            f"Công suất phát {dbm[0]} dBm ({w[0]} W) ngoài khoảng thường gặp của trạm macro "
            f"({ORDINARY_POWER_DBM.low:g}–{ORDINARY_POWER_DBM.high:g} dBm). Có thể số này tính bằng W. Hãy kiểm tra "
            "đơn vị.",
            f"A transmit power of {dbm[1]} dBm ({w[1]} W) is outside the usual {ORDINARY_POWER_DBM.low:g} to "
            f"{ORDINARY_POWER_DBM.high:g} dBm of a macro site. It may be in watts. Check the unit.",
        )
        in_dbm = Text(f"{dbm[0]} dBm", f"{dbm[1]} dBm")
        choices = (Text(f"{dbm[0]} W", f"{dbm[1]} W"), in_dbm) if value > 0 else (in_dbm,)
        notes.append(Note(at, "tx_power", "warning", text, "site.power", choices=choices))
    return notes


def _plain(value: float, language: str) -> str:
    text = f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
    return text.replace(".", ",") if language == "vi" else text


def _sectors(rows: pd.DataFrame) -> list[Note]:
    """Find services whose number of sectors is not that of their azimuths or rows."""
    counted = rows[["site_id", "operator", "tech", "sectors"]].assign(
        band=_bands(rows), angles=rows["azimuth_deg"].map(len), at=np.arange(len(rows))
    )
    counted["entries"] = counted["angles"].clip(lower=1)
    service = counted.groupby(["site_id", "operator", "tech", "band"], sort=False, dropna=False)
    totals = service.agg(stated=("sectors", "first"), known=("angles", "sum"), entries=("entries", "sum"))
    totals["at"] = service["at"].first()
    odd = totals[(totals["known"] > 0) & totals["stated"].notna() & (totals["stated"] != totals["entries"])]
    return [
        Note(at, "sectors", "warning", _sectors_text(int(stated), entries), "site.sectors")
        for stated, entries, at in zip(odd["stated"], odd["entries"].tolist(), odd["at"].tolist(), strict=True)
    ]


def _sectors_text(stated: int, entries: int) -> Text:
    return Text(
        f"Ghi {stated} sector nhưng có {entries} phương vị hoặc dòng: tính theo phương vị.",
        f"{stated} sectors but {entries} azimuths or rows: the azimuths are followed.",
    )


def _bands(rows: pd.DataFrame) -> pd.Series[str]:
    """Return one name for each band, however it is written."""
    pairs = rows[["band", "tech"]].drop_duplicates()
    keys = {}
    for band, technology in zip(pairs["band"], pairs["tech"], strict=True):
        known = band_of(band, technology or "other")
        keys[(band, technology)] = known.key if known else ""
    return pd.Series([keys[pair] for pair in zip(rows["band"], rows["tech"], strict=True)], index=rows.index)


def near_pairs(sites: tuple[Site, ...], source: str) -> list[Problem]:
    """Note masts of different operators that stand as near as one shared mast listed twice, once for all lists."""
    lon, lat = (np.array([getattr(s, name) for s in sites], dtype=np.float64) for name in ("lon_deg", "lat_deg"))
    operators = [frozenset(service.operator for service in site.services) for site in sites]
    near = tower_pairs(lon, lat, operators)
    if not near:
        return []
    some = "; ".join(f"{sites[a].site_id} – {sites[b].site_id}" for a, b, _ in near[:5])
    text = Text(
        f"{number(len(near))} cặp trạm của hai nhà mạng cách nhau 30–150 m, có thể là cột dùng chung ghi hai lần: "
        f"{some}",
        f"{number(len(near), 'en')} pairs of sites of two operators are 30–150 m apart, perhaps one shared mast listed "
        f"twice: {some}",
    )
    return [Problem(level="warning", file=source, text=text, code="site.same_tower", choices=ONE_OR_TWO_MASTS)]
