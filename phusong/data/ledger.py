"""The ledger of a study: every kind of loss once, with what is taken for it, or that it is not counted, and why.

A margin of the profile fills the row of its key; where the model already counts that loss, the margin would count it
twice and is refused. Margins of other keys stand after the rows known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from phusong.coverage.criteria import Margin
from phusong.coverage.terrain import TerrainKind
from phusong.data.clutter import clutter_text
from phusong.errors import StudyError
from phusong.words import Text

Treatment = Literal["computed", "included", "margin", "measured", "none"]

TREATMENTS: Mapping[Treatment, Text] = MappingProxyType(
    {
        "computed": Text("tính theo từng đường truyền", "computed path by path"),
        "included": Text("đã nằm trong khoản khác", "inside another row"),
        "margin": Text("dự trữ", "margin"),
        "measured": Text("hiệu chỉnh mức của mô hình", "corrects the model's level"),
        "none": Text("không tính", "not counted"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LossRow:
    """One kind of loss and how it is treated; the values in dB are those of a margin, else None."""

    key: str
    title: Text
    treatment: Treatment
    source: Text
    outdoor_db: float | None = None
    indoor_db: float | None = None


def loss_ledger(
    margins: Sequence[Margin], *, terrain_kind: TerrainKind, land_cover_given: bool, model: Text
) -> tuple[LossRow, ...]:
    """Return every kind of loss of a study, each once.

    Parameters
    ----------
    margins
        Those of the profile.
    terrain_kind, land_cover_given
        What decides whether clutter and vegetation are inside the terrain, added to it, or not counted.
    model
        The propagation model, the source of the path loss.

    Raises
    ------
    StudyError
        Margins for losses that the model or the terrain already counts, and two margins of one key.
    """
    rows = {
        row.key: row
        for row in (*_path_rows(model), *_surface_rows(terrain_kind, land_cover_given), *_rows_left_to_margins())
    }
    twice = []
    for margin in margins:
        row = rows.get(margin.key)
        if row is not None and row.treatment != "none":
            twice.append((margin, row))
        rows[margin.key] = _of_margin(margin)
    if twice:
        raise _counted_twice(twice)
    return tuple(rows.values())


def ledger_records(ledger: Sequence[LossRow]) -> list[dict[str, object]]:
    """Return the ledger as the manifest keeps it."""
    return [
        {
            "key": row.key,
            "title": row.title.en,
            "treatment": row.treatment,
            "outdoor_db": row.outdoor_db,
            "indoor_db": row.indoor_db,
            "unit": "dB",
            "source": row.source.en,
        }
        for row in ledger
    ]


def _of_margin(margin: Margin) -> LossRow:
    return LossRow(
        key=margin.key,
        title=margin.title,
        treatment="margin",
        source=margin.source,
        outdoor_db=margin.outdoor_db,
        indoor_db=margin.indoor_db,
    )


def _counted_twice(twice: Sequence[tuple[Margin, LossRow]]) -> StudyError:
    vi = "; ".join(f"“{margin.key}” ({row.source.vi})" for margin, row in twice)
    en = "; ".join(f"“{margin.key}” ({row.source.en})" for margin, row in twice)
    return StudyError(
        Text(
            f"Bộ ngưỡng có khoản dự trữ bị tính hai lần, hãy bỏ khỏi bộ ngưỡng: {vi}",
            f"The profile has margins for losses that are already counted, take them out: {en}",
        )
    )


def _path_rows(model: Text) -> Iterator[LossRow]:
    listed = Text("danh sách trạm; nếu thiếu: khoảng giả định", "station list; where silent: assumed range")
    yield LossRow(
        key="path",
        title=Text("Suy hao đường truyền: không gian tự do, địa hình", "Path loss: free space, terrain"),
        treatment="computed",
        source=model,
    )
    yield LossRow(key="antenna", title=Text("Hướng của anten", "Antenna pattern"), treatment="computed", source=listed)
    yield LossRow(key="feeder", title=Text("Suy hao feeder", "Feeder loss"), treatment="computed", source=listed)


_AT_THE_RECEIVER: Mapping[Treatment, Text] = MappingProxyType(
    {
        "included": Text(
            "máy thu đứng trên bề mặt dsm: dưới tán cây là trên ngọn cây, có thể lạc quan",
            "the receiver stands on the dsm surface: under canopy that is the tree tops, which may be optimistic",
        ),
        "computed": Text(
            "vật che phủ quanh khoảng trống của hộ; ngay tại hộ không đặt gì, như P.1812",
            "the clutter around the household's clearing; at the household itself none stands, as in P.1812",
        ),
    }
)


def _surface_rows(kind: TerrainKind, land_cover_given: bool) -> Iterator[LossRow]:
    """Yield what stands on the ground: inside a surface model, by land cover on bare ground, or not at all."""
    how: Treatment = "included" if kind == "dsm" else "computed" if land_cover_given else "none"
    inside: Treatment = "none" if how == "none" else "included"
    what = clutter_text(kind, land_cover_given=land_cover_given)
    along = Text("Vật che phủ dọc đường truyền", "Clutter along the path")
    yield LossRow(key="clutter", title=along, treatment=how, source=what)
    yield LossRow(key="vegetation", title=Text("Suy hao do cây cối", "Vegetation"), treatment=inside, source=what)
    yield LossRow(
        key="terminal_clutter",
        title=Text("Vật che ngay quanh hộ (P.2108)", "Clutter around the household itself (P.2108)"),
        treatment=inside,
        source=_AT_THE_RECEIVER.get(how, what),
    )


def _rows_left_to_margins() -> Iterator[LossRow]:
    """Yield the losses only a margin counts."""
    no_margin = Text("bộ ngưỡng không có khoản này", "the profile has no such margin")
    for key, title, source in (
        ("location", Text("Che khuất cục bộ", "Location variability"), no_margin),
        ("time", Text("Biến thiên theo thời gian", "Variation in time"), Text("50 % thời gian", "50 % of time")),
        ("building", Text("Suy hao vào nhà", "Building entry loss"), no_margin),
        ("body", Text("Suy hao do người dùng", "Body loss"), no_margin),
        ("interference", Text("Tải và nhiễu của mạng", "Network load and interference"), no_margin),
    ):
        yield LossRow(key=key, title=title, treatment="none", source=source)
