"""What all tables share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, ForeignKey, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column

from phusong.api.database.types import Json, Moment, new_id, now


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        datetime: Moment(),
        dict[str, Any]: Json,
        list[Any]: Json,
        str: Text(),
    }


Id = Annotated[str, mapped_column(String(16), primary_key=True, default=new_id)]
Code = Annotated[str, mapped_column(String(64), default="", server_default="")]
Kind = Annotated[str, mapped_column(String(32))]
Sha = Annotated[str, mapped_column(String(64))]
Size = Annotated[int, mapped_column(BigInteger)]
Made = Annotated[datetime, mapped_column(Moment(), default=now)]
ProvinceCode = Annotated[str, mapped_column(String(2), ForeignKey("provinces.code"), index=True)]
By = Annotated[str, mapped_column(String(16), ForeignKey("users.id"))]
