"""Measure everything that docs/performance.md tells: `python -m benchmarks.performance`; `--write` writes it there.

The prose of the page stays as it is; what stands between its two marks is written anew, and the chart beside it.
"""

from __future__ import annotations

import os
import platform
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

import click

from . import again, month
from .figures import Figures, bars

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
CHART = PAGE.with_suffix(".svg")
START, END = "<!-- measured -->", "<!-- /measured -->"
VERSIONS = ("polars", "pandera", "python-calamine", "openpyxl", "xlsxwriter", "sqlalchemy")


def machine() -> str:
    """Say on what, with what and when the figures were measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in VERSIONS)
    return (
        f"Measured on {datetime.now().astimezone():%Y-%m-%d}: {os.cpu_count()} processors ({platform.machine()}), "
        f"{memory:.0f} GB, {platform.system()}, Python {platform.python_version()}, {libraries}."
    )


def measured(times: dict[str, int], beside: str) -> tuple[str, str]:
    """Return the tables and the chart: each size so often, and at the size `beside` what could do part of the job."""
    folders = {size: month.dossier(size) for size in times}
    commands = {size: again.again(size, runs) for size, runs in times.items()}
    months = {size: month.several(lambda at=folder: month.once(at), times[size]) for size, folder in folders.items()}  # type: ignore[misc]
    peers = month.side_by_side(beside, folders[beside], months[beside], month.environment(), times[beside])
    tables: list[Figures] = [
        *(again.figures(found, size) for size, found in commands.items()),
        month.steps(months),
        peers,
    ]
    values = [(f"recon run, {name}", median(ran.wall for ran in runs)) for name, runs in commands[beside].items()]
    values += [(name, float(wall)) for name, wall, *_ in peers.rows if wall]
    chart = bars(f"A {beside}: seconds on the wall", values, "s")
    return "\n".join([machine(), "", *(table.markdown() for table in tables)]), chart


@click.command()
@click.option("--sizes", default="demo,region", show_default=True, help="Sizes by name, or numbers of payers.")
@click.option("--times", default=5, show_default=True, help="Runs of each, of which the median counts.")
@click.option("--large", default="", help="Larger sizes.")
@click.option("--large-times", default=1, show_default=True, help="Runs of each of these.")
@click.option("--beside", default="region", show_default=True, help="The size at which others are timed too.")
@click.option("--write", is_flag=True, help="Write the page and its chart.")
def main(sizes: str, times: int, large: str, large_times: int, beside: str, *, write: bool) -> None:
    """Measure, print, and write the page if that is asked for."""
    runs = dict.fromkeys(sizes.split(","), times) | dict.fromkeys(filter(None, large.split(",")), large_times)
    told, chart = measured(runs, beside)
    click.echo(told)
    if not write:
        return
    before, rest = PAGE.read_text(encoding="utf-8").split(START)
    PAGE.write_text(f"{before}{START}\n\n{told}\n{END}{rest.split(END)[1]}", encoding="utf-8")
    CHART.write_text(chart, encoding="utf-8")


if __name__ == "__main__":
    main()
