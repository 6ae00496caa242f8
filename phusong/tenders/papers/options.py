"""Options of the documents as papers print them: a value with its unit, and that it is not verified where it is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from phusong.data.provenance import UNVERIFIED
from phusong.tenders.package.settings import OWN_SOURCE
from phusong.tenders.package.values import Setting
from phusong.words import Language, number

_MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Option:
    """An option in one language; false where it has no value, so that a paper asks for one."""

    key: str
    title: str
    value: str
    unit: str
    source: str
    verified: bool
    mark: str

    @property
    def text(self) -> str:
        """Return the value with its unit."""
        return f"{self.value} {self.unit}".strip() if self.value else ""

    def __bool__(self) -> bool:
        return bool(self.value)

    def __str__(self) -> str:
        return f"{self.text} ({self.mark})" if self.text and self.mark else self.text


def options_of(settings: Iterable[Setting], language: Language) -> dict[str, Option]:
    """Return the options by their keys."""
    return {setting.key: _option(setting, language) for setting in settings}


def _option(setting: Setting, language: Language) -> Option:
    ours = not setting.verified and setting.source != OWN_SOURCE
    return Option(
        key=setting.key,
        title=setting.title.to(language),
        value=written(setting.value, language),
        unit=setting.unit.to(language),
        source=setting.source.to(language),
        verified=setting.verified,
        mark=UNVERIFIED.to(language) if ours else "",
    )


def written(value: str, language: Language) -> str:
    """Write a value as the language does where it is a number; else as it is."""
    try:
        amount = float(value)
    except ValueError:
        return value
    decimals = next((d for d in range(_MOST_DECIMALS) if round(amount, d) == amount), _MOST_DECIMALS)
    return number(amount, language, decimals=decimals).replace("-", "−")
