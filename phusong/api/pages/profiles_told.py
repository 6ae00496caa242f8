"""A set of thresholds as a page tells it: every number with its unit, in the order one reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from phusong.coverage.criteria import Profile, UncertaintyRule
from phusong.data.profiles import profile_names, read_profile
from phusong.words import Text


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a profile: what it is, its value, its unit, and how many decimals it is told with."""

    title: Text
    value: float
    unit: Text
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class ToldProfile:
    """A profile with its single numbers in words."""

    profile: Profile
    rules: tuple[Number, ...]
    errors: tuple[Number, ...]


def told_profiles() -> Iterator[ToldProfile]:
    """Yield the profiles a study can use."""
    for name in profile_names():
        profile = read_profile(name)
        yield ToldProfile(profile, _rules(profile), _errors(profile.uncertainty))


_M, _KM, _DB, _PERCENT = Text("m", "m"), Text("km", "km"), Text("dB", "dB"), Text("%", "%")
_HOMES, _NONE = Text("hộ", "households"), Text("", "")


def _rules(of: Profile) -> tuple[Number, ...]:
    reach = Text("Tầm có thể có của trạm không nêu trong danh sách", "How far an unlisted mast might serve")
    gap, village = of.gap, of.village
    return (
        Number(Text("Nối hộ chưa có sóng thành một khu vực", "Households joined into one gap within"), gap.link_m, _M),
        Number(Text("Số hộ ít nhất của một khu vực", "Least households of a gap"), gap.min_households, _HOMES),
        Number(Text("Vành quanh hộ ngoài cùng", "Margin around the outermost household"), gap.buffer_m, _M),
        Number(
            Text("Thôn lõm sóng: số hộ ít nhất của một cụm", "Village with a gap: least households of a cluster"),
            village.min_cluster_households, _HOMES,
        ),
        Number(
            Text("Thôn lõm sóng: tỷ lệ hộ chưa có sóng ít nhất", "Village with a gap: least share unserved"),
            village.min_unserved_percent, _PERCENT,
        ),
        Number(reach, of.unlisted_reach_km, _KM, 1),
        Number(Text("Số người một hộ", "Persons a household"), of.persons_per_household, Text("người", "persons"), 1),
        Number(Text("Chiều cao máy thu", "Height of the receiver"), of.receiver_height_m, _M, 1),
    )  # fmt: skip


def _errors(of: UncertaintyRule) -> tuple[Number, ...]:
    least_m, most_m = of.correlation_m
    return (
        Number(Text("Số lần mô phỏng", "Draws of the simulation"), of.draws, Text("lần", "draws")),
        Number(Text("Khoảng được nêu", "Interval told"), of.interval_percent, _PERCENT),
        Number(Text("Độ lệch chuẩn che khuất", "Deviation of shadowing"), of.sigma_db, _DB, 1),
        Number(Text("Sai số của chính độ lệch đó", "Deviation of that deviation"), of.sigma_sd_db, _DB, 1),
        Number(Text("Độ dài tương quan, ngắn nhất", "Correlation length, least"), least_m, _M),
        Number(Text("Độ dài tương quan, dài nhất", "Correlation length, most"), most_m, _M),
        Number(Text("Sai số giống nhau trên vùng rộng", "Error alike over wide areas"), of.slow_sigma_db, _DB, 1),
        Number(Text("Bề rộng của vùng đó", "Width of such areas"), of.slow_correlation_m, _M),
        Number(
            Text("Tương quan giữa hai trạm ở cùng một nơi", "Correlation of two masts at one place"),
            of.cross_correlation, _NONE, 2,
        ),
        Number(Text("Sai số chung của cả dự báo", "Error of the whole prediction"), of.bias_sd_db, _DB, 1),
        Number(Text("Sai số của từng mạng, công nghệ", "Error of each layer"), of.layer_bias_sd_db, _DB, 1),
        Number(Text("Sai số của từng trạm", "Error of each mast"), of.site_sd_db, _DB, 1),
        Number(Text("Trạm có tên nhưng không phát", "Listed masts that are silent"), of.off_air_percent, _PERCENT, 1),
        Number(
            Text("Trạm chưa rõ tình trạng mà có phát", "Masts of unknown status on air"),
            of.unconfirmed_on_air_percent, _PERCENT, 1,
        ),
    )  # fmt: skip
