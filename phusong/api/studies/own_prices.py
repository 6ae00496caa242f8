"""A province's own unit prices: one price corrected at a time, each time a new version with its source and note."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Dataset, DatasetVersion
from phusong.api.problems import NotFoundError
from phusong.api.service import Service
from phusong.api.studies.own_tables import keep_version, new_table, path_of, table_for, version_of
from phusong.data.unit_prices import UnitPrice, UnitPrices, parse_unit_prices, read_unit_prices, unit_prices_text
from phusong.words import Text

KIND = "unit_prices"
NAME = Text("Đơn giá của tỉnh", "The province's unit prices")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPrices:
    """One version of a province's own list."""

    dataset: Dataset
    version: DatasetVersion
    prices: UnitPrices


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A price as a person corrects it, and why."""

    key: str
    low: float
    middle: float
    high: float
    source: str
    assumption: bool
    dated: date | None
    note: str

    def of(self, row: UnitPrice) -> UnitPrice:
        """Return a row with this price."""
        return replace(
            row, low=self.low, middle=self.middle, high=self.high, source=Text(self.source, self.source),
            assumption=self.assumption, dated=self.dated,
        )  # fmt: skip


def kept_prices(
    db: Session, service: Service, person: Person, dataset_id: str, number: int | None = None,
    action: Action = Action.DATASET_READ,
) -> KeptPrices:  # fmt: skip
    """Return one version of a province's own list, the newest where none is named."""
    dataset = table_for(db, person, dataset_id, action, kind=KIND)
    version = version_of(dataset, number)
    return KeptPrices(dataset=dataset, version=version, prices=_read(service, version))


def _read(service: Service, version: DatasetVersion) -> UnitPrices:
    """Read a list by the name it was sent under: its ending says what it is."""
    path = path_of(service, version)
    if version.folder:
        return read_unit_prices(path)
    with tempfile.TemporaryDirectory() as folder:
        return read_unit_prices(Path(shutil.copyfile(path, Path(folder) / version.files[0]["name"])))


def correct_first(db: Session, service: Service, person: Person, province_code: str, correction: Correction) -> Dataset:
    """Make a province's own list from the shipped one, with one price corrected."""
    dataset = new_table(
        db, person, kind=KIND, province_code=province_code, name=NAME.vi, action=Action.DATASET_ADD
    )  # fmt: skip
    _keep(db, service, person, dataset, read_unit_prices(), correction)
    return dataset


def correct_next(db: Session, service: Service, person: Person, dataset_id: str, correction: Correction) -> Dataset:
    """Correct one price of a province's own list; the version before stays."""
    table_for(db, person, dataset_id, Action.DATASET_ADD, kind=KIND, to_change=True)
    kept = kept_prices(db, service, person, dataset_id, action=Action.DATASET_ADD)
    _keep(db, service, person, kept.dataset, kept.prices, correction)
    return kept.dataset


def _keep(
    db: Session, service: Service, person: Person, dataset: Dataset, prices: UnitPrices, correction: Correction
) -> None:
    row = prices.rows.get(correction.key)
    if row is None:
        raise NotFoundError(Text("Không có khoản này.", "There is no such item."))
    made = UnitPrices(name=prices.name, rows=MappingProxyType({**prices.rows, row.key: correction.of(row)}))
    text = unit_prices_text(made)
    parse_unit_prices(text, prices.name)
    details = {"note": "; ".join(filter(None, (row.title.vi, correction.note))), "item": row.key}
    keep_version(db, service, person, dataset, text, vintage=correction.dated, details=details)
