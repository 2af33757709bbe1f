"""A table of figures, for the screen and for a page of the documentation, and bars of them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

FONT = ' font-family="sans-serif" font-size="14"'
WIDTH, LABELS, BAR, GAP = 760, 330, 22, 10


@dataclass(frozen=True, slots=True)
class Figures:
    """A title, headings, rows of as many texts, and what is to be said below."""

    title: str
    headings: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    caption: str = ""

    def shown(self) -> Table:
        """Return it for the screen."""
        table = Table(*self.headings, title=self.title, caption=self.caption or None)
        for row in self.rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        """Return it for a page."""
        lines = [f"**{self.title}**", "", _line(self.headings), _line(("---",) * len(self.headings))]
        lines += [_line(row) for row in self.rows]
        return "\n".join(lines + (["", self.caption] if self.caption else [])) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def bars(title: str, values: Sequence[tuple[str, float]], unit: str) -> str:
    """Return a picture (SVG) of values side by side, each with its figure."""
    height = 40 + len(values) * (BAR + GAP)
    longest = max(value for _, value in values)
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"{FONT}>',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="10" y="22" font-weight="bold" fill="#1b1f24">{escape(title)}</text>',
    ]
    for place, (name, value) in enumerate(values):
        y = 40 + place * (BAR + GAP)
        width = max(2, round((WIDTH - LABELS - 90) * value / longest))
        middle = y + BAR * 3 // 4
        drawn += [
            f'<text x="{LABELS - 8}" y="{middle}" text-anchor="end" fill="#1b1f24">{escape(name)}</text>',
            f'<rect x="{LABELS}" y="{y}" width="{width}" height="{BAR}" fill="#1f4e79"/>',
            f'<text x="{LABELS + width + 6}" y="{middle}" fill="#1b1f24">{value:.1f} {escape(unit)}</text>',
        ]
    return "\n".join([*drawn, "</svg>", ""])
