"""The columns of the gap list with each operator's signal in each technology (domain.md §2.1)."""

from __future__ import annotations

from phusong.data.schema import Field, Option
from phusong.data.schemas.common import OPERATORS, TECHNOLOGY_OPTIONS, UNKNOWN
from phusong.data.schemas.gap_options import SIGNALS
from phusong.words import Text


def signal_field_name(operator: str, technology: str) -> str:
    """Return the name of the column with one operator's signal in one technology."""
    return f"sig_{operator}_{technology.lower()}"


_STATES = (
    *("", "Sóng", "Mạng", "Phủ sóng", "Chất lượng sóng", "Vùng phủ"),
    *(f"{state}{of}" for state in ("Hiện trạng", "Tình trạng") for of in ("", " sóng", " phủ sóng")),
)
_SHORT_NAMES = {
    "viettel": ("VTL",),
    "vinaphone": ("Vina", "VNPT"),
    "mobifone": ("Mobi", "MBF"),
    "vietnamobile": ("VNM",),
}


def _signal_headers(operator: Option, technology: str) -> tuple[str, ...]:
    """Return how lists head the signal of one operator: "Hiện trạng sóng 4G Viettel", "VNPT 3G"."""
    names = (operator.title.vi, *_SHORT_NAMES[operator.value])
    pairs = [pair for name in names for pair in (f"{technology} {name}", f"{name} {technology}")]
    return tuple(f"{state} {pair}".strip() for state in _STATES for pair in pairs)


def _signal_field(operator: Option, technology: Option) -> Field:
    asked = technology.value == "4G"
    name = operator.title.vi
    return Field(
        name=signal_field_name(operator.value, technology.value),
        title=Text(f"Hiện trạng {technology.value} {name}", f"{name} {technology.value} signal"),
        kind="enum",
        required="R" if asked else "O",
        default=UNKNOWN,
        options=SIGNALS,
        aliases=_signal_headers(operator, technology.value),
        meaning=Text(
            f"Sóng {technology.value} của {name} tại điểm này: không, yếu, tốt hoặc không rõ.",
            f"{technology.value} signal of {name} at this place: none, weak, good or unknown.",
        ),
        example="yếu" if asked else "",
    )


SIGNAL_FIELDS = tuple(_signal_field(operator, tech) for operator in OPERATORS for tech in TECHNOLOGY_OPTIONS[:4])
