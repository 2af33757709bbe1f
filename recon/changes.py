"""What changed between two runs: each payer's balance, and the files, lines and titres that changed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from recon.followed import MANDAT, NO_MANDAT, corrected
from recon.matching.rulings import OF_DECISIONS
from recon.texts import Text, day, joined, money, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Row = dict[str, Any]
    Tables = Mapping[str, pl.DataFrame]

BALANCES = ("billed", "paid", "outstanding", "pending", "credit", "unallocated", "to_bill")
NAMES = {
    "billed": Text("titré", "billed"),
    "paid": Text("payé", "paid"),
    "outstanding": Text("reste", "outstanding"),
    "pending": Text("en cours", "under way"),
    "credit": Text("trop-perçu", "credit"),
    "unallocated": Text("non affecté", "unallocated"),
    "to_bill": Text("à titrer", "to bill"),
}
NEW_FILE = Text("nouveau fichier : {file}", "new file: {file}")
CHANGED_FILE = Text("fichier remplacé par une nouvelle version : {file}", "file replaced by a new version: {file}")
GONE_FILE = Text("fichier retiré : {file}", "file taken away: {file}")
NEW_LINE = Text("paiement apparu : {line}", "payment appeared: {line}")
CORRECTED_LINE = Text("montant corrigé {before} → {after} : {line}", "amount corrected {before} → {after}: {line}")
REWRITTEN_LINE = Text(
    "ligne corrigée, du même montant (libellé, référence, dates ou état) : {line}",
    "line corrected, of the same amount (label, reference, dates or state): {line}",
)
DECLARED = Text(
    "règlement hors registre déclaré (décision n° {decision}) : {sum}{titres}",
    "receipt outside the ledgers declared (decision no. {decision}): {sum}{titres}",
)
UNDECLARED = Text(
    "règlement hors registre retiré (décision n° {decision}) : {sum}{titres}",
    "receipt outside the ledgers taken back (decision no. {decision}): {sum}{titres}",
)
ON_TITRES = Text(", titre {titres}", ", titre {titres}")
BACK_IN_SCOPE = Text(
    "paiement remis dans le périmètre (décision n° {decision} retirée) : {line}",
    "payment back in scope (decision no. {decision} taken back): {line}",
)
NOT_YET_OUT = Text(
    "paiement que la décision n° {decision}, prise après le second rapprochement, ne met pas encore hors périmètre : {line}",
    "payment that decision no. {decision}, made after the second run, does not put out of scope yet: {line}",
)
GONE_LINE = Text("paiement disparu : {line}", "payment gone: {line}")
OUT_OF_SCOPE = Text(
    "paiement mis hors périmètre par la décision n° {decision} : {line}",
    "payment put out of scope by decision no. {decision}: {line}",
)
MOVED_LINE = Text(
    "paiement affecté autrement : {line}, {before} puis {after}{why}",
    "payment allocated otherwise: {line}, {before}, then {after}{why}",
)
BECAUSE = Text(" ({why})", " ({why})")
NEW_TITRE = Text("titre apparu : {titre}, {sum}", "titre appeared: {titre}, {sum}")
GONE_TITRE = Text("titre disparu : {titre}, {sum}", "titre gone: {titre}, {sum}")
OTHER_YEAR = Text("titre {titre} : année {before}, puis {after}", "titre {titre}: year {before}, then {after}")
OTHER_DEBTOR = Text(
    "titre {titre}, {sum} : débiteur {before}, puis {after}", "titre {titre}, {sum}: debtor {before}, then {after}"
)
OTHER_TITRE = Text("titre {titre} : {before}, puis {after}", "titre {titre}: {before}, then {after}")
CONVENTIONS = Text("convention apparue, retirée ou modifiée : {names}", "convention appeared, gone or changed: {names}")
LINE = Text("{name}{on}, {sum} ({where})", "{name}{on}, {sum} ({where})")
ON = Text(" du {day}", " of {day}")
SHARE = Text("{titre} = {sum}", "{titre} = {sum}")
NOWHERE = same("–")
# Dated after the first month's day, and not counted in it: a new payment of the second.
LATER = "later"
# What a payment's money became: a share that moves between titres leaves its status as it was.
PLACED = ("status", "allocated", "credit", "unallocated")


class OutOfScope(NamedTuple):
    """The decision that puts a payment out of scope; `back`: it was taken back before the second run."""

    decision: int
    back: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A payer and school year: what each figure that differs was and is (cents), none if the balance is the same; and why."""

    school_year: str
    payer_siren: str
    payer_name: str
    figures: tuple[tuple[str, int, int], ...]
    causes: tuple[Text, ...]


