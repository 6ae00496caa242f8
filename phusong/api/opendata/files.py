"""The open tables as files in every format, written when first asked for and kept until the tables change."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from phusong.api.opendata.columns import KEPT_BACK, OPEN_TABLES, OpenTable
from phusong.api.problems import ConflictError
from phusong.api.studies.exports import MOST_ROWS_XLSX, Format
from phusong.words import Language, Text, day

if TYPE_CHECKING:
    import geopandas as gpd

    from phusong.api.settings import ServiceSettings
    from phusong.data.table_files import TableFile

FORMATS: tuple[str, ...] = get_args(Format)
_ONE_AT_A_TIME = threading.Lock()
_STYLES = {"open_villages": "villages", "open_gaps": "gaps"}
_TOO_LONG = Text(
    "Bảng quá dài cho xlsx: hãy chọn một tỉnh, hoặc tải dạng csv.",
    "The table is too long for xlsx: choose one province, or csv.",
)
SOURCES = Text(
    "Danh sách trạm của doanh nghiệp viễn thông, danh sách thôn và hộ của địa phương, ranh giới hành chính, độ cao địa "
    "hình; mức sóng là kết quả mô phỏng, chưa đo, trừ nơi có kết quả đo.",
    "Station lists of operators, lists of villages and households of localities, administrative boundaries, terrain; "
    "signal levels are modelled, not measured, except where there are measurements.",
)
NO_LICENCE = Text(
    "Điều kiện sử dụng chưa được công bố: hãy hỏi cơ quan công bố.",
    "No terms of use have been published: ask the publishing agency.",
)


def licence(settings: ServiceSettings) -> Text:
    """Return the line that tells under which terms the data may be used."""
    told = settings.open_data_licence
    return Text(told, told) if told else NO_LICENCE


def open_file(
    settings: ServiceSettings, table: gpd.GeoDataFrame, name: str, kind: str, language: Language, *, digest: str,
    province_code: str = "",
) -> Path:  # fmt: skip
    """Return an open table as a file: of one province, or "" of all.

    Raises
    ------
    ConflictError
        A workbook of too many rows.
    """
    from phusong.data.table_files import write_table_file

    folder = settings.home / "open-data" / "files" / digest[:16]
    path = folder / f"{name}-{province_code or 'all'}-{language}.{kind}"
    if path.is_file():
        return path
    rows = table[table["province_code"] == province_code] if province_code else table
    if kind == "xlsx" and len(rows) > MOST_ROWS_XLSX:
        raise ConflictError(_TOO_LONG)
    with _ONE_AT_A_TIME:
        if not path.is_file():
            _forget_others(folder)
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent.parent, prefix=".partial-") as partial:
                written = Path(partial) / path.name
                write_table_file(written, rows, _about(settings, OPEN_TABLES[name], rows, kind, language), language)
                written.replace(path)
    return path


def _forget_others(folder: Path) -> None:
    """Take away what was written of earlier tables."""
    for other in folder.parent.glob("*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)


def _about(
    settings: ServiceSettings, of: OpenTable, rows: gpd.GeoDataFrame, kind: str, language: Language
) -> TableFile:
    from phusong.data.table_files import FileColumn, TableFile
    from phusong.maps.qgis import layer_styles

    columns = [
        FileColumn(name=one.name, title=one.title, meaning=one.meaning, keys=one.options, is_date=one.kind == "date")
        for one in of.columns
    ]
    dates = sorted(date.fromisoformat(one) for one in set(rows["dated"]))
    style = layer_styles(language).get(_STYLES.get(of.name, ""), "") if kind == "gpkg" else ""
    return TableFile(
        name=of.name, label=of.label, title=of.title, columns=columns, notes=notes(settings, of, dates),
        dated=dates[-1] if dates else date(2000, 1, 1), style=style,
    )  # fmt: skip


def notes(settings: ServiceSettings, of: OpenTable, dates: Sequence[date]) -> list[Text]:
    """Return what stands above the rows of a table: what they are, of when, whose, and what is kept back."""
    told = [of.meaning, KEPT_BACK, Text(f"Nguồn: {SOURCES.vi}", f"Sources: {SOURCES.en}")]
    if dates:
        span = day(dates[0]) if dates[0] == dates[-1] else f"{day(dates[0])} – {day(dates[-1])}"
        told.append(Text(f"Ngày số liệu: {span}.", f"Data of: {span}."))
    if settings.open_data_publisher:
        who = settings.open_data_publisher
        told.append(Text(f"Cơ quan công bố: {who}.", f"Published by: {who}."))
    return [*told, licence(settings)]
