"""The annotated copy of a faulty file: what to correct on a first sheet, the cells in red, and words beside each row."""

from .annotate import annotated
from .subject import Subject

__all__ = ["Subject", "annotated"]
