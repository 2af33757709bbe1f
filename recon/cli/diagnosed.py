"""Diagnostics on screen: each cause once with its cell, what each file holds, the verdict, and what to send back."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text as Line

from recon.cli.excerpt import drawn, excerpt, shown
from recon.findings.catalogue import CATALOGUE
from recon.texts import Text, counted, money, number, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from recon.checking import Checked
    from recon.cli.summary import Screen
    from recon.diagnostics import Diagnostic
    from recon.texts import Lang

WIDEST, NARROWEST = 100, 40
MOST_CELLS = 5
SHORT = "info"
# A column that lacks is no cell's fault, and what was repaired was expected to be written otherwise.
WHOLE_ROW, REPAIRED = "D02", "D06"

WORDS = {
    "blocking": (Text("erreur", "error"), "red"),
    "review": (Text("remarque", "remark"), "yellow"),
    "follow-up": (Text("remarque", "remark"), "yellow"),
    "info": (Text("remarque", "remark"), "yellow"),
}
SHEET = Text("feuille « {name} »", "sheet “{name}”")
CELL = Text("cellule {cell}", "cell {cell}")
ROW = Text("ligne {row}", "row {row}")
TITLE = Text("(colonne « {title} »)", "(column “{title}”)")
FOUND = Text("trouvé {found}, attendu {expected}", "found {found}, expected {expected}")
READ = Text("trouvé {found}, {expected}", "found {found}, {expected}")
FOUND_ALONE, EXPECTED = Text("trouvé : {found}", "found: {found}"), Text("attendu : {expected}", "expected: {expected}")
TO_DO = Text("à faire : {advice}", "to do: {advice}")
MORE = Text("en savoir plus : recon expliquer {code}", "learn more: recon explain {code}")
OTHER, OTHERS = Text("autre", "more"), Text("autres", "more")
AND_OTHERS = Text("et {others} ({cells}), --tout pour les voir", "and {others} ({cells}), --all to see them")
AND_OTHERS_ALONE = Text("et {others}, --tout pour les voir", "and {others}, --all to see them")
HEADINGS = (
    Text("Fichier", "File"), Text("Lues", "Read"), Text("Retenues", "Kept"), Text("Rejetées", "Rejected"),
    Text("Hors périmètre", "Out of scope"), Text("Doublons", "Duplicates"), Text("Erreurs", "Errors"),
    Text("Remarques", "Remarks"), Text("Total du fichier", "File's own total"), Text("Total lu", "Total read"),
)  # fmt: skip
REFUSED = Text("refusé", "refused")
ERROR, ERRORS = Text("erreur", "error"), Text("erreurs", "errors")
REMARK, REMARKS = Text("remarque", "remark"), Text("remarques", "remarks")
NO_ERROR = Text("Aucune erreur", "No error")
FILE_REFUSED, FILES_REFUSED = Text("fichier refusé", "file refused"), Text("fichiers refusés", "files refused")
TOO_MUCH = Text(
    "La ligne TOTAL de {file} annonce {amount} de plus que ses lignes.",
    "The TOTAL row of {file} announces {amount} more than its rows.",
)
TOO_LITTLE = Text(
    "La ligne TOTAL de {file} annonce {amount} de moins que ses lignes.",
    "The TOTAL row of {file} announces {amount} less than its rows.",
)
HIDDEN = Text("{file} : {what}.", "{file}: {what}.")
COPY = Text("Copie annotée à renvoyer : {path}", "Annotated copy to send back: {path}")
NO_COPY = Text("{file} est trop grand pour une copie annotée.", "{file} is too large for an annotated copy.")
HOW_COPY = Text("Pour une copie annotée à renvoyer : recon verifier{typed} --annoter", "For an annotated copy to send back: recon validate{typed} --annotate")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """How to show: the screen, whether to show every diagnostic, the language, and what was typed after the command."""

    screen: Screen
    everything: bool
    lang: Lang
    typed: Sequence[str]

    @property
    def width(self) -> int:
        """How long a line may be."""
        return max(min(self.screen.out.width, WIDEST), NARROWEST)

    def line(self, line: Line | str = "") -> None:
        """Print one line; nothing of it is read as markup."""
        made = Line(line) if isinstance(line, str) else line
        made.rstrip()
        self.screen.out.print(made)

    def hung(self, first: Line, text: str, style: str = "") -> None:
        """Print `text` after `first`, its further lines under its beginning."""
        at = first.cell_len
        parts = textwrap.wrap(visible(text), max(self.width - at, NARROWEST // 2), break_on_hyphens=False) or [""]
        self.line(first.append(parts[0], style))
        for part in parts[1:]:
            self.line(Line(" " * at).append(part, style))


def show(files: Sequence[Checked], how: Shown) -> None:
    """Print every cause of every file, then what was read of each."""
    for file in files:
        for cause in causes(file.found):
            _cause(file, cause, how)
    _sums(files, how)
    for file in files:
        if file.hidden:
            how.hung(Line(), HIDDEN.with_(file=file.shown, what=file.hidden)(how.lang), "dim")


def causes(found: Sequence[Diagnostic]) -> Iterator[list[Diagnostic]]:
    """Yield the diagnostics by cause: the same code in the same column of a sheet."""
    by_cause: dict[tuple[str, str, str, int | None], list[Diagnostic]] = {}
    for one in found:
        by_cause.setdefault((one.severity, one.code, one.sheet, one.column), []).append(one)
    yield from by_cause.values()


def _cause(file: Checked, cause: list[Diagnostic], how: Shown) -> None:
    if how.everything:
        for one in cause:
            _diagnostic(file, one, [], how)
    else:
        _diagnostic(file, cause[0], cause[1:], how)


def _diagnostic(file: Checked, one: Diagnostic, others: list[Diagnostic], how: Shown) -> None:
    word, colour = WORDS[one.severity]
    how.line()
    head = Line().append(f"{word(how.lang)} {one.code}", f"bold {colour}").append("  ")
    how.hung(head, CATALOGUE[one.code].title(how.lang), "bold" if one.severity != SHORT else "")
    how.hung(Line("  ").append("--> ", "blue"), _where(file, one, how.lang))
    indent = _excerpt(file, one, colour, how)
    if one.severity != SHORT or one.advises:
        _note(TO_DO.with_(advice=one.advice(how.lang)), indent, how)
        _note(MORE.with_(code=one.code), indent, how)
    if others:
        _note(_and_others(others), indent, how)


def _where(file: Checked, one: Diagnostic, lang: Lang) -> str:
    parts = [file.shown]
    if one.sheet:
        parts.append(SHEET.with_(name=one.sheet)(lang))
    if one.row is not None:
        place = ROW.with_(row=one.row + 1) if one.column is None else CELL.with_(cell=one.cell)
        parts.append(place(lang))
    title = f" {TITLE.with_(title=one.title)(lang)}" if one.title else ""
    return " › ".join(parts) + title


def _excerpt(file: Checked, one: Diagnostic, colour: str, how: Shown) -> int:
    """Print the cell among its neighbours, or only what was found and expected; return where notes begin."""
    words = {"found": shown(one.found(how.lang)), "expected": one.expected(how.lang)}
    sheet = next((sheet for sheet in file.book.sheets if sheet.name == one.sheet), None) if file.book else None
    part = None
    if sheet is not None and one.row is not None:
        column = None if one.code == WHOLE_ROW else one.column
        part = excerpt(sheet, one.row, column, how.width - len(str(one.row + 2)) - 5, how.lang)
    if part is None:
        _note(FOUND_ALONE.with_(**words), 2, how)
        _note(EXPECTED.with_(**words), 2, how)
        return 2
    indent = part.gutter + 3
    for line in drawn(part, colour):
        marks = "^" in line.plain and line.plain.split("│")[1].strip("^ ") == ""
        if marks:
            _said(line, (READ if one.code == REPAIRED else FOUND).with_(**words)(how.lang), indent, colour, how)
        else:
            how.line(line)
    if part.fault[1] is None:
        _note(FOUND_ALONE.with_(**words), indent, how)
        _note(EXPECTED.with_(**words), indent, how)
    return indent


def _said(marks: Line, text: str, indent: int, colour: str, how: Shown) -> None:
    """Print what was found and expected beside the marks, below them if there is no room."""
    if marks.cell_len + 1 + cell_len(text) <= how.width:
        how.line(marks.append(f" {visible(text)}", f"bold {colour}"))
        return
    how.line(marks)
    how.hung(Line(" " * indent).append("│ ", "blue"), text, f"bold {colour}")


def _note(text: Text, indent: int, how: Shown) -> None:
    how.hung(Line(" " * indent).append("= ", "blue"), text(how.lang))


def _and_others(others: Sequence[Diagnostic]) -> Text:
    cells = [one.cell for one in others if one.cell][:MOST_CELLS]
    count = counted(len(others), OTHER, OTHERS)
    if not cells:
        return AND_OTHERS_ALONE.with_(others=count)
    listed = ", ".join([*cells, "…"] if len(others) > len(cells) else cells)
    return AND_OTHERS.with_(others=count, cells=listed)


# What was read -------------------------------------------------------------------------------------------------------


def _sums(files: Sequence[Checked], how: Shown) -> None:
    """Print the table of counts and totals; where it is too wide for the screen, each file on lines of its own."""
    rows = [_row(file, how.lang) for file in files]
    headings = [heading(how.lang) for heading in HEADINGS]
    kept = [at for at in range(len(headings)) if at < 3 or any(row[at] not in {"", "–"} for row in rows)]
    widths = {at: max(cell_len(text) for text in (headings[at], *(row[at] for row in rows))) for at in kept}
    how.line()
    if sum(widths.values()) + 2 * (len(kept) - 1) > how.screen.out.width:
        _listed(rows, headings, kept, how)
        return
    how.line(Line(_aligned(headings, widths), "bold"))
    how.line(Line("─" * (sum(widths.values()) + 2 * (len(kept) - 1)), "dim"))
    for file, row in zip(files, rows, strict=True):
        how.line(Line(_aligned(row, widths), "red" if file.refused else ""))


def _row(file: Checked, lang: Lang) -> list[str]:
    counts = ["" if file.refused else _count(file.sums[name]) for name in ("read", "kept", "rejected", "out_of_scope", "duplicates")]  # fmt: skip
    if file.refused:
        counts[0] = REFUSED(lang)
    flaws = [_count(file.errors), _count(len(file.found) - file.errors)]
    totals = (file.sums[name] for name in ("total_announced", "total_read"))
    return [visible(file.shown), *counts, *flaws, *("" if cents is None else money(cents)(lang) for cents in totals)]


def _count(count: int | None) -> str:
    return number(count).fr if count else "–"


def _aligned(row: Sequence[str], widths: Mapping[int, int]) -> str:
    cells = (" " * (widths[at] - cell_len(row[at])) for at in widths)
    padded = [row[at] + pad if at == 0 else pad + row[at] for at, pad in zip(widths, cells, strict=True)]
    return "  ".join(padded)


def _listed(rows: Iterable[Sequence[str]], headings: Sequence[str], kept: Sequence[int], how: Shown) -> None:
    for row in rows:
        how.line(Line(row[0], "bold"))
        said = " · ".join(
            f"{headings[at]} {row[at]}".replace(" ", "\u00a0") for at in kept[1:] if row[at] not in {"", "–"}
        )
        how.hung(Line("  "), said)


# Verdict -------------------------------------------------------------------------------------------------------------


def verdict(files: Sequence[Checked], copies: Mapping[str, Path] | None, how: Shown) -> None:
    """Print how much is wrong, and where the annotated copies are, or how to have them; None: none was asked for."""
    how.line()
    errors, refused = sum(file.errors for file in files), sum(file.refused for file in files)
    remarks = sum(len(file.found) for file in files) - errors
    line = Line()
    if errors:
        line.append(counted(errors, ERROR, ERRORS)(how.lang), "bold red")
    else:
        line.append("✔ ", "green").append(NO_ERROR(how.lang), "bold green")
    rest = [counted(remarks, REMARK, REMARKS)] if remarks else []
    rest += [counted(refused, FILE_REFUSED, FILES_REFUSED)] if refused and len(files) > 1 else []
    line.append("".join(f", {part(how.lang)}" for part in rest)).append(". ")
    how.hung(line, " ".join(text(how.lang) for text in _totals(files)))
    _copies(files, copies, how)


def _totals(files: Iterable[Checked]) -> Iterator[Text]:
    for file in files:
        announced, read = file.sums["total_announced"], file.sums["total_read"]
        if any(one.code == "D09" for one in file.found) and announced is not None and read is not None:
            said = TOO_MUCH if announced > read else TOO_LITTLE
            yield said.with_(file=file.shown, amount=money(abs(announced - read)))


def _copies(files: Sequence[Checked], copies: Mapping[str, Path] | None, how: Shown) -> None:
    from recon.diagnostics import to_send_back
    from recon.readers.cells import DOCUMENTS

    tables = [file for file in files if file.book is not None and file.book.format not in DOCUMENTS]
    faulty = [file for file in tables if file.kind and to_send_back(file.found)]
    if copies is None:
        if faulty:
            typed = "".join(f" {_quoted(word)}" for word in how.typed)
            how.line(visible(HOW_COPY.with_(typed=typed)(how.lang)))
        return
    for file in faulty:
        path = copies.get(file.name)
        said = COPY.with_(path=path) if path else NO_COPY.with_(file=file.shown)
        how.line(Line(visible(said(how.lang)), "bold" if path else "yellow"))


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name


# For programs --------------------------------------------------------------------------------------------------------


def as_json(files: Sequence[Checked], copies: Mapping[str, Path] | None, lang: Lang) -> str:
    """Return every file and every diagnostic for a program: amounts in euros as text, counts as numbers."""
    told = [
        {
            "file": file.shown,
            "kind": file.kind,
            "sha256": file.sha256,
            "refused": file.refused,
            **{name: _euros(cents) if name.startswith("total") else cents for name, cents in file.sums.items()},
            "errors": file.errors,
            "remarks": len(file.found) - file.errors,
            "hidden": file.hidden(lang) if file.hidden else None,
            "copy": str(copies[file.name]) if copies and file.name in copies else None,
            "diagnostics": [_told(one, lang) for one in file.found],
        }
        for file in files
    ]
    return json.dumps({"files": told}, ensure_ascii=False, indent=2)


def _euros(cents: int | None) -> str | None:
    return None if cents is None else str(Decimal(cents).scaleb(-2))


def _told(one: Diagnostic, lang: Lang) -> dict[str, str]:
    words = {"title": one.title, "found": one.found(lang), "expected": one.expected(lang), "advice": one.advice(lang)}
    place = {"code": one.code, "severity": one.severity, "sheet": one.sheet, "cell": one.cell}
    return {name: visible(text) for name, text in {**place, **words}.items()}
