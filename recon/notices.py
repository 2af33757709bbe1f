"""What is said of the files themselves: refused, copied, hidden, counted, and what could not be checked for want of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from recon.answered import DOCUMENT
from recon.answered import FOLDER as ANSWERS
from recon.answered import KIND as KIND_OF_ANSWERS
from recon.findings.finding import Finding
from recon.identifiers import clean_digits, department_of_insee, department_of_uai, parse_school_year, siren_of
from recon.intake import has, uais
from recon.layouts import TRANSMISSION
from recon.tables import SCHEMAS
from recon.texts import Text, day
from recon.validation import total_announced, total_read
from recon_schemas import COMMUNES, CONVENTIONS, ENROLMENTS, PAYMENTS, SOURCES, TITRES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from recon.conventions import Convention
    from recon.intake import File, Kept
    from recon.layouts import Layout, Table
    from recon.references import References
    from recon.tables import Answered, Settings

NO_DUE_DATE = Text(
    "Titres sans échéance : ni leur fichier ni recon.toml ne la donnent, rien n’est dit échu pour eux. Ajouter [echeance] jours = 60, par exemple.",
    "Titres without a due date: neither their file nor recon.toml gives it, nothing is said overdue for them. Add [echeance] jours = 60, for example.",
)
AS_PAID = Text(
    "Ni date de paiement ni état dans {files}{more} : leurs mandats sont comptés comme payés à la date du mandat.",
    "No day of payment and no state in {files}{more}: their mandats count as paid on the mandat's day.",
)
REPLACED = Text("remplacé par la copie corrigée {by}", "replaced by the corrected copy {by}")
FEWER = Text(
    "remplacé par la copie corrigée {by}, où manquent {lost} de ses lignes",
    "replaced by the corrected copy {by}, which lacks {lost} of its rows",
)
OF_THE_PAYER = Text("{siren}, le SIREN du SIRET de la convention", "{siren}, the SIREN of the convention's SIRET")
SENT_BY = Text("{siren} dans le numéro de télétransmission", "{siren} in the transmission number")
WHOSE_ACT = Text(
    "Vérifier de quelle collectivité est la convention : son SIRET et la délibération jointe ne disent pas la même. Le vote n’est pas compté comme le sien d’après ce numéro.",
    "Check whose convention it is: its SIRET and the council's decision bound with it do not say the same. The vote is not taken for its own on this number.",
)
A_SPREADSHEET = Text(
    "un classeur (.xlsx, .xls, .xlsb, .ods) ou un .csv lisible",
    "a readable workbook (.xlsx, .xls, .xlsb, .ods) or .csv",
)
OR_A_DOCUMENT = Text(
    "un classeur ou un .csv lisible, ou une convention en PDF avec son texte, en .txt ou en .md",
    "a readable workbook or .csv, or a convention as a PDF with its text, as .txt or .md",
)


A_STATEMENT = Text(
    "un état des sommes dues de recon (.xlsx ou .ods), renvoyé par la collectivité",
    "a statement of sums due by recon (.xlsx or .ods), sent back by the payer",
)
AN_ANSWER = Text("une réponse choisie dans la liste de sa cellule", "an answer from the list of its cell")


def refused(files: Iterable[File], answers: Iterable[Answered] = ()) -> Iterable[Finding]:
    """Yield the files that nothing could be read of; of `answers`, the documents that bear a payer's name are to be copied out."""
    to_copy = {one.file: one for one in answers if one.kind == DOCUMENT}
    for file in files:
        if file.refusal is not None and (one := to_copy.get(file.name)):
            yield Finding(
                "D01", (file.name,), A_STATEMENT, one.said,
                file=file.name, payer_siren=one.payer_siren, advice=one.why,
            )  # fmt: skip
        elif file.refusal is not None:
            wanted = {CONVENTIONS.folder: OR_A_DOCUMENT, ANSWERS: A_STATEMENT}.get(file.folder, A_SPREADSHEET)
            yield Finding("D01", (file.name,), wanted, file.refusal, file=file.name)


def not_understood(files: Iterable[File]) -> Iterable[Finding]:
    """Yield the payers' answers that cannot be understood: no amount hangs on them, somebody has to read them."""
    for file in files:
        for one in (file.understood.answers or ()) if file.understood else ():
            if one.why is not None:
                key = ("answer", one.file, one.sheet, one.cell, one.said.fr)
                yield Finding(
                    "D05", key, AN_ANSWER, one.said, file=one.file, sheet=one.sheet, cell=one.cell,
                    payer_siren=one.payer_siren, advice=one.why, severity="review",
                )  # fmt: skip


def problems(layouts: Mapping[str, Layout]) -> Iterable[Finding]:
    for layout in layouts.values():
        for problem in layout.problems:
            if problem.file.startswith(f"{COMMUNES.folder}/"):
                continue  # Another table than the reference tables: said among what was not checked.
            yield Finding(
                "D02", (problem.file, problem.sheet), problem.expected, problem.found,
                file=problem.file, sheet=problem.sheet, cell=problem.cell, advice=problem.advice,
            )  # fmt: skip


