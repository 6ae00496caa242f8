"""What a finished study says of itself in plain words: each margin once with its source, and what to mind."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phusong.api.database.models import Study
from phusong.api.service import Service
from phusong.api.studies.running import study_file
from phusong.data.store import MANIFEST
from phusong.errors import PhuSongError
from phusong.words import Text, number, percent

if TYPE_CHECKING:
    from phusong.data.ledger import LossRow

_CALIBRATED = Text("theo đo kiểm của nghiên cứu này", "by the measurements of this study")


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """One kind of loss: how it is treated, the dB of a margin (None for what is no margin), and its source."""

    title: Text
    treatment: Text
    outdoor_db: float | None
    indoor_db: float | None
    source: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """One thing to mind: what it is, and what it means for the results."""

    what: Text
    means: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a study says of itself."""

    margins: tuple[Margin, ...]
    warnings: tuple[Warned, ...]


NOTHING = Told(margins=(), warnings=())


def told_of(service: Service, study: Study) -> Told:
    """Return what a finished study says of itself; nothing where its files are not there."""
    manifest = service.settings.home / study.folder / MANIFEST
    if study.state != "done" or not study.folder or not manifest.is_file():
        return NOTHING
    return _told(manifest, study_file(service, study), study.digest)


@lru_cache(maxsize=64)
def _told(manifest: Path, path: Path, _digest: str) -> Told:
    """Read a study's words once a process: what it wrote never changes."""
    from phusong.study import Study as StudyRead  # brings everything that computes

    run: Mapping[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
    try:
        rows = {row.key: row for row in StudyRead.read(path).ledger}
    except (PhuSongError, OSError):
        rows = {}
    margins = tuple(_margin(one, rows.get(one["key"])) for one in run.get("ledger", ()))
    return Told(margins=margins, warnings=tuple(_warnings(run)))


def _margin(kept: Mapping[str, Any], row: LossRow | None) -> Margin:
    """Return a row as the study kept it; its Vietnamese words are those of the ledger it was made from."""
    from phusong.data.ledger import TREATMENTS

    title, source = Text(kept["title"], kept["title"]), Text(kept["source"], kept["source"])
    if row is not None and row.title.en == title.en:
        title = row.title
    if row is not None and row.source.en == source.en:
        source = row.source
    elif kept["treatment"] == "measured" or row is not None:
        source = Text(_CALIBRATED.vi, source.en)
    return Margin(
        title=title, treatment=TREATMENTS[kept["treatment"]], outdoor_db=kept["outdoor_db"],
        indoor_db=kept["indoor_db"], source=source,
    )  # fmt: skip


def _warnings(run: Mapping[str, Any]) -> Iterator[Warned]:
    counts = run.get("counts", {})
    if run.get("simulated"):
        yield Warned(
            what=Text("Dữ liệu giả định.", "The data are made up."),
            means=Text("Chỉ để minh hoạ, không dùng để quyết định.", "For illustration, not for decisions."),
        )
    yield from _of_households(run, counts)
    yield from _of_model(run)
    if read := int(run.get("warnings", 0)):
        yield Warned(
            what=Text(
                f"{number(read)} cảnh báo khi đọc dữ liệu vào.",
                f"{number(read, 'en')} warnings while the inputs were read.",
            ),
            means=Text(
                "Dòng bị cảnh báo vẫn được dùng như đã ghi; danh sách nằm ở từng bộ dữ liệu.",
                "The rows are used as written; each dataset lists its own.",
            ),
        )


def _of_households(run: Mapping[str, Any], counts: Mapping[str, int]) -> Iterator[Warned]:
    whole = counts.get("households", 0)
    if open_ := counts.get("undetermined_households", 0):
        yield Warned(
            what=Text(
                f"{percent(open_, whole)} hộ chưa xác định.",
                f"{percent(open_, whole, 'en')} households are undetermined.",
            ),
            means=Text(
                "Dữ liệu chưa đủ để nói có hay không có sóng; không được coi là có sóng, cũng không phải vùng lõm. "
                "Đo kiểm hoặc danh sách trạm đủ hơn sẽ quyết định.",
                "The data cannot tell; they count neither as served nor as gap. A measurement or fuller station lists "
                "would decide.",
            ),
        )
    if dark := counts.get("no_data_households", 0):
        yield Warned(
            what=Text(
                f"{percent(dark, whole)} hộ nằm ngoài địa hình đã cho.",
                f"{percent(dark, whole, 'en')} households lie beyond the terrain given.",
            ),
            means=Text("Không tính được cho các hộ này.", "Nothing was worked out for them."),
        )
    if run.get("households_estimated"):
        yield Warned(
            what=Text("Hộ dân là số ước lượng.", "Households are estimated."),
            means=Text(
                "Rải theo dân số xã và lớp phủ; số theo thôn chỉ để tham khảo tới khi có danh sách.",
                "Spread by population and land cover; counts by village are a guide until there is a list.",
            ),
        )
    if run.get("boundaries_checked") is False:
        yield Warned(
            what=Text("Không có ranh giới xã.", "There are no commune boundaries."),
            means=Text("Xã của mỗi hộ lấy theo danh sách, không kiểm tra được.", "Communes are taken as listed."),
        )


def _of_model(run: Mapping[str, Any]) -> Iterator[Warned]:
    if not run.get("profile", {}).get("verified", True):
        yield Warned(
            what=Text("Bộ ngưỡng chưa được kiểm chứng.", "The thresholds are not verified."),
            means=Text(
                "Ngưỡng do công cụ đề xuất; kết quả đổi khi cơ quan ban hành ngưỡng khác.",
                "They are proposed by this tool; results change when others are laid down.",
            ),
        )
    if not run.get("calibration", {}).get("adopted"):
        yield Warned(
            what=Text("Mô hình chưa hiệu chỉnh theo đo kiểm.", "The model is not calibrated by measurements."),
            means=Text("Khoảng của số hộ là mô phỏng, chưa đo.", "The ranges are simulated, not measured."),
        )
    if assumed := sum(int(one) for one in run.get("values_assumed", {}).values()):
        yield Warned(
            what=Text(
                f"{number(assumed)} giá trị của trạm không có trong danh sách.",
                f"{number(assumed, 'en')} values of stations are not in the lists.",
            ),
            means=Text(
                "Lấy theo khoảng giả định từ bất lợi đến thuận lợi, nên nhiều hộ hơn thành chưa xác định.",
                "They are taken as ranges, so more households stay undetermined.",
            ),
        )
