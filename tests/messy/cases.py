"""Every messy workbook."""

from __future__ import annotations

from messy.case import Case
from messy.lists import OTHER_LISTS
from messy.tables import COMBINED, LAYOUTS, TEXTS
from messy.values import COMBINED_VALUES, FONTS, NUMBERS, PERSONAL, PLACES, UNITS

CASES: tuple[Case, ...] = (
    *LAYOUTS,
    *TEXTS,
    *COMBINED,
    *NUMBERS,
    *PERSONAL,
    *PLACES,
    *UNITS,
    *FONTS,
    *COMBINED_VALUES,
    *OTHER_LISTS,
)
