"""Results of an earlier run, opened again: the manifest and the tables, read when asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from phusong.data.store import MANIFEST
from phusong.errors import MissingFileError
from phusong.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedResults:
    """A results folder."""

    folder: Path
    manifest: Mapping[str, Any]

    def has(self, name: str) -> bool:
        """Say whether the run wrote a table."""
        return self._file(name).is_file()

    def table(self, name: str, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return a table, or some columns of it."""
        return pd.read_parquet(self._file(name), columns=None if columns is None else list(columns))

    def places(self, name: str) -> gpd.GeoDataFrame:
        """Return a table with geometry."""
        return gpd.read_parquet(self._file(name))

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithPlan(OpenedResults):
    """Results of a run with those of a plan made for it: a table the run did not write is the plan's."""

    plan: Path

    def _file(self, name: str) -> Path:
        own = self.folder / f"{name}.parquet"
        return own if own.is_file() else self.plan / f"{name}.parquet"


def open_results(folder: Path) -> OpenedResults:
    """Open the results of a study.

    Raises
    ------
    MissingFileError
        There are none in the folder.
    """
    if not (folder / MANIFEST).is_file():
        raise MissingFileError(Text(f"Không có kết quả nghiên cứu ở {folder}", f"No results of a study in {folder}"))
    return OpenedResults(folder=folder, manifest=json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
