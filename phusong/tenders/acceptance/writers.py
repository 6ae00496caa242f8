"""The parts of a document set that acceptance writes."""

from __future__ import annotations

from collections.abc import Mapping

from phusong.tenders.acceptance.books import write_test_points
from phusong.tenders.acceptance.documents import write_acceptance, write_minutes
from phusong.tenders.parts import Writer

WRITERS: Mapping[str, Writer] = {
    "acceptance": write_acceptance,
    "test_points": write_test_points,
    "minutes": write_minutes,
}
