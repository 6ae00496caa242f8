"""Orders of priority that were saved: weights under a name, to be chosen again, exported, or read by the next study."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Dataset, DatasetVersion, Study
from phusong.api.database.types import today
from phusong.api.service import Service
from phusong.api.studies.datasets import withdraw
from phusong.api.studies.folders import safe_name
from phusong.api.studies.own_tables import (
    keep_version,
    listed_tables,
    new_table,
    path_of,
    readable,
    table_for,
    usable_versions,
)
from phusong.api.studies.ranking import reweighted
from phusong.api.studies.running import study_file
from phusong.coverage.ranking import CRITERIA
from phusong.data.ranking import RankingRules, parse_ranking, read_ranking
from phusong.data.written_toml import as_toml
from phusong.words import Text

KIND = "ranking"
REMOVED = Text("đã xoá khỏi các thứ tự đã lưu", "removed from the saved orders")


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedOrder:
    """Weights under a name: ``query`` is how an address carries them."""

    dataset: Dataset
    version: DatasetVersion
    weights: Mapping[str, float]

    @property
    def query(self) -> str:
        """Return the weights as an address has them."""
        return query_of(self.weights)

    def is_of(self, rules: RankingRules) -> bool:
        """Say whether rules have these weights."""
        return all(self.weights[one.key] == one.weight for one in rules.criteria)


def query_of(weights: Mapping[str, float]) -> str:
    """Return weights as an address has them."""
    return "&".join(f"{key}={value:g}" for key, value in weights.items())


def saved_orders(db: Session, service: Service, person: Person, province_code: str) -> list[SavedOrder]:
    """Return the orders that were saved in a province, by name."""
    found = listed_tables(db, person, Action.STUDY_READ, kind=KIND, province_code=province_code)
    newest = [(one, readable(service, one)) for one in found]
    return [
        SavedOrder(dataset=one, version=version, weights=_weights(service, version))
        for one, version in newest
        if version is not None
    ]


def _weights(service: Service, version: DatasetVersion) -> dict[str, float]:
    return {one.key: one.weight for one in read_ranking(path_of(service, version)).criteria}


def save_order(
    db: Session, service: Service, person: Person, study: Study, *, name: str, weights: Mapping[str, float]
) -> Dataset:
    """Save weights under a name; a name that is there gets its next version."""
    text = _text(service, study, person, name, weights)
    which = (Dataset.province_code == study.province_code, Dataset.kind == KIND, Dataset.name == name)
    found = db.scalars(select(Dataset).where(*which, Dataset.operator == "").order_by(Dataset.created_at)).first()
    if found is None:
        found = new_table(
            db, person, kind=KIND, province_code=study.province_code, name=name, action=Action.PLAN_MAKE
        )  # fmt: skip
    dataset = table_for(db, person, found.id, Action.PLAN_MAKE, kind=KIND, to_change=True)
    keep_version(db, service, person, dataset, text, details={})
    return dataset


def _text(service: Service, study: Study, person: Person, name: str, weights: Mapping[str, float]) -> str:
    """Write the study's rules with other weights; everything else stays as the study had it."""
    raw = _own_rules(study_file(service, study))
    rules = reweighted(parse_ranking(as_toml(raw), name) if raw else read_ranking(), weights)
    source = Text(f"trọng số do {person.full_name} đặt", f"weights set by {person.full_name}")
    raw |= {
        "name": safe_name(name)[:40], "title": {"vi": name, "en": name}, "source": {"vi": source.vi, "en": source.en},
        "verified": False, "valid_from": today(),
    }  # fmt: skip
    before = raw.get("criterion", {})
    raw["criterion"] = {one.key: {**before.get(one.key, {}), "weight": one.weight} for one in rules.criteria}
    text = as_toml(raw)
    parse_ranking(text, name)
    return text


def _own_rules(file: Path) -> dict[str, Any]:
    """Return the rules a study read as their file has them, nothing where it read none of its own."""
    from phusong.data.study_file import read_study_file  # brings the radio model with it

    path = read_study_file(file).further.get("ranking")
    return {} if path is None else tomllib.loads(path.read_text(encoding="utf-8"))


def remove_order(db: Session, person: Person, dataset_id: str) -> Dataset:
    """Take an order out of the list; studies that read it keep it."""
    dataset = table_for(db, person, dataset_id, Action.PLAN_MAKE, kind=KIND, to_change=True)
    for version in usable_versions(dataset):
        withdraw(db, person, dataset, version, REMOVED.vi)
    return dataset


def named(rules: RankingRules, orders: list[SavedOrder]) -> RankingRules:
    """Return rules under the name their weights were saved by, where they were."""
    found = next((one for one in orders if one.is_of(rules)), None)
    if found is None:
        return rules
    title = Text(found.dataset.name, found.dataset.name)
    return dataclasses.replace(rules, title=title)


def weights_in(query: Mapping[str, str]) -> str:
    """Return the weights of an address or form as the ranking takes them."""
    asked = {key: value for key in CRITERIA if (value := query.get(key, "").strip())}
    return ",".join(f"{key}:{value}" for key, value in asked.items())[:200]
