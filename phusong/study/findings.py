"""The findings of a study: one for every village and service and for every gap, from its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from phusong.coverage.findings import (
    PRECEDENCE,
    SAYS_TITLES,
    SOURCE_TITLES,
    Finding,
    Kind,
    Override,
    Rests,
    Says,
    Target,
    find,
    kind_says,
)
from phusong.study.evidence_ground import Ground
from phusong.study.recorded import NOTHING_RECORDED, Recorded, TargetKey
from phusong.words import Text

FINDING_COLUMNS = (
    *("finding_id", "target", "village_code", "village_name", "commune_code", "commune_name", "gap_id", "service"),
    *("finding", "basis", "modelled", "declared", "confirmed", "measured", "agrees", "disagreement_vi"),
    *("disagreement_en", "households", "author", "dated", "reason", "provisional", "provisional_because_vi"),
    *("provisional_because_en", "tender"),
)
_KEY = ["target", "village_code", "village_name", "commune_code", "gap_id", "service"]


def finding_table(
    evidence: pd.DataFrame, ground: Ground, *, recorded: Recorded = NOTHING_RECORDED, households_estimated: bool
) -> pd.DataFrame:
    """Return a row a finding (``FINDING_COLUMNS``): villages by service, then gaps, in the order of their tables.

    ``households_estimated`` says that the study's households were estimated.
    """
    overrides = recorded.overrides()
    said: dict[tuple[str, ...], dict[Any, list[dict[Any, Any]]]] = {}
    for row in evidence.to_dict("records"):
        said.setdefault(tuple(row[name] for name in _KEY), {}).setdefault(row["kind"], []).append(row)
    rows = []
    units = {"village": ground.villages.to_dict("records"), "gap": ground.gaps.to_dict("records")}
    for target, at, service in _targets(ground):
        unit = units[target][at]
        key = _key(unit, target, service)
        rests = Rests(centre_estimated=_estimated(unit, target), households_estimated=households_estimated)
        rows.append(_row(unit, key, said.get(key, {}), overrides.get((target, at, service)), rests))
    return pd.DataFrame(rows, columns=list(FINDING_COLUMNS))


def _targets(ground: Ground) -> Iterator[TargetKey]:
    for service in ground.profile.services:
        for at in range(len(ground.villages)):
            yield "village", at, service.key
    for at in range(len(ground.gaps)):
        yield "gap", at, ground.profile.main_service.key


def _key(unit: Mapping[Any, Any], target: Target, service: str) -> tuple[str, ...]:
    gap_id = str(unit["gap_id"]) if target == "gap" else ""
    return (
        target,
        str(unit["village_code"]),
        str(unit["village_name"]),
        str(unit["commune_code"]),
        gap_id,
        service,
    )


def _estimated(unit: Mapping[Any, Any], target: Target) -> bool:
    """Say whether the target rests on an estimated centre; a gap rests on its households, not on a centre."""
    return target == "village" and str(unit["centre_kind"]) == "estimated"


def _row(
    unit: Mapping[Any, Any],
    key: tuple[str, ...],
    sources: Mapping[Any, list[dict[Any, Any]]],
    override: Override | None,
    rests: Rests,
) -> dict[str, object]:
    said: dict[Kind, Says] = {}
    conflicts: dict[Kind, Text] = {}
    for kind in PRECEDENCE:
        if kind in sources:
            said[kind], torn = kind_says([row["says"] for row in sources[kind]])
            conflicts |= {kind: _sources(sources[kind])} if torn else {}
    target: Target = "gap" if key[0] == "gap" else "village"
    finding = find(said, target=target, override=override, rests=rests, conflicts=conflicts)
    place = key[4] or key[1] or f"{key[3]}-{key[2]}"
    return {
        "finding_id": f"KL-{place}-{key[5]}",
        **dict(zip(_KEY, key, strict=True)),
        "commune_name": str(unit["commune_name"]),
        "finding": finding.finding,
        "basis": finding.basis,
        **{kind: said.get(kind, "") for kind in PRECEDENCE},
        "agrees": finding.agrees,
        "disagreement_vi": finding.disagreement.vi if finding.disagreement else "",
        "disagreement_en": finding.disagreement.en if finding.disagreement else "",
        "households": int(unit["households"]),
        **_signed(finding, sources, override),
        "provisional": finding.provisional,
        "provisional_because_vi": finding.because.vi if finding.because else "",
        "provisional_because_en": finding.because.en if finding.because else "",
        "tender": finding.tender,
    }


def _sources(rows: list[dict[Any, Any]]) -> Text:
    """Name what each source of a kind says that says something."""
    spoken = dict.fromkeys((row["source"], row["says"]) for row in rows if row["says"] != "undetermined")
    parts = [(SOURCE_TITLES[source], SAYS_TITLES[says]) for source, says in spoken]
    return Text(
        "; ".join(f"{source.vi}: {says.vi}" for source, says in parts),
        "; ".join(f"{source.en}: {says.en}" for source, says in parts),
    )


def _signed(
    finding: Finding, sources: Mapping[Any, list[dict[Any, Any]]], override: Override | None
) -> dict[str, object]:
    """Say who answers for a finding and since when: the override, else the sources that say what was found."""
    if override is not None:
        return {"author": override.author, "dated": override.dated, "reason": override.reason}
    deciding = [row for row in sources.get(finding.basis, []) if row["says"] == finding.finding]
    authors = dict.fromkeys(str(row["author"]) for row in deciding if row["author"])
    dated = max((str(row["dated"]) for row in deciding), default="")
    return {"author": ", ".join(authors), "dated": dated, "reason": ""}