def copied(copies: Mapping[str, str], replaced: Mapping[str, str], layouts: Mapping[str, Layout]) -> Iterable[Finding]:
    """Yield what is said of a file that another repeats byte for byte, or that a corrected copy replaces."""
    once = Text("un fichier une seule fois", "a file once")
    for name, original in copies.items():
        if name not in replaced:
            found = Text("copie exacte de {original}", "an exact copy of {original}").with_(original=original)
            yield Finding("D07", ("file", name), once, found, file=name)
    for name, by in replaced.items():
        lines = [sum(table.lines for table in layouts[one].tables) for one in (name, by)]
        found = FEWER if lines[1] < lines[0] else REPLACED
        yield Finding("D07", ("file", name), once, found.with_(by=by, lost=lines[0] - lines[1]), file=name)


def sent_by_another(kept: Kept, aside: Mapping[str, str]) -> Iterable[Finding]:
    """Yield the conventions whose transmission number bears another SIREN than the payer's, a former one's left out."""
    known = [table for table in kept.tables.values() if table.transmission and table.file not in aside]
    found: dict[tuple[str, ...], Finding] = {}
    for table in sorted(known, key=lambda table: table.file):
        row = table.numbers[0]
        siret, year, number = (table.column(name)[0] or "" for name in ("payer_siret", "school_year", "convention"))
        now = [kept.successors.get(siren, siren) for siren in (siren_of(clean_digits(siret)), table.transmission)]
        if now[0] != now[1]:
            key = (TRANSMISSION, now[0], table.transmission, number)
            found.setdefault(key, Finding(
                "D11", key, OF_THE_PAYER.with_(siren=siren_of(clean_digits(siret))), SENT_BY.with_(siren=table.transmission),
                file=table.file, sheet=table.sheet_of(row, TRANSMISSION), cell=table.cell(row, TRANSMISSION),
                school_year=parse_school_year(year) or "", payer_siren=now[0], convention=number, advice=WHOSE_ACT,
            ))  # fmt: skip
    yield from found.values()


def hidden(files: Iterable[File]) -> dict[str, Text]:
    said = {file.name: file.understood.hidden for file in files if file.understood}
    return {name: text for name, text in said.items() if text is not None}


def sources_of(files: Sequence[File], kept: Kept) -> pl.DataFrame:
    """One row per file and kind: rows read = kept + rejected + out of scope + duplicates."""
    of_file: dict[str, dict[str, list[tuple[int, Table]]]] = {}
    for number, table in kept.tables.items():
        of_file.setdefault(table.file, {}).setdefault(table.source.name, []).append((number, table))
    rows = [
        _source(file, kind, numbered, kept)
        for file in files
        for kind, numbered in (of_file.get(file.name) or {_kind(file): []}).items()
    ]
    return pl.DataFrame(rows, schema=SCHEMAS["sources"], orient="row")


def _kind(file: File) -> str:
    if file.folder == ANSWERS or (file.understood and file.understood.answers is not None):
        return KIND_OF_ANSWERS
    return next(source.name for source in SOURCES if source.folder == file.folder)


def _source(file: File, kind: str, numbered: list[tuple[int, Table]], kept: Kept) -> dict[str, object]:
    answers = (file.understood.answers or ()) if file.understood else ()
    unread = sum(1 for one in answers if one.why)
    read = sum(table.lines for _, table in numbered) + len(answers)
    accepted = sum(kept.accepted.get(number, 0) for number, _ in numbered) + len(answers) - unread
    rejected = sum(kept.rejected.get(number, 0) for number, _ in numbered) + unread
    duplicates = sum(kept.duplicates.get(number, 0) for number, _ in numbered)
    out = sum(kept.out_of_scope.get(number, 0) for number, _ in numbered)
    return {
        "file": file.name,
        "kind": kind,
        "sha256": file.sha256,
        "profile": next((table.profile for _, table in numbered if table.profile), ""),
        "read": read,
        "kept": accepted,
        "rejected": rejected,
        "out_of_scope": out,
        "duplicates": duplicates,
        "total_announced": _total(total_announced(table) for _, table in numbered),
        "total_read": _total(total_read(table) for _, table in numbered),
    }


