"""What a result rests on: study, model, thresholds, margins and input files, as one value printed in every document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from phusong.coverage.criteria import Margin, Profile, TechnologyRule
from phusong.coverage.network import Technology
from phusong.data.terms import interval_label, technology_title
from phusong.words import Language, Text, number

UNVERIFIED = Text("chưa xác minh", "not verified")
NOT_JUDGED = Text("", "")


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
    thresholds. ``simulated`` marks a study over made-up data: its documents say so on every page. ``estimated`` says
    that households were estimated from the population, for want of a list. ``interval`` says what an interval of
    households is, ``interval_source`` what it rests on. ``reliability`` says how often the model was right where
    somebody measured, "" where nobody asked.
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
    interval: Text
    interval_source: Text
    persons_per_household: float
    min_gap_households: float
    inputs: tuple[InputFile, ...]
    simulated: bool
    estimated: bool
    reliability: Text = NOT_JUDGED


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
    estimated: bool,
    reliability: Text = NOT_JUDGED,
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
        interval=interval_label(profile.uncertainty),
        interval_source=profile.uncertainty.source,
        persons_per_household=profile.persons_per_household,
        min_gap_households=profile.gap.min_households,
        inputs=tuple(sorted(inputs, key=lambda file: (file.role.vi, file.name, file.sha256))),
        simulated=simulated,
        estimated=estimated,
        reliability=reliability,
    )


def _threshold(technology: Technology, rule: TechnologyRule) -> Threshold:
    return Threshold(technology=technology, served_dbm=rule.served_dbm, weak_dbm=rule.weak_dbm)


def thresholds_text(provenance: Provenance, language: Language) -> str:
    """Write the thresholds by technology, and that they are not verified where they are not."""
    levels = "; ".join(
        f"{technology_title(t.technology).to(language)} ≥ {dbm(t.served_dbm, language)} dBm"
        for t in provenance.thresholds
    )
    return levels if provenance.verified else f"{levels} ({UNVERIFIED.to(language)})"


def households_text(provenance: Provenance, language: Language) -> str:
    """Write where the numbers of households come from: a list, or an estimate."""
    if not provenance.estimated:
        return Text("theo danh sách hộ dân", "as listed").to(language)
    return estimate_text(provenance.persons_per_household).to(language)


def estimate_text(persons_per_household: float) -> Text:
    """Say how households were estimated."""
    vi, en = number(persons_per_household, decimals=1), number(persons_per_household, "en", decimals=1)
    return Text(
        f"ước tính: dân số chia {vi} người một hộ, rải trên đất ở; nơi thiếu đất ở trong dữ liệu: trên đất xây dựng "
        "hoặc toàn xã",
        f"estimated: population divided by {en} persons a household, spread over residential land; where the data lack "
        "it, over built-up land or the whole commune",
    )


def dbm(value: float, language: Language) -> str:
    """Write a level with a true minus sign, with a decimal only where it has one."""
    return number(value, language, decimals=0 if value == round(value) else 1).replace("-", "−")
