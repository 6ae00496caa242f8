"""A list back to who sent it: the user's own workbook with every problem marked in its own cells."""

from phusong.data.annotated.copy import AnnotatedCopy, annotate

__all__ = ["AnnotatedCopy", "annotate"]
