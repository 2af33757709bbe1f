"""Cells to named columns: find each table in a book, recognise its headings, and say what is missing."""

from .tables import Layout, Problem, Table, layouts_of

__all__ = ["Layout", "Problem", "Table", "layouts_of"]
