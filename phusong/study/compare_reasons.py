"""Why two studies differ, as far as their files tell: what they rest on, and what became of the serving stations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.coverage.reasons import operator_title
from phusong.data.schemas.radio import SITE_KINDS
from phusong.data.schemas.stations import STATUSES
from phusong.data.study_file import INPUT_TITLES
from phusong.data.terms import LEAST_SHOWN
from phusong.study.opened import OpenedResults
from phusong.words import Text, number

Ints = NDArray[np.int64]

SITE_COLUMNS = ("site_id", "site_name", "change", "what_vi", "what_en")
_NAMED = 3
"""So many stations and reasons are named at most."""

_SITE_FIELDS = {
    "operators": Text("nhà mạng", "operators"),
    "technologies": Text("công nghệ", "technologies"),
    "status": Text("trạng thái", "status"),
    "kind": Text("loại trạm", "kind"),
    "height_agl_m": Text("cao anten (m)", "antenna height (m)"),
    "sectors": Text("số sector", "sectors"),
    "assumed": Text("số thông số phải giả định", "values assumed"),
    "lon_deg": Text("kinh độ", "longitude"),
    "lat_deg": Text("vĩ độ", "latitude"),
}
_SITE_CHANGES = {
    "new": Text("mới có trong danh sách", "new on the list"),
    "gone": Text("không còn trong danh sách", "no longer on the list"),
}

_SETTINGS = {
    "profile": Text("bộ ngưỡng", "the thresholds"),
    "scenario": Text("kịch bản", "the scenario"),
    "model": Text("mô hình", "the model"),
    "version": Text("phiên bản công cụ", "the version of the tool"),
    "ledger": Text("bảng kê suy hao", "the ledger of losses"),
    "calibration": Text("hiệu chỉnh theo đo kiểm", "the calibration"),
    "clutter_heights": Text("chiều cao vật che phủ", "the clutter heights"),
    "operators": Text("mức đầy đủ danh sách của nhà mạng", "how complete operators' lists are"),
}
"""What a manifest says that levels and states rest on, without the input files."""

_VALUES = ("scenario", "model", "version")
"""Settings short enough to be told before and after."""

_NOT_TOLD = Text("các tệp kết quả không cho biết vì sao", "the files do not tell why")


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Text, ...]:
    """Say what two manifests rest on that is not the same: settings, then input files."""
    settings = [_setting(key, before.get(key), after.get(key)) for key in _changed_settings(before, after)]
    return *settings, *_input_differences(_files(before), _files(after))


def _changed_settings(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [key for key in _SETTINGS if before.get(key) != after.get(key)]


def _setting(key: str, before: Any, after: Any) -> Text:
    title = _SETTINGS[key]
    if key in _VALUES:
        values = f"“{before}” → “{after}”"
        return Text(f"Khác {title.vi}: {values}.", f"Not the same: {title.en}, {values}.")
    if key == "profile" and isinstance(before, Mapping) and isinstance(after, Mapping):
        values = "; ".join(_flat_differences(before, after))
        return Text(f"Khác {title.vi}: {values}.", f"Not the same: {title.en}, {values}.")
    return Text(f"Khác {title.vi}.", f"Not the same: {title.en}.")


def _flat_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Write the entries that differ, those of inner tables by themselves."""
    written: list[str] = []
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            written += _flat_differences(old, new)
        else:
            written.append(f"{key} {_short(old)} → {_short(new)}")
    return written


