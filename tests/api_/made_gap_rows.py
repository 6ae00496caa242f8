"""Gap rows made for tests and benchmarks, straight in the database: a person, a round, places."""

from __future__ import annotations

from collections.abc import Sequence

from shapely.geometry.base import BaseGeometry
from sqlalchemy import insert
from sqlalchemy.orm import Session

from phusong.api.database.models import GapRow, Round, User
from phusong.api.database.types import new_id

IN_ONE_STATEMENT = 5_000


def add_rows(db: Session, geometries: Sequence[BaseGeometry | None], province_code: str = "01") -> list[str]:
    """Add a round with one row for each geometry; return the ids of the rows in order."""
    user = User(username=f"nguoi-{new_id()}", full_name="Người tạo")
    db.add(user)
    db.flush()
    made = Round(province_code=province_code, batch=new_id(), created_by=user.id)
    db.add(made)
    db.flush()
    rows = [
        {
            "id": new_id(), "round_id": made.id, "province_code": province_code, "commune_code": "", "gap_id": f"g{n}",
            "village": "", "folded": "", "geom": geom, "present": True, "version": 1,
        }
        for n, geom in enumerate(geometries)
    ]  # fmt: skip
    for start in range(0, len(rows), IN_ONE_STATEMENT):
        db.execute(insert(GapRow), rows[start : start + IN_ONE_STATEMENT])
    return [str(row["id"]) for row in rows]
