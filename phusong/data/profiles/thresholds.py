"""The numbers of a profile one by one: what each is called, its unit, what it may be, where it stands in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from phusong.coverage.network import TECHNOLOGIES
from phusong.data.profiles import UNCERTAINTY_RANGES
from phusong.errors import Range
from phusong.words import Text

_DBM, _DB, _M, _KM = Text("dBm", "dBm"), Text("dB", "dB"), Text("m", "m"), Text("km", "km")
_PERCENT, _NONE = Text("%", "%"), Text("", "")
_HOMES, _PERSONS, _DRAWS = Text("hộ", "households"), Text("người", "persons"), Text("lần", "draws")
_LEVEL, _LOSS = Range(-160.0, -30.0, "dBm"), Range(-30.0, 60.0, "dB")
_REACH, _NEAR, _COUNT = Range(0.1, 100.0, "km"), Range(0.0, 20_000.0, "m"), Range(0.0, 100_000.0)
_SHARE, _TALL, _PEOPLE = Range(0.0, 100.0, "%"), Range(0.5, 30.0, "m"), Range(0.5, 30.0)

GROUPS: Mapping[str, Text] = {
    "technology": Text("Mức thu theo công nghệ", "Levels by technology"),
    "gap": Text("Gom hộ chưa có sóng thành khu vực", "How households become gaps"),
    "village": Text("Xếp loại thôn", "Classes of villages"),
    "margin": Text("Dự trữ", "Margins"),
    "other": Text("Số khác", "Other numbers"),
    "uncertainty": Text("Sai số giả định khi tính khoảng", "Errors assumed behind intervals"),
}
DECIDING = ("technology", "gap", "village")
"""The groups whose numbers all have to be checked against their source before a profile is called verified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One number of a profile; ``key`` is its place in the file, written with dots."""

    key: str
    group: str
    title: Text
    unit: Text
    allowed: Range
    whole: bool = False


def thresholds_of(raw: Mapping[str, Any]) -> tuple[Threshold, ...]:
    """Return the numbers of a profile as its file has them, in the order one reads them."""
    return (*_levels(raw), *_GAP, *_VILLAGE, *_margins(raw), *_OTHER, *_ERRORS)


def value_at(raw: Mapping[str, Any], key: str) -> float:
    """Return the number that stands at a key."""
    holder, last = _holder(raw, key)
    return float(holder[last])


def with_values(raw: Mapping[str, Any], values: Mapping[str, float]) -> dict[str, Any]:
    """Return a profile with other numbers at some keys."""
    made = deepcopy(dict(raw))
    for key, value in values.items():
        holder, last = _holder(made, key)
        holder[last] = value
    return made


def source_at(raw: Mapping[str, Any], key: str) -> Any:
    """Return where a number is from, as the file has it: its margin's, the errors' or the whole profile's source."""
    group = key.partition(".")[0]
    if group == "margin":
        return _holder(raw, key)[0]["source"]
    return raw[group]["source"] if group == "uncertainty" else raw["source"]


def _holder(raw: Any, key: str) -> tuple[Any, Any]:
    """Return what holds the number of a key, and its name or place in it."""
    *way, last = key.split(".")
    for name in way:
        raw = next(one for one in raw if one["key"] == name) if isinstance(raw, list) else raw[name]
    return (raw, int(last)) if isinstance(raw, list) else (raw, last)


def _levels(raw: Mapping[str, Any]) -> Iterator[Threshold]:
    told = (
        ("served_dbm", Text("có sóng từ", "signal from"), _DBM, _LEVEL),
        ("weak_dbm", Text("sóng yếu từ", "weak from"), _DBM, _LEVEL),
        ("max_path_km", Text("xét xa nhất", "looked at up to"), _KM, _REACH),
    )
    for technology in (one for one in TECHNOLOGIES if one in raw["technology"]):
        of = Text("Công nghệ khác", "Other") if technology == "other" else Text(technology, technology)
        for name, title, unit, allowed in told:
            yield Threshold(
                key=f"technology.{technology}.{name}", group="technology",
                title=Text(f"{of.vi}: {title.vi}", f"{of.en}: {title.en}"), unit=unit, allowed=allowed,
            )  # fmt: skip