def _short(value: Any) -> str:
    return "–" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _files(manifest: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    return {(str(f["role"]), str(f["name"])): str(f["sha256"]) for f in manifest.get("inputs", ())}


_ROLE_TITLES = {title.en: title for title in INPUT_TITLES.values()}


def _input_differences(before: Mapping[tuple[str, str], str], after: Mapping[tuple[str, str], str]) -> list[Text]:
    written = []
    for role, name in dict.fromkeys((*before, *after)):
        old, new, title = before.get((role, name)), after.get((role, name)), _ROLE_TITLES.get(role, Text(role, role))
        if old == new:
            continue
        digests = f"{(old or '–')[:12]} → {(new or '–')[:12]}"
        how = ("mới có", "new") if old is None else ("không còn", "gone") if new is None else ("đã đổi", "changed")
        vi, en = f"Tệp {title.vi} {name} {how[0]}", f"File of {title.en} {name} {how[1]}"
        written.append(Text(f"{vi} (SHA-256 {digests}).", f"{en} (SHA-256 {digests})."))
    return written


def changed_sites(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the stations that are new, gone or listed otherwise, and what is otherwise."""
    old, new = ({str(r["site_id"]): r for r in t.drop(columns="geometry").to_dict("records")} for t in (before, after))
    rows = []
    for site_id in sorted({*old, *new}):
        name = (new.get(site_id) or old[site_id])["site_name"]
        if site_id not in old or site_id not in new:
            rows.append((site_id, name, "new" if site_id in new else "gone", "", ""))
        elif what := _site_changes(old[site_id], new[site_id]):
            rows.append((site_id, name, "changed", *(", ".join(t.to(la) for t in what) for la in ("vi", "en"))))
    return pd.DataFrame(rows, columns=list(SITE_COLUMNS))


def _site_changes(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> list[Text]:
    changed = [key for key in _SITE_FIELDS if not _same(before.get(key), after.get(key))]
    return [_site_change(key, before[key], after[key]) for key in changed]


def _site_change(key: str, before: Any, after: Any) -> Text:
    title, old, new = _SITE_FIELDS[key], _site_value(key, before), _site_value(key, after)
    return Text(f"{title.vi} {old.vi} → {new.vi}", f"{title.en} {old.en} → {new.en}")


def _site_value(key: str, value: Any) -> Text:
    """Write a value of the station table; lists of operators and of states as their titles."""
    if isinstance(value, str):
        named = [_title_of(key, part) for part in value.split(", ")]
        return Text(", ".join(t.vi for t in named), ", ".join(t.en for t in named))
    decimals = {"height_agl_m": 1, "lon_deg": 6, "lat_deg": 6}.get(key, 0)
    return Text(number(value, decimals=decimals), number(value, "en", decimals=decimals))


def _title_of(key: str, value: str) -> Text:
    if key == "operators":
        return Text(operator_title(value), operator_title(value))
    options = {"status": STATUSES, "kind": SITE_KINDS}.get(key, ())
    return next((option.title for option in options if option.value == value), Text(value, value))


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) or (one != one and other != other)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reasons:
    """Why households changed: one reason each, −1 for those that did not; and what holds for all of them.

    ``of_household`` numbers ``texts`` for each row of the pairs; ``weight`` is the larger of its two weights.
    """

    of_household: Ints
    weight: Ints
    texts: tuple[Text, ...]
    gaps_before: Mapping[str, Ints]
    gaps_after: Mapping[str, Ints]
    rules_changed: bool

    def of_village(self, people: Ints, *, centre_moved: bool) -> Text:
        """Say why the class of a village changed."""
        parts = self._parts(people)
        if centre_moved:
            parts.append(Text("tâm thôn đã dời", "the village's centre moved"))
        return _joined(parts or [self._for_all()])

    def of_gaps(self, before: Sequence[str], after: Sequence[str], *, changed: bool) -> Text:
        """Say why gaps changed; nothing where they did not."""
        if not changed:
            return Text("", "")
        nobody = np.empty(0, dtype=np.int64)
        members = [self.gaps_before.get(g, nobody) for g in before] + [self.gaps_after.get(g, nobody) for g in after]
        return _joined(self._parts(np.unique(np.concatenate(members))) or [self._for_all()])

    def _parts(self, people: Ints) -> list[Text]:
        reason = self.of_household[people]
        weights = np.bincount(
            reason[reason >= 0], weights=self.weight[people][reason >= 0], minlength=len(self.texts)
        ).astype(np.int64)
        order = [int(k) for k in np.argsort(-weights, kind="stable") if weights[k] > 0]
        return [_with_count(self.texts[k], int(weights[k])) for k in order[:_NAMED]]

    def _for_all(self) -> Text:
        if self.rules_changed:
            return Text("ngưỡng xếp loại hoặc gom vùng đã đổi", "the rules for classes or gaps changed")
        return _NOT_TOLD


def _with_count(text: Text, households: int) -> Text:
    if households < LEAST_SHOWN:
        few = number(LEAST_SHOWN)
        return Text(f"{text.vi} (dưới {few} hộ)", f"{text.en} (fewer than {few} households)")
    return Text(f"{text.vi} ({number(households)} hộ)", f"{text.en} ({number(households, 'en')} households)")


def _joined(parts: Sequence[Text]) -> Text:
    vi, en = ("; ".join(part.to(language) for part in parts) for language in ("vi", "en"))
    return Text(vi[:1].upper() + vi[1:] + ".", en[:1].upper() + en[1:] + ".")


def reasons_of(before: OpenedResults, after: OpenedResults, pairs: pd.DataFrame, sites: pd.DataFrame) -> Reasons:
    """Give every household that changed its likeliest reason: its own list, its station, then what holds for all."""
    texts: dict[Text, int] = {}
    site = {str(r["site_id"]): r for r in sites.to_dict("records")}
    common = _common(before.manifest, after.manifest)
    of_household = np.full(len(pairs), -1, dtype=np.int64)
    other_state, other_weight = (
        np.asarray(pairs[f"{name}_a"]) != np.asarray(pairs[f"{name}_b"]) for name in ("state", "weight")
    )
    here = np.flatnonzero(other_state | other_weight)
    columns = [np.asarray(pairs[name])[here] for name in ("weight_a", "weight_b", "state_b")]
    servers = [np.asarray(pairs[f"best_site_id_{end}"])[here] for end in ("a", "b")]
    for at, old, new, state, site_a, site_b in zip(here, *columns, *servers, strict=True):
        text = _listed_otherwise(old, new, other_state=bool(other_state[at]))
        text = text or _by_station(site, site_a, site_b, served=state == "served") or common
        of_household[at] = texts.setdefault(text, len(texts))
    return Reasons(
        of_household=of_household,
        weight=np.maximum(np.asarray(pairs["weight_a"]), np.asarray(pairs["weight_b"])),
        texts=tuple(texts),
        gaps_before=_members(pairs["gap_id_a"]),
        gaps_after=_members(pairs["gap_id_b"]),
        rules_changed=before.manifest.get("profile") != after.manifest.get("profile"),
    )


def _members(gap_id: pd.Series) -> Mapping[str, Ints]:
    return {
        str(name): np.asarray(rows, dtype=np.int64) for name, rows in gap_id.groupby(gap_id).indices.items() if name
    }


def _listed_otherwise(before: int, after: int, *, other_state: bool) -> Text | None:
    if before == 0:
        return Text("hộ mới có trong danh sách", "households new on the list")
    if after == 0:
        return Text("hộ không còn trong danh sách", "households no longer on the list")
    if not other_state:
        return Text("điểm có số hộ khác trước", "points that stand for other numbers of households")
    return None


def _by_station(site: Mapping[str, Mapping[Any, Any]], before: str, after: str, *, served: bool) -> Text | None:
    """Say what became of the serving station; who serves after counts first where it serves, else who did before."""
    for site_id in dict.fromkeys((after, before) if served else (before, after)):
        row = site.get(site_id)
        if row is None:
            continue
        what = _SITE_CHANGES.get(row["change"], Text(row["what_vi"], row["what_en"]))
        return Text(f"trạm {site_id} {what.vi}", f"station {site_id} {what.en}")
    return None


def _common(before: Mapping[str, Any], after: Mapping[str, Any]) -> Text:
    """Say what holds for every household: settings and inputs that are not the same."""
    parts = [_SETTINGS[key] for key in _changed_settings(before, after) if key != "ledger"]
    old, new = _files(before), _files(after)
    roles = dict.fromkeys(role for role, name in (*old, *new) if old.get((role, name)) != new.get((role, name)))
    parts += [_ROLE_TITLES.get(role, Text(role, role)) for role in roles]
    if not parts:
        return _NOT_TOLD
    vi, en = (", ".join(part.to(language) for part in parts) for language in ("vi", "en"))
    return Text(f"dữ liệu hoặc cách tính đã đổi: {vi}", f"inputs or the way of computing changed: {en}")
