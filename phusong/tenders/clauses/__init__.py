"""The substantive papers of a set: method, requirements, schedule, bid data, evaluation, contracts, compliance."""

from phusong.tenders.clauses.writers import WRITERS

__all__ = ["WRITERS"]
