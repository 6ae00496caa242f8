"""How ids of things are written in an address, a query and a body: one form, checked before anything is looked up."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

Id = Annotated[str, StringConstraints(pattern="^[0-9a-f]{16}$")]
"""What ``new_id`` makes: anything else is no id, and is answered with 422."""

IdOrNone = Annotated[str, StringConstraints(pattern="^([0-9a-f]{16})?$")]
"""An id, or "" for none, where a list may be narrowed by one."""
