"""Communes by name: what the lists of a province call them, for pages that else would show a code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from phusong.api.database.models import GapRow, GapRowVersion

Places = Iterable[tuple[str, str]]
"""Codes of a province and a commune of it."""


def commune_names(db: Session, places: Places) -> Mapping[str, str]:
    """Return what lists call communes, by code; one that no list names is not in the answer.

    Parameters
    ----------
    db
        A session.
    places
        Province and commune of what a page shows: what other provinces' lists say of the same code does not count.
    """
    wanted = sorted({(province, commune) for province, commune in places if commune})
    if not wanted:
        return {}
    name = GapRowVersion.cells["commune_name"].as_string()
    query = (
        select(GapRow.commune_code, func.max(name))
        .join(GapRowVersion, (GapRowVersion.row_id == GapRow.id) & (GapRowVersion.version == GapRow.version))
        .where(tuple_(GapRow.province_code, GapRow.commune_code).in_(wanted), GapRow.present)
        .group_by(GapRow.commune_code)
    )
    return {str(code): str(called) for code, called in db.execute(query) if called}