def files_changed(before: Tables, after: Tables) -> list[Text]:
    """Say which files came, were replaced by another version, or went."""
    old, new = (dict(tables["sources"].select("file", "sha256").iter_rows()) for tables in (before, after))
    said = [NEW_FILE.with_(file=name) for name in sorted(new.keys() - old.keys())]
    said += [CHANGED_FILE.with_(file=name) for name in sorted(new.keys() & old.keys()) if new[name] != old[name]]
    return said + [GONE_FILE.with_(file=name) for name in sorted(old.keys() - new.keys())]


def changes(before: Tables, after: Tables, outside: Mapping[str, OutOfScope]) -> list[Change]:
    """Return the payers of whom something differs between two runs, each with what changed, payer by payer.

    `outside` says by payment_id which decision puts it out of scope, or did.
    """
    old, new = (_balances(tables["payers"]) for tables in (before, after))
    causes = _causes(before, after, outside)
    found = []
    for key in sorted(old.keys() | new.keys(), key=lambda key: (key[1], key[0])):
        one, other = old.get(key, {}), new.get(key, {})
        figures = tuple((n, one.get(n, 0), other.get(n, 0)) for n in BALANCES if one.get(n, 0) != other.get(n, 0))
        if figures:
            name = (other or one)["payer_name"]
            found.append(Change(*key, name, figures, tuple(causes.get(key[1], ()))))
    # One payment for another leaves the balance as it was, and is said all the same.
    told = {change.payer_siren for change in found}
    names = {payer: row["payer_name"] for (_, payer), row in {**old, **new}.items()}
    return found + [
        Change("", payer, names.get(payer, ""), (), tuple(causes[payer])) for payer in sorted(causes.keys() - told)
    ]


def names_of(tables: Tables) -> dict[str, str]:
    """Return the payers' names by SIREN."""
    return dict(tables["payers"].select("payer_siren", "payer_name").iter_rows())


def _balances(payers: pl.DataFrame) -> dict[tuple[str, str], Row]:
    return {(row["school_year"], row["payer_siren"]): row for row in payers.iter_rows(named=True)}


def _causes(before: Tables, after: Tables, outside: Mapping[str, OutOfScope]) -> dict[str, list[Text]]:
    """Return by payer what came, went or changed: conventions, titres, lines and where they went."""
    found: dict[str, list[Text]] = {}
    for payer, said in (*_conventions(before, after), *_titres(before, after), *_lines(before, after, outside)):
        found.setdefault(payer, []).append(said)
    return found


def _by(frame: pl.DataFrame, key: str) -> dict[str, Row]:
    return {row[key]: row for row in frame.iter_rows(named=True)}


def _conventions(before: Tables, after: Tables) -> Iterator[tuple[str, Text]]:
    what = ("expected", "in_force", "listed", "rate", "status")
    old, new = (_by(tables["conventions"], "convention") for tables in (before, after))
    differing: dict[str, list[str]] = {}
    for number in sorted(old.keys() | new.keys()):
        one, other = old.get(number), new.get(number)
        if one is None or other is None or any(one[name] != other[name] for name in what):
            differing.setdefault((other or one or {})["payer_siren"], []).append(number)
    for payer, numbers in differing.items():
        yield payer, CONVENTIONS.with_(names=", ".join(numbers))


def _titres(before: Tables, after: Tables) -> Iterator[tuple[str, Text]]:
    old, new = (_by(tables["titres"], "titre") for tables in (before, after))
    names = {siren: name for tables in (before, after) for siren, name in names_of(tables).items()}
    for number in sorted(old.keys() | new.keys()):
        one, other = old.get(number), new.get(number)
        if one is None and other is not None:
            yield other["payer_siren"], NEW_TITRE.with_(titre=number, sum=money(other["billed"]))
        elif other is None and one is not None:
            yield one["payer_siren"], GONE_TITRE.with_(titre=number, sum=money(one["billed"]))
        elif one is not None and other is not None:
            yield from _otherwise(one, other, names)


def _otherwise(one: Row, other: Row, names: Mapping[str, str]) -> Iterator[tuple[str, Text]]:
    """Yield what is no longer the same of a titre: its amount, its year, its debtor (said to both)."""
    number, billed = other["titre"], other["billed"]
    if one["billed"] != billed:
        yield other["payer_siren"], OTHER_TITRE.with_(titre=number, before=money(one["billed"]), after=money(billed))
    if one["school_year"] != other["school_year"]:
        before, after = one["school_year"] or NOWHERE, other["school_year"] or NOWHERE
        yield other["payer_siren"], OTHER_YEAR.with_(titre=number, before=before, after=after)
    if one["payer_siren"] != other["payer_siren"]:
        was, is_ = (names.get(row["payer_siren"]) or row["payer_siren"] for row in (one, other))
        said = OTHER_DEBTOR.with_(titre=number, sum=money(billed), before=was, after=is_)
        yield from ((payer, said) for payer in (one["payer_siren"], other["payer_siren"]))