def _total(amounts: Iterable[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def unchecked(
    kept: Kept,
    conventions: Mapping[str, Convention],
    settings: Settings,
    layouts: Mapping[str, Layout],
    known: References,
) -> tuple[Text, ...]:
    """Say what could not be checked, and why."""
    missing = (
        (ENROLMENTS, Text("Aucune liste d’inscriptions : l’inscription des écoles n’est pas contrôlée.", "No enrolments: whether schools are enrolled is not checked.")),
        (CONVENTIONS, Text("Aucune convention : ni la couverture des écoles ni les montants titrés ne sont contrôlés.", "No conventions: neither the schools' cover nor the amounts billed are checked.")),
        (TITRES, Text("Aucun titre : les participations sont prévues, titre non communiqué ; rien n’est réclamé.", "No titres: contributions are expected, titre not communicated; nothing is claimed.")),
        (PAYMENTS, Text("Aucun registre de paiement lisible : les paiements ne sont pas connus, aucun impayé n’est affirmé.", "No ledger: payments are unknown, nothing is said to be unpaid.")),
    )  # fmt: skip
    said = [text for source, text in missing if not has(kept, source)]
    years = sorted({convention.school_year for convention in conventions.values()} - settings.rates.keys())
    no_rate = Text(
        "Année scolaire {year} : aucun tarif dans recon.toml, la participation des conventions n’est pas contrôlée. Ajouter le tarif sous [tarifs].",
        "School year {year}: no rate in recon.toml, the conventions' contribution is not checked. Add the rate under [tarifs].",
    )
    said += [no_rate.with_(year=year) for year in years]
    if settings.due_days is None and kept.rows[TITRES.name]["due_on"].null_count():
        said.append(NO_DUE_DATE)
    silent = sorted(
        {
            table.file
            for number, table in kept.tables.items()
            if table.source is PAYMENTS and kept.accepted.get(number) and not {"paid_on", "state"} & table.texts.keys()
        }
    )
    if silent:
        said.append(AS_PAID.with_(files=", ".join(silent[:5]), more="…" if len(silent) > 5 else ""))
    return (*said, *_references(kept, known, layouts, settings.as_of))


NO_DIRECTORY = Text(
    "Annuaire de l’éducation non fourni : fermetures, fusions et communes des écoles ne sont pas contrôlées.",
    "No school directory: closures, mergers and communes of schools are not checked.",
)
NO_COMMUNES = Text(
    "Table des communes non fournie : ni la collectivité de chaque école, ni les intercommunalités, ni les communes nouvelles ne sont contrôlées.",
    "No table of communes: neither each school's payer, nor intercommunal bodies, nor merged communes are checked.",
)
NOT_COVERED = Text(
    "L’annuaire fourni ne couvre pas {departments} : leurs écoles ne sont pas contrôlées.",
    "The directory given does not cover {departments}: their schools are not checked.",
)
NO_COMMUNE_OF = Text(
    "La table des communes ne connaît pas {departments} : la collectivité de leurs écoles n’est pas contrôlée.",
    "The table of communes does not know {departments}: the payer of their schools is not checked.",
)
AS_OF_DIRECTORY = Text(
    "Annuaire du {on} : ce qui a changé depuis n’y est pas.",
    "Directory of {on}: what has changed since is not in it.",
)
AFTER_THE_MONTH = Text(
    "Annuaire du {on}, postérieur au jour de l’état : une école ouverte, fermée ou renommée entre-temps y est déjà.",
    "Directory of {on}, later than the day of this state: a school opened, closed or renamed in between is there already.",
)
UNKNOWN_TABLE = Text(
    "{file} : ce tableau n’est ni l’annuaire de l’éducation (colonnes Identifiant_de_l_etablissement et code_nature) ni la table des communes (colonne SIREN), il n’est pas lu.",
    "{file}: this is neither the directory of schools (columns Identifiant_de_l_etablissement and code_nature) nor the table of communes (column SIREN), it is not read.",
)


def _references(kept: Kept, known: References, layouts: Mapping[str, Layout], as_of: date) -> Iterable[Text]:
    """Say what the reference tables could not tell: none given, not read, départements they do not cover, their day."""
    for name, layout in layouts.items():
        if name.startswith(f"{COMMUNES.folder}/") and layout.problems and not layout.tables:
            yield UNKNOWN_TABLE.with_(file=name)
    concerned = sorted({department_of_uai(uai) for uai in uais(kept)})
    if not known.schools:
        yield NO_DIRECTORY
    else:
        if missing := [code for code in concerned if code not in known.updated]:
            yield NOT_COVERED.with_(departments=_departments(missing))
        for on in sorted({on for code in concerned if (on := known.updated.get(code))}):
            yield (AFTER_THE_MONTH if on > as_of else AS_OF_DIRECTORY).with_(on=day(on))
    if not known.communes:
        yield NO_COMMUNES
    else:
        told = {department_of_insee(insee) for insee in known.communes}
        if missing := [code for code in concerned if code not in told]:
            yield NO_COMMUNE_OF.with_(departments=_departments(missing))


def _departments(codes: list[str]) -> Text:
    one, several = (
        Text("le département {codes}", "département {codes}"),
        Text("les départements {codes}", "départements {codes}"),
    )
    return (one if len(codes) == 1 else several).with_(codes=", ".join(codes))
