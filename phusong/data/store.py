"""Result tables on disk: Parquet, one DuckDB file for queries; and folders that appear whole or not at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import geopandas as gpd
import pandas as pd

from phusong.errors import PhuSongError
from phusong.words import Text

MANIFEST = "manifest.json"


class OutputError(PhuSongError):
    """A results folder that must not be written over."""


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """Give a folder to write into; when all went well it becomes ``out``, otherwise nothing of it stays.

    Results of an earlier run (a folder with a manifest) are replaced, and only once the new ones are whole; any other
    folder with something in it is left alone.
    """
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MANIFEST).is_file())):
        raise OutputError(
            Text(
                f"{out} đã có nội dung không phải kết quả của Phủ Sóng: hãy chọn thư mục khác",
                f"{out} holds something that is not a Phủ Sóng result: choose another folder",
            )
        )
    partial = out.with_name(out.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        old = out.with_name(out.name + ".old")
        shutil.rmtree(old, ignore_errors=True)
        if out.exists():
            out.rename(old)
        partial.rename(out)
        shutil.rmtree(old, ignore_errors=True)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def write_parquet(path: Path, table: pd.DataFrame) -> None:
    """Write a table; geometry as GeoParquet. The same table gives the same bytes."""
    if isinstance(table, gpd.GeoDataFrame):
        table.to_parquet(path, index=False, compression="zstd", schema_version="1.1.0")
    else:
        table.to_parquet(path, engine="pyarrow", index=False, compression="zstd")


def write_duckdb(path: Path, tables: Mapping[str, Path]) -> None:
    """Write Parquet files as the tables of one DuckDB file; geometry stays WKB."""
    with duckdb.connect(str(path)) as base:
        for name, parquet in tables.items():
            base.read_parquet(str(parquet)).create(name)


def write_json(path: Path, value: Mapping[str, object]) -> None:
    """Write a value as JSON that a person can read."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