def _lines(before: Tables, after: Tables, outside: Mapping[str, OutOfScope]) -> Iterator[tuple[str, Text]]:
    """Yield for who paid, and for whose titre it settles, what became of each line."""
    old, new = (_by(tables["payments"], "payment_id") for tables in (before, after))
    went, goes = (_settled(tables["allocations"]) for tables in (before, after))
    debtor = {
        row["titre"]: row["payer_siren"] for tables in (before, after) for row in tables["titres"].iter_rows(named=True)
    }
    amended = {now["payment_id"]: row for row, now in corrected(after["payments"], before["payments"])}
    superseded = {row["payment_id"] for row in amended.values()}
    for number in sorted(old.keys() | new.keys(), key=lambda one: (str((new.get(one) or old[one])["on"] or ""), one)):
        one, other = old.get(number), new.get(number)
        row = other or one or {}
        first, last = went.get(number, {}), goes.get(number, {})
        if number in superseded:
            continue
        if number in amended:
            one = amended[number]
            first = went.get(one["payment_id"], {})
        if one is not None and other is not None and one["status"] == LATER != other["status"]:
            said = NEW_LINE.with_(line=_line(row))
        elif one is not None and other is not None and one["amount"] != other["amount"]:
            said = CORRECTED_LINE.with_(line=_line(row), before=money(one["amount"]), after=money(row["amount"]))
        elif one is None or other is None:
            said = _came_or_went(row, outside.get(number), [*first, *last], came=one is None)
        elif _cents(first) != _cents(last) or any(one[name] != other[name] for name in PLACED):
            why = next((text for _, text in (*last.values(), *first.values()) if text), "")
            because = BECAUSE.with_(why=why) if why else same("")
            said = MOVED_LINE.with_(line=_line(row), before=_where(one, first), after=_where(other, last), why=because)
        elif number in amended:
            said = REWRITTEN_LINE.with_(line=_line(row))
        else:
            continue
        payers = {row["payer_siren"], *(debtor[titre] for titre in (*first, *last) if titre in debtor)}
        yield from ((payer, said) for payer in sorted(payers))


def _came_or_went(row: Row, outside: OutOfScope | None, titres: Sequence[str], *, came: bool) -> Text:
    """Say of a line that only one of the months has why: a declaration, a decision on the scope, else the ledger."""
    if row["file"] == OF_DECISIONS:
        on = ON_TITRES.with_(titres=", ".join(titres)) if titres else same("")
        return (DECLARED if came else UNDECLARED).with_(decision=row["row"], sum=money(row["amount"]), titres=on)
    if outside is not None:
        said = OUT_OF_SCOPE if not came else BACK_IN_SCOPE if outside.back else NOT_YET_OUT
        return said.with_(decision=outside.decision, line=_line(row))
    return (NEW_LINE if came else GONE_LINE).with_(line=_line(row))


def _settled(allocations: pl.DataFrame) -> dict[str, dict[str, tuple[int, str]]]:
    """Return by payment the titres that it settles, each with its cents and the evidence."""
    found: dict[str, dict[str, tuple[int, str]]] = {}
    for row in allocations.filter(pl.col("confidence") != "proposed").iter_rows(named=True):
        of_payment = found.setdefault(row["payment_id"], {})
        cents, evidence = of_payment.get(row["titre"], (0, row["evidence"]))
        of_payment[row["titre"]] = cents + row["amount"], evidence
    return found


def _cents(titres: Mapping[str, tuple[int, str]]) -> dict[str, int]:
    return {titre: cents for titre, (cents, _) in titres.items()}


def _line(row: Row) -> Text:
    """Name a line: its mandat, its day where it has one, its sum and its cell."""
    where: Iterable[str] = (row["file"], row["sheet"], str(row["row"]))
    return LINE.with_(
        name=MANDAT.with_(mandat=row["mandat"]) if row["mandat"] else NO_MANDAT,
        on=ON.with_(day=day(row["on"])) if row["on"] else same(""),
        sum=money(row["amount"]),
        where=" › ".join(part for part in where if part),
    )


def _where(row: Row, titres: Mapping[str, tuple[int, str]]) -> Text:
    """Say where a payment went: its titres, with the share of each if there are several, else its status."""
    from recon.reports.words import PAYMENT_STATUS

    if len(titres) > 1:
        said = [SHARE.with_(titre=titre, sum=money(cents)) for titre, cents in sorted(_cents(titres).items())]
        return joined(said, ", ")
    return same(*titres) if titres else PAYMENT_STATUS.get(row["status"], NOWHERE)
