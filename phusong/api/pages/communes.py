"""Communes by name: what the lists of a province call them, for pages that else would show a code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import literal, select, union_all
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
    place = union_all(*(select(literal(own).label("own"), literal(code).label("code")) for own, code in wanted))
    asked = place.subquery()
    one_name = (
        select(name)
        .join(GapRow, (GapRowVersion.row_id == GapRow.id) & (GapRowVersion.version == GapRow.version))
        .where(GapRow.province_code == asked.c.own, GapRow.commune_code == asked.c.code, GapRow.present, name != "")
        .limit(1)
        .scalar_subquery()
    )
    return {str(code): str(called) for code, called in db.execute(select(asked.c.code, one_name)) if called}
