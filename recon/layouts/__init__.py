"""Cells to named columns: find each table in a book, recognise its headings, and say what is missing."""

from .problems import Problem
from .tables import TRANSMISSION, Layout, Table, layouts_of

__all__ = ["TRANSMISSION", "Layout", "Problem", "Table", "layouts_of"]
