"""What an ods says beside its values is the same whether its plain cells are read one by one or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon.readers.ods import marks, scanned, without_plain_cells

PLAIN = '<table:table-cell table:style-name="ce1" office:value-type="float" office:value="41" calcext:value-type="float"><text:p>41,00</text:p></table:table-cell>'
CELLS = (
    PLAIN,
    '<table:table-cell office:value-type="string" calcext:value-type="string"><text:p>École d’Alès</text:p></table:table-cell>',
    '<table:table-cell office:value-type="date" office:date-value="2026-11-30"><text:p>30/11/2026</text:p></table:table-cell>',
    '<table:table-cell office:value-type="string"><text:p>deux</text:p><text:p>lignes</text:p></table:table-cell>',
    '<table:table-cell office:value-type="string"><text:p>A &amp; B</text:p></table:table-cell>',
    '<table:table-cell office:value-type="string"><text:p>a<text:s text:c="3"/>b</text:p></table:table-cell>',
    '<table:table-cell office:value-type="float" office:value="2" table:number-columns-repeated="3"><text:p>2</text:p></table:table-cell>',
    '<table:table-cell office:value-type="float" office:value="2" table:number-columns-spanned="2" table:number-rows-spanned="2"><text:p>2</text:p></table:table-cell>',
    "<table:covered-table-cell/>",
    "<table:table-cell/>",
    '<table:table-cell table:number-columns-repeated="4"/>',
    '<table:table-cell table:formula="of:=[.A1]+[.B1]" office:value-type="float" office:value="3"><text:p>3</text:p></table:table-cell>',
    '<table:table-cell table:formula="of:=[.A1]"/>',
    '<table:table-cell table:formula="of:=1/0" office:value-type="string" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>',
    '<table:table-cell calcext:value-type="error" office:value-type="string"><text:p>#N/A</text:p></table:table-cell>',
    "<table:table-cell><text:p>sans type</text:p></table:table-cell>",
    '<table:table-cell table:style-name=" office:value-type="><text:p>sans type</text:p></table:table-cell>',
    "<table:table-cell office:value-type='string'><text:p>guillemets simples</text:p></table:table-cell>",
    f'<table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p></office:annotation>{PLAIN}</table:table-cell>',
    "<!-- " + PLAIN + " -->",
)
OPENED = ("<table:table-row>", '<table:table-row table:number-rows-repeated="3">', '<table:table-row table:visibility="collapse">')  # fmt: skip


def content(rows: list[tuple[str, list[str]]]) -> bytes:
    """Return a content.xml of one table."""
    told = "".join(f"{opened}{''.join(cells)}</table:table-row>" for opened, cells in rows)
    names = " ".join(f'xmlns:{name}="urn:{name}"' for name in ("office", "table", "text", "calcext"))
    return f'<office:document-content {names}><table:table table:name="A">{told}</table:table></office:document-content>'.encode()


@given(st.lists(st.tuples(st.sampled_from(OPENED), st.lists(st.sampled_from(CELLS), max_size=8)), max_size=5))
def test_marks_are_those_of_every_cell(rows: list[tuple[str, list[str]]]) -> None:
    """Plain cells are left out of the parsing, and nothing is told otherwise."""
    xml = content(rows)
    assert marks(xml) == scanned(xml)


def test_a_run_of_plain_cells_is_one_cell() -> None:
    """What is left to parse of a row of plain cells does not grow with them."""
    assert without_plain_cells(content([(OPENED[0], [PLAIN] * 9)])).count(b"<table:table-cell") == 1


@pytest.mark.parametrize("odd", [b"<!-- -->", b"\xe9"])
def test_what_is_not_plain_text_is_left_as_it_is(odd: bytes) -> None:
    """A comment may hold cells, and bytes in another encoding are the parser's to refuse."""
    xml = content([(OPENED[0], [PLAIN])]).replace(b"41,00", odd)
    assert without_plain_cells(xml) == xml
