"""What a result rests on: study, model, thresholds, margins and input files, as one value printed in every document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from phusong.coverage.criteria import Margin, Profile, TechnologyRule
from phusong.coverage.network import Technology
from phusong.words import Language, Text, number

UNVERIFIED = Text("chưa xác minh", "not verified")


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """One input file: what it holds, its name without folders, the SHA-256 of its bytes, the day of its data or ""."""

    role: Text
    name: str
    sha256: str
    dated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """The received level from which one technology serves, and from which it is weak."""

    technology: Technology
    served_dbm: float
    weak_dbm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where the numbers of one study come from.

    ``verified`` says whether the profile's source was confirmed; where not, documents print "chưa xác minh" beside its
    thresholds. ``simulated`` marks a study over made-up data: its documents say so on every page.
    """

    study: str
    scenario: Text
    created_on: date
    model: Text
    version: str
    profile: str
    profile_title: Text
    profile_source: Text
    verified: bool
    service: Text
    thresholds: tuple[Threshold, ...]
    margins: tuple[Margin, ...]
    persons_per_household: float
    min_gap_households: float
    inputs: tuple[InputFile, ...]
    simulated: bool


def provenance_of(
    profile: Profile,
    *,
    study: str,
    scenario: Text,
    created_on: date,
    model: Text,
    version: str,
    inputs: Sequence[InputFile],
    simulated: bool,
) -> Provenance:
    """Return the provenance of a study computed under a profile: the thresholds and margins of its main service."""
    service = profile.main_service
    return Provenance(
        study=study,
        scenario=scenario,
        created_on=created_on,
        model=model,
        version=version,
        profile=profile.name,
        profile_title=profile.title,
        profile_source=profile.source,
        verified=profile.verified,
        service=service.title,
        thresholds=tuple(_threshold(t, profile.rules[t]) for t in service.technologies if t in profile.rules),
        margins=profile.margins,
        persons_per_household=profile.persons_per_household,
        min_gap_households=profile.gap.min_households,
        inputs=tuple(sorted(inputs, key=lambda file: (file.role.vi, file.name, file.sha256))),
        simulated=simulated,
    )


def _threshold(technology: Technology, rule: TechnologyRule) -> Threshold:
    return Threshold(technology=technology, served_dbm=rule.served_dbm, weak_dbm=rule.weak_dbm)


def thresholds_text(provenance: Provenance, language: Language) -> str:
    """Write the thresholds by technology, and that they are not verified where they are not."""
    levels = "; ".join(f"{t.technology} ≥ {dbm(t.served_dbm, language)} dBm" for t in provenance.thresholds)
    return levels if provenance.verified else f"{levels} ({UNVERIFIED.to(language)})"


def dbm(value: float, language: Language) -> str:
    """Write a level with a true minus sign, with a decimal only where it has one."""
    return number(value, language, decimals=0 if value == round(value) else 1).replace("-", "−")
