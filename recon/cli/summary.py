"""The month on screen, as an officer reads it: files, schools, money, findings, controls, and where the report is."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text as Line

from recon.cli.typed import within
from recon.findings.catalogue import CATALOGUE, SEVERITIES
from recon.reports import declared
from recon.reports.heard import OPEN, all_heard
from recon.reports.recovery import by_department, by_payer, overall
from recon.reports.reminder_sheets import FILE_NAME
from recon.tables import CONTROLS
from recon.texts import Text, counted, long_day, money, number, rate, visible

if TYPE_CHECKING:
    from collections.abc import Collection

    from recon.outputs import Written
    from recon.reports.recovery import Recovery
    from recon.tables import Month, Wording
    from recon.texts import Lang

MOST_FILES, SHOWN_FILES = 40, 30
MOST_PAYERS, SHOWN_PAYERS = 20, 10
FILE_WIDTH = 120
MOST_REJECTS = 12
COLOURS = {"blocking": "red", "review": "yellow", "follow-up": "blue", "info": "dim"}

TITLE = Text("ENT-École · Rapprochement arrêté au {day}", "ENT-École · Reconciliation as of {day}")
FILES = (
    Text("Fichier", "File"), Text("Lues", "Read"), Text("Retenues", "Kept"), Text("Rejetées", "Rejected"),
    Text("Hors périmètre", "Out of scope"), Text("Doublons", "Duplicates"),
)  # fmt: skip
PAYERS = (
    Text("Collectivité", "Payer"), Text("Année", "Year"), Text("Écoles", "Schools"), Text("Attendu", "Expected"),
    Text("Titré", "Billed"), Text("Payé", "Paid"), Text("Reste", "Outstanding"),
)  # fmt: skip
TOTAL = Text("Total", "Total")
REFUSED = Text("refusé", "refused")
RECOVERED = Text(
    "{rate} du montant titré est payé d’après les registres",
    "{rate} of what is billed is paid according to the ledgers",
)
WITH_DECLARED = Text(
    "{rate} du montant titré est payé, encaissements déclarés compris",
    "{rate} of what is billed is paid, declared receipts included",
)
SETTLED = Text("{settled} sur {titres} ({rate})", "{settled} of {titres} ({rate})")
SETTLED_TITRE = (Text("titre soldé", "titre settled"), Text("titres soldés", "titres settled"))
MONEY = (
    ("expected", Text("Attendu (conventions)", "Expected (conventions)")),
    ("billed", Text("Titré", "Billed")),
    ("paid", Text("Payé d’après les registres", "Paid according to the ledgers")),
    ("outstanding", Text("Reste à recouvrer", "Outstanding")),
    ("overdue", Text("   dont échu", "   of which overdue")),
    (
        "not_due",
        Text("   dont non échu, contesté ou sans échéance", "   of which not due, contested or without due date"),
    ),
    (
        "pending",
        Text("En cours (mandats émis, affectations à confirmer)", "Pending (mandats issued, allocations to confirm)"),
    ),
    ("to_bill", Text("À titrer", "To bill")),
    ("over_billed", Text("Titré au-delà de l’attendu", "Over-billed")),
    ("credit", Text("Trop-perçu", "Credit")),
    ("unallocated", Text("Paiements non affectés", "Unallocated payments")),
)
COUNTS = {
    "blocking": (Text("bloquant", "blocking"), Text("bloquants", "blocking")),
    "review": (Text("à vérifier", "to review"), Text("à vérifier", "to review")),
    "follow-up": (Text("à suivre", "to follow up"), Text("à suivre", "to follow up")),
    "info": (Text("information", "information"), Text("informations", "information")),
}
FINDINGS, NO_FINDING = Text("Écarts", "Findings"), Text("aucun", "none")
HOLD = Text(
    "Contrôles   ✔ les {count} contrôles sont justes, au centime près",
    "Controls    ✔ all {count} controls hold, to the cent",
)
FAIL = Text(
    "Contrôles   ✘ contrôle faux : {name}, différence {difference}",
    "Controls    ✘ control does not hold: {name}, difference {difference}",
)
UNSOUND = Text(
    "Un contrôle de bouclage est faux : ne pas utiliser ce rapport.", "A control does not hold: do not use this report."
)
ROW, ROWS = Text("ligne", "row"), Text("lignes", "rows")
UNCHECKED = Text("Non vérifié", "Not checked")
MORE = Text(
    "… et {count} autres, dans la feuille Rejets du rapport", "… and {count} more, in the report's sheet Rejects"
)
LARGEST_DEBTS = Text("… et {count} autres lignes, dans le rapport", "… and {count} more rows, in the report")
OTHER_FILES = Text("{folder} : {count}", "{folder}: {count}")
OTHER, OTHERS = Text("autre fichier", "other file"), Text("autres fichiers", "other files")
TO_CORRECT = Text("À corriger", "To correct")
REPORT = Text("Rapport     {path}", "Report      {path}")
REMINDERS = Text("Relances    {path} ({count})", "Reminders   {path} ({count})")
STATEMENTS = Text("États       {path} ({count})", "Statements  {path} ({count})")
COPIES = Text("À corriger  {path} ({count})", "To correct  {path} ({count})")
ANSWERS = Text("Réponses", "Answers")
RECEIVED = (Text("réponse reçue", "answer received"), Text("réponses reçues", "answers received"))
TO_ACCEPT = Text(
    "{received}, dont {open} à examiner (feuille Réponses)",
    "{received}, {open} of them to examine (sheet Answers)",
)
SEEN = Text(
    "{received}, aucune n’est plus à examiner (feuille Réponses)",
    "{received}, none of them still to examine (sheet Answers)",
)
HIDDEN = Text("Masqué", "Hidden")
HIDDEN_IN = Text("{file} : {what}", "{file}: {what}")
TABLES = Text("Tables      {path}", "Tables      {path}")
KEPT_FILES = (Text("fichier gardé", "file kept"), Text("fichiers gardés", "files kept"))
ASIDE = Text(
    "Rapport précédent : {count} dans {path}",
    "Previous report: {count} in {path}",
)
FROM_THERE = Text(
    "Ajouter -C {folder} aux commandes ci-dessus, ou se placer d’abord dans ce dossier.",
    "Add -C {folder} to the commands above, or go into that folder first.",
)
STRAY = Text(
    "Non lu : {names}. Déposer ce fichier dans inscriptions, conventions, titres, paiements ou reponses.",
    "Not read: {names}. Drop this file in inscriptions, conventions, titres, paiements or reponses.",
)
COUNTED = ("read", "kept", "rejected", "out_of_scope", "duplicates")
REJECTS = ("D01", "D02", "D03", "D04", "D05", "D08", "D10", "D12")
SCHOOL, SCHOOLS = Text("école", "school"), Text("écoles", "schools")


@dataclass(slots=True)
class Screen:
    """Results go to stdout, what needs attention about the files themselves to stderr.

    `folder` is the dossier, unless it is the current folder: the commands that the advice names are typed in it.
    """

    lang: Lang
    colour: bool = True
    folder: Path | None = None
    out: Console = field(init=False)
    err: Console = field(init=False)

    def __post_init__(self) -> None:
        """Open both streams, without colours where they are not wanted."""
        self.out, self.err = self._console(stderr=False), self._console(stderr=True)

    def _console(self, *, stderr: bool) -> Console:
        console = Console(stderr=stderr, no_color=not self.colour, highlight=False, emoji=False, soft_wrap=True)
        if not console.is_terminal:
            # In a file or a pipe there is no width, and names of files must not be cut there.
            console.width = FILE_WIDTH
        return console

    def month(self, month: Month, written: Written, strays: list[str]) -> None:
        """Print the whole summary."""
        self.out.print(f"\n[bold]{TITLE.with_(day=long_day(month.settings.as_of))(self.lang)}[/bold]\n")
        self._unsound(month, self.out)
        self.out.print(_files(month, self.lang))
        self.out.print()
        self.out.print(_payers(month, self.lang))
        self.out.print()
        self._money(month)
        self._findings(month)
        self._answers(month)
        self.refusals(month)
        self._controls(month)
        for file, what in month.hidden.items():
            said = visible(HIDDEN_IN.with_(file=file, what=what)(self.lang))
            self.out.print(f"[dim]{HIDDEN(self.lang):<12}{escape(said)}[/dim]")
        for text in month.unchecked:
            said = text.refilled(where=within(self.folder or Path()))(self.lang)
            self.out.print(f"[dim]{UNCHECKED(self.lang):<12}{escape(said)}[/dim]")
        self._where(written)
        if strays:
            self.err.print(STRAY.with_(names=", ".join(strays))(self.lang), style="yellow", markup=False)

    def _money(self, month: Month) -> None:
        totals = _totals(month)
        counts = counted(month.schools.filter(pl.col("uai") != "")["uai"].n_unique(), SCHOOL, SCHOOLS)(self.lang)
        self.out.print(f"[bold]{' · '.join([counts, *_recovered(month, self.lang)])}[/bold]")
        table = Table.grid(padding=(0, 2))
        table.add_column()
        table.add_column(justify="right")
        apart = declared.total(month)
        for name, label in MONEY:
            told = declared.ALL_PAID if name == "paid" and apart else label
            if totals[name] or name in {"expected", "billed", "paid", "outstanding"}:
                table.add_row(told(self.lang), money(totals[name])(self.lang))
            if name == "paid" and apart:
                table.add_row(f"   {declared.OF_WHICH(self.lang)}", money(apart)(self.lang))
        self.out.print(table)
        self.out.print()

    def _findings(self, month: Month) -> None:
        counts = dict(month.findings.group_by("severity").len().iter_rows())
        parts = [
            f"[{COLOURS[severity]}]{counted(counts[severity], *COUNTS[severity])(self.lang)}[/]"
            for severity in SEVERITIES
            if severity in counts
        ]
        self.out.print(f"{FINDINGS(self.lang):<12}{' · '.join(parts) or NO_FINDING(self.lang)}")

    def _answers(self, month: Month) -> None:
        """Say how many answers payers gave, and how many wait for somebody; nothing where there are none."""
        if month.answers:
            waiting = sum(one.state in OPEN for one in all_heard(month))
            said = (TO_ACCEPT if waiting else SEEN).with_(
                received=counted(len(month.answers), *RECEIVED), open=number(waiting)
            )
            self.out.print(f"{ANSWERS(self.lang):<12}{said(self.lang)}")

    def refusals(self, month: Month, files: Collection[str] | None = None) -> None:
        """Print what was not read, of some `files` or of all, with its cell, what was found, expected and to do.

        In `folder`, what it says to type too.
        """
        rejects = month.findings.filter(pl.col("code").is_in(REJECTS) & (pl.col("severity") == "blocking"))
        if files is not None:
            rejects = rejects.filter(pl.col("file").is_in(list(files)))
        if rejects.height:
            self.err.print(f"\n[bold]{TO_CORRECT(self.lang)}[/bold]")
        for row in rejects.head(MOST_REJECTS).iter_rows(named=True):
            self.err.print(_reject(row, month.wordings[row["finding_id"]], self.folder or Path(), self.lang))
        if rejects.height > MOST_REJECTS:
            self.err.print(MORE.with_(count=rejects.height - MOST_REJECTS)(self.lang))
        if self.folder is not None and any(
            " recon " in month.wordings[name].advice.fr for name in rejects["finding_id"]
        ):
            self.err.print(FROM_THERE.with_(folder=f'"{self.folder}"')(self.lang), markup=False)

    def unsound(self, month: Month) -> None:
        """Say which controls fail, for whoever asked for a path or for JSON."""
        self._unsound(month, self.err)

    def _unsound(self, month: Month, console: Console) -> None:
        failed = month.controls.filter(~pl.col("holds"))
        if failed.is_empty():
            return
        console.print(UNSOUND(self.lang), style="bold red")
        for row in failed.iter_rows(named=True):
            said = FAIL.with_(name=CONTROLS[row["control"]], difference=_difference(row))
            console.print(said(self.lang), style="bold red")
        console.print()

    def _controls(self, month: Month) -> None:
        self.out.print()
        if month.controls["holds"].all():
            self.out.print(HOLD.with_(count=month.controls.height)(self.lang), style="green")

    def _where(self, written: Written) -> None:
        self.out.print(REPORT.with_(path=written.workbook)(self.lang), style="bold", markup=False)
        reminders = REMINDERS.with_(path=written.folder / FILE_NAME, count=written.reminders)
        self.out.print(reminders(self.lang), markup=False)
        self.out.print(
            STATEMENTS.with_(path=written.folder / "etats", count=written.statements)(self.lang), markup=False
        )
        if written.copies:
            said = COPIES.with_(path=written.folder / "a_corriger", count=written.copies)
            self.out.print(said(self.lang), markup=False)
        self.out.print(TABLES.with_(path=written.folder / "donnees")(self.lang), markup=False)
        if written.set_aside:
            path = written.folder / "precedent"
            self.err.print(
                ASIDE.with_(count=counted(len(written.set_aside), *KEPT_FILES), path=path)(self.lang), markup=False
            )


def _totals(month: Month) -> dict[str, int]:
    """Return the sums over all payers in cents; what is outstanding is what is overdue and what is not."""
    sums = {name: int(month.payers[name].sum()) for name, _ in MONEY if name != "not_due"}
    return sums | {"not_due": sums["outstanding"] - sums["overdue"]}


def _difference(control: dict[str, Any]) -> Text:
    """Return by how much a control fails; rows stand in the table as hundredths."""
    if control["control"] == "rows":
        return counted(control["difference"] // 100, ROW, ROWS)
    return money(control["difference"])


def _recovered(month: Month, lang: Lang) -> list[str]:
    """Say both rates of recovery; nothing where nothing is billed."""
    found = overall(month)
    if not found.billed:
        return []
    settled = SETTLED.with_(
        settled=counted(found.settled, *SETTLED_TITRE), titres=number(found.titres), rate=rate(found.by_number)
    )
    recovered = WITH_DECLARED if declared.total(month) else RECOVERED
    return [recovered.with_(rate=rate(found.by_amount))(lang), settled(lang)]


def _reject(row: dict[str, str], wording: Wording, folder: Path, lang: Lang) -> Line:
    place = " › ".join(part for part in (row["file"], row["sheet"], row["cell"]) if part)
    line = Line()
    line.append(f"  {row['code']} ", style="red")
    line.append(f"{CATALOGUE[row['code']].title(lang)} — ")
    line.append(visible(place), style="bold")
    said = Text("\n      trouvé : {found} · attendu : {expected}\n      à faire : {advice}", "\n      found: {found} · expected: {expected}\n      to do: {advice}")  # fmt: skip
    typed = {"where": within(folder), "workbook": f'"{folder / row["file"]}"'}
    words = {"found": wording.found.refilled(**typed), "expected": wording.expected, "advice": wording.advice}
    line.append(said.with_(**{name: visible(text(lang)) for name, text in words.items()})(lang))
    return line


def _files(month: Month, lang: Lang) -> Table:
    """Return what was read of each file; of many files, of those with something to correct, the others by folder."""
    table = _table(FILES, lang)
    refused = set(month.findings.filter(pl.col("code").is_in(["D01", "D02"]))["file"])
    files = month.sources.group_by("file", maintain_order=True).agg(pl.col(COUNTED).sum())
    faulty = files.filter((pl.col("rejected") > 0) | pl.col("file").is_in(refused))
    shown = files if files.height <= MOST_FILES else faulty.head(SHOWN_FILES)
    for row in shown.iter_rows(named=True):
        counts = [_count(row[name]) for name in COUNTED]
        if row["read"] == 0 and row["file"] in refused:
            counts = [f"[red]{REFUSED(lang)}[/red]", "", "", "", ""]
        table.add_row(escape(visible(row["file"])), *counts)
    others = files.join(shown, on="file", how="anti").with_columns(folder=pl.col("file").str.split("/").list.first())
    by_folder = others.group_by("folder", maintain_order=True).agg(pl.len(), pl.col(COUNTED).sum())
    for row in by_folder.iter_rows(named=True):
        said = OTHER_FILES.with_(folder=row["folder"], count=counted(row["len"], OTHER, OTHERS))
        table.add_row(said(lang), *(_count(row[name]) for name in COUNTED))
    table.add_section()
    table.add_row(TOTAL(lang), *(number(int(month.sources[name].sum()))(lang) for name in COUNTED))
    return table


def _count(count: int) -> str:
    return number(count).fr if count else "–"


def _payers(month: Month, lang: Lang) -> Table:
    """Return what each payer owes, by year; of many payers, the largest debts."""
    table = _table(PAYERS, lang)
    owed = month.payers.filter(pl.any_horizontal(pl.col("schools", "expected", "billed") != 0))
    owed = owed.sort(pl.col("school_year") == "", "school_year", "payer_name", "payer_siren")
    shown = owed
    if owed.height > MOST_PAYERS:
        shown = owed.sort("outstanding", descending=True, maintain_order=True).head(SHOWN_PAYERS)
    for row in shown.iter_rows(named=True):
        table.add_row(*_payer(row, lang))
    if owed.height > shown.height:
        table.add_row(LARGEST_DEBTS.with_(count=number(owed.height - shown.height))(lang))
    table.add_section()
    sums = {name: int(month.payers[name].sum()) for name in ("schools", "expected", "billed", "paid", "outstanding")}
    table.add_row(*_payer({"payer_name": TOTAL(lang), "school_year": " ", **sums}, lang))
    return table


def _payer(row: dict[str, object], lang: Lang) -> list[str]:
    amounts = [money(int(str(row[name])))(lang) for name in ("expected", "billed", "paid", "outstanding")]
    return [
        escape(visible(str(row["payer_name"]))),
        str(row["school_year"]) or "–",
        _count(int(str(row["schools"]))),
        *amounts,
    ]


def _table(headings: tuple[Text, ...], lang: Lang) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, heading in enumerate(headings):
        first = index == 0
        table.add_column(heading(lang), justify="left" if first else "right", no_wrap=not first, overflow="fold")
    return table


def as_json(month: Month, written: Written) -> str:
    """Return the summary for a program: amounts in euros as text, counts as numbers, rates as shares of one."""
    totals = {name: f"{cents / 100:.2f}" for name, cents in _totals(month).items()}
    summary = {
        "as_of": month.settings.as_of.isoformat(),
        "files": month.sources.select(
            "file", "kind", "read", "kept", "rejected", "out_of_scope", "duplicates"
        ).to_dicts(),
        "totals": totals | {"declared": f"{declared.total(month) / 100:.2f}"},
        "recovery": {
            **_rates(overall(month)),
            "by_department": {code: _rates(found) for code, found in by_department(month).items() if found.titres},
            "by_payer": {siren: _rates(found) for siren, found in by_payer(month).items() if found.titres},
        },
        "findings": dict(month.findings.group_by("severity").len().sort("severity").iter_rows()),
        "controls_hold": bool(month.controls["holds"].all()),
        "report": str(written.workbook),
    }
    return json.dumps(summary, ensure_ascii=False, indent=2)


def _rates(found: Recovery) -> dict[str, str | None]:
    """Return both rates as text, three digits after the point; None where nothing is billed."""
    shares = {"by_amount": found.by_amount, "by_number": found.by_number}
    return {name: None if share is None else f"{share:.3f}" for name, share in shares.items()}
