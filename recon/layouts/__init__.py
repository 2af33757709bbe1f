"""Cells to named columns: find each table in a book, recognise its headings, and say what is missing."""

from .problems import Problem
from .tables import Layout, Table, layouts_of

__all__ = ["Layout", "Problem", "Table", "layouts_of"]