def _margins(raw: Mapping[str, Any]) -> Iterator[Threshold]:
    where = {"outdoor_db": Text("ngoài trời", "outdoors"), "indoor_db": Text("trong nhà", "indoors")}
    for margin in raw.get("margin", ()):
        given = margin["title"]
        title = Text(given, given) if isinstance(given, str) else Text(given["vi"], given["en"])
        for name, told in where.items():
            yield Threshold(
                key=f"margin.{margin['key']}.{name}", group="margin",
                title=Text(f"{title.vi}: {told.vi}", f"{title.en}: {told.en}"), unit=_DB, allowed=_LOSS,
            )  # fmt: skip


def _of(key: str, group: str, title: Text, unit: Text, allowed: Range) -> Threshold:
    return Threshold(key=key, group=group, title=title, unit=unit, allowed=allowed)


_GAP = (
    _of(
        "gap.link_m", "gap",
        Text("Nối hộ chưa có sóng thành một khu vực", "Households joined into one gap within"), _M, _NEAR,
    ),
    _of(
        "gap.min_households", "gap", Text("Số hộ ít nhất của một khu vực", "Least households of a gap"), _HOMES, _COUNT
    ),
    _of("gap.buffer_m", "gap", Text("Vành quanh hộ ngoài cùng", "Margin around the outermost household"), _M, _NEAR),
)  # fmt: skip
_VILLAGE = (
    _of(
        "village.min_cluster_households", "village",
        Text("Thôn lõm sóng: số hộ ít nhất của một cụm", "Village with a gap: least households of a cluster"),
        _HOMES, _COUNT,
    ),
    _of(
        "village.min_unserved_percent", "village",
        Text("Thôn lõm sóng: tỷ lệ hộ chưa có sóng ít nhất", "Village with a gap: least share unserved"),
        _PERCENT, _SHARE,
    ),
)  # fmt: skip
_OTHER = (
    _of(
        "unlisted_reach_km", "other",
        Text("Tầm có thể có của trạm không nêu trong danh sách", "How far an unlisted mast might serve"), _KM,
        Range(0.0, 100.0, "km"),
    ),
    _of("persons_per_household", "other", Text("Số người một hộ", "Persons a household"), _PERSONS, _PEOPLE),
    _of("receiver_height_m", "other", Text("Chiều cao máy thu", "Height of the receiver"), _M, _TALL),
)  # fmt: skip


def _error(name: str, title: Text, unit: Text) -> Threshold:
    allowed = UNCERTAINTY_RANGES["slow_correlation_m" if name.startswith("correlation_m") else name]
    return Threshold(
        key=f"uncertainty.{name}", group="uncertainty", title=title, unit=unit, allowed=allowed, whole=name == "draws"
    )


_ERRORS = (
    _error("draws", Text("Số lần mô phỏng", "Draws of the simulation"), _DRAWS),
    _error("interval_percent", Text("Khoảng được nêu", "Interval told"), _PERCENT),
    _error("sigma_db", Text("Độ lệch chuẩn che khuất", "Deviation of shadowing"), _DB),
    _error("sigma_sd_db", Text("Sai số của chính độ lệch đó", "Deviation of that deviation"), _DB),
    _error("correlation_m.0", Text("Độ dài tương quan, ngắn nhất", "Correlation length, least"), _M),
    _error("correlation_m.1", Text("Độ dài tương quan, dài nhất", "Correlation length, most"), _M),
    _error("slow_sigma_db", Text("Sai số giống nhau trên vùng rộng", "Error alike over wide areas"), _DB),
    _error("slow_correlation_m", Text("Bề rộng của vùng đó", "Width of such areas"), _M),
    _error(
        "cross_correlation",
        Text("Tương quan giữa hai trạm ở cùng một nơi", "Correlation of two masts at one place"), _NONE,
    ),
    _error("bias_sd_db", Text("Sai số chung của cả dự báo", "Error of the whole prediction"), _DB),
    _error("layer_bias_sd_db", Text("Sai số của từng mạng, công nghệ", "Error of each layer"), _DB),
    _error("site_sd_db", Text("Sai số của từng trạm", "Error of each mast"), _DB),
    _error("off_air_percent", Text("Trạm có tên nhưng không phát", "Listed masts that are silent"), _PERCENT),
    _error(
        "unconfirmed_on_air_percent",
        Text("Trạm chưa rõ tình trạng mà có phát", "Masts of unknown status on air"), _PERCENT,
    ),
)  # fmt: skip
