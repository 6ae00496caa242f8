"""Result tables on disk: Parquet, one DuckDB file for queries; and folders that appear whole or not at all."""

from __future__ import annotations

import glob
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from phusong.errors import PhuSongError
from phusong.words import Text

MANIFEST = "manifest.json"


class OutputError(PhuSongError):
    """A results folder that must not be written over."""


def _is_results(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


@contextmanager
def whole_folder(out: Path, *, is_ours: Callable[[Path], bool] = _is_results) -> Iterator[Path]:
    """Give a folder to write into; when all went well it becomes ``out``, otherwise nothing of it stays.

    What an earlier run wrote (``is_ours``) is replaced, and only once the new is whole; any other folder with something
    in it is left alone. Two runs at once do not meet: the last to finish stands.
    """
    restore(out)
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not is_ours(out))):
        raise OutputError(
            Text(
                f"{out} đã có dữ liệu khác: hãy chọn thư mục khác",
                f"{out} holds something else: choose another folder",
            )
        )
    out = out.resolve()
    partial = out.with_name(f"{out.name}.partial-{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        _put_in_place(partial, out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _put_in_place(partial: Path, out: Path) -> None:
    """Rename the finished folder; what stood there goes only then."""
    old = out.with_name(f"{out.name}.old-{os.getpid()}")
    if out.exists():
        out.rename(old)
    try:
        partial.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)


def restore(out: Path) -> None:
    """Put back a folder that a run had set aside, and was ended before the new one stood in its place."""
    whole = out.resolve()
    if whole.exists() or not whole.parent.is_dir():
        return
    aside = [path for path in whole.parent.glob(f"{glob.escape(whole.name)}.old-*") if path.is_dir()]
    if aside:
        max(aside, key=lambda path: path.stat().st_mtime_ns).rename(whole)


def sweep(out: Path) -> None:
    """Take away what ended runs left beside a folder; only for its one writer."""
    whole = out.resolve()
    restore(whole)
    if whole.parent.is_dir():
        for kind in ("partial", "old"):
            for path in whole.parent.glob(f"{glob.escape(whole.name)}.{kind}-*"):
                shutil.rmtree(path, ignore_errors=True)


@contextmanager
def whole_files(out: Path) -> Iterator[Path]:
    """Give a folder to write into; when all went well its files go into ``out``, otherwise nothing of it stays.

    Files of the same name are replaced, all else in ``out`` is left alone.
    """
    if out.exists() and not out.is_dir():
        raise OutputError(Text(f"{out} không phải là thư mục", f"{out} is not a folder"))
    new = not out.exists()
    partial = out / f"partial-{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        for path in sorted(partial.iterdir()):
            path.replace(out / path.name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        if new and not any(out.iterdir()):
            out.rmdir()


@contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """Give a path to write a file to; when all went well it is ``out``, otherwise nothing of it stays."""
    partial = out.with_name(f".{out.name}.partial-{os.getpid()}")
    partial.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield partial
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def write_parquet(path: Path, table: pd.DataFrame) -> None:
    """Write a table; geometry as GeoParquet. The same table gives the same bytes."""
    import geopandas as gpd

    if isinstance(table, gpd.GeoDataFrame):
        table.to_parquet(path, index=False, compression="zstd", schema_version="1.1.0")
    else:
        table.to_parquet(path, engine="pyarrow", index=False, compression="zstd")


def write_duckdb(path: Path, tables: Mapping[str, Path], further: Mapping[str, pd.DataFrame] | None = None) -> None:
    """Write Parquet files, and further tables as they are, as the tables of one DuckDB file; geometry stays WKB."""
    import duckdb

    with duckdb.connect(str(path)) as base:
        for name, parquet in tables.items():
            base.read_parquet(str(parquet)).create(name)
        for name, table in (further or {}).items():
            base.from_df(table).create(name)


def toml_text(text: str) -> str:
    """Write text as TOML takes it: a JSON string is one, but for the character DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_json(path: Path, value: Mapping[str, object]) -> None:
    """Write a value as JSON that a person can read."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
