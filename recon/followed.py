"""From month to month: since when a finding stands, what is resolved, and what arrived too late for its own month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from recon.identifiers import titre_key
from recon.matching.rulings import OF_DECISIONS, TO_TITRES, Ruling
from recon.texts import NBSP, Text, counted, day, listed, money, same

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from recon.tables import Month

    Row = dict[str, Any]

NEW, STANDING = "new", "standing"
MOST_NAMED = 5
PAYMENT, PAYMENTS = Text("paiement", "payment"), Text("paiements", "payments")
LATE = Text(
    "Lignes tardives, datées au plus tard du {day}, dans un mois clôturé, et arrivées, ou dites payées, après sa clôture ; elles comptent dans ce mois-ci : {count}, {sum} : {each}{more}.",
    "Late rows, dated {day} at the latest, in a closed month, that came, or were said to be paid, after its closing; they count in this month: {count}, {sum}: {each}{more}.",
)
LATE_TITRES = Text(
    "Titres tardifs, émis au plus tard le {day}, dans un mois clôturé, et arrivés après sa clôture ; ils comptent dans ce mois-ci : {count}, {sum} : {each}{more}.",
    "Late titres, issued on {day} at the latest, in a closed month, that came after its closing; they count in this month: {count}, {sum}: {each}{more}.",
)
TITRE, TITRES_ = Text("titre", "titre"), Text("titres", "titres")
A_TITRE = Text("{payer}, titre {titre}, {sum}", "{payer}, titre {titre}, {sum}")
LATE_ROW = Text("ligne tardive, datée d’un mois clôturé", "late line, dated in a closed month")
SINCE_CLOSING, SINCE_RUN = (
    Text("la clôture au {day}", "the closing as of {day}"),
    Text("le rapprochement au {day}", "the reconciliation as of {day}"),
)
CORRECTED = Text(
    "Montants corrigés dans les registres depuis {since} : {each}{more}.",
    "Amounts corrected in the ledgers since {since}: {each}{more}.",
)
REWRITTEN = Text(
    "Lignes corrigées dans les registres depuis {since}, du même montant (libellé, référence, dates ou état) ; ce sont les mêmes paiements : {each}{more}.",
    "Lines corrected in the ledgers since {since}, of the same amount (label, reference, dates or state); they are the same payments: {each}{more}.",
)
VANISHED_TITRES = Text(
    "Titres qui ne sont plus dans le dossier depuis {since} : {count}, {sum} : {each}{more}.",
    "Titres no longer in the dossier since {since}: {count}, {sum}: {each}{more}.",
)
CORRECTED_TITRES = Text(
    "Montants de titres corrigés depuis {since}, sans réduction ni annulation qui le dise : {each}{more}.",
    "Amounts of titres corrected since {since}, with no reduction or cancellation that says so: {each}{more}.",
)
OF_PAYER = Text("{payer}, {payment}, {sum}{titres}", "{payer}, {payment}, {sum}{titres}")
MANDAT = Text("mandat {mandat}", "mandat {mandat}")
NO_MANDAT = Text("paiement sans mandat", "payment without mandat")
FROM_TO = Text("{before} → {after}", "{before} → {after}")
TITRES = Text(" ({each})", " ({each})")
OPEN_AGAIN = Text("titre {titre}, de nouveau ouvert de {sum}", "titre {titre}, open again by {sum}")
STILL_PAID = Text("titre {titre}, toujours réglé", "titre {titre}, still paid")
NO_LONGER = Text("titre {titre}, qui n’est plus dans le dossier", "titre {titre}, no longer in the dossier")
BUSINESS = ("payer_siren", "exercise", "mandat", "line")
UNPAID = ("pending", "void")
# What tells a payment without a mandat's number, whatever is written of it.
UNNUMBERED = ("payer_siren", "on", "amount")


@dataclass(frozen=True, slots=True)
class Earlier:
    """The month before: its day, whether it is closed, its tables, the payments that decisions left out of it then."""

    on: date
    closed: bool
    tables: Mapping[str, pl.DataFrame]
    outside: frozenset[str] = frozenset()


def followed(findings: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Return the findings with `since` and `state`, held against those of the month before, in their order."""
    known = before.select("finding_id", pl.col("since").alias("_since")).unique("finding_id", keep="first")
    joined = findings.join(known, on="finding_id", how="left", maintain_order="left")
    stands = pl.col("_since").is_not_null()
    return joined.with_columns(
        since=pl.when(stands).then(pl.col("_since")).otherwise(pl.col("since")),
        state=pl.when(stands).then(pl.lit(STANDING)).otherwise(pl.lit(NEW)),
    ).select(findings.columns)


def resolved(findings: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Return the findings of the month before that are no more."""
    return before.join(findings.select("finding_id"), on="finding_id", how="anti", maintain_order="left")


def standing(closed: str, before: Mapping[str, pl.DataFrame], now: Mapping[str, pl.DataFrame]) -> Iterator[Ruling]:
    """Yield what stands since a closing: payments that passes settled wholly, and that would now go elsewhere.

    Their titres are still there, of the same amount: a titre reduced or gone withdraws the evidence.
    """
    went, goes = (_settled(tables["allocations"]) for tables in (before, now))
    billed, bills = (dict(tables["titres"].select("titre", "billed").iter_rows()) for tables in (before, now))
    there = set(now["payments"]["payment_id"])
    for row in before["payments"].filter(pl.col("status") == "allocated").sort("payment_id").iter_rows(named=True):
        number = row["payment_id"]
        step, parts = went.get(number, ("", {}))
        if not step or number not in there or goes.get(number, ("", {}))[1] == parts:
            continue
        if all(cents > 0 and billed.get(titre) == bills.get(titre) for titre, cents in parts.items()):
            yield Ruling(0, TO_TITRES, number, tuple(sorted(parts.items())), closed=closed, step=step)


def _settled(allocations: pl.DataFrame) -> dict[str, tuple[str, dict[str, int]]]:
    """Return by payment its pass and the cents of each titre, where passes alone settled it."""
    found: dict[str, tuple[str, dict[str, int]]] = {}
    manual = set(allocations.filter(pl.col("confidence") != "automatic")["payment_id"])
    for row in allocations.iter_rows(named=True):
        if row["payment_id"] not in manual:
            parts = found.setdefault(row["payment_id"], (row["pass"], {}))[1]
            parts[row["titre"]] = parts.get(row["titre"], 0) + row["amount"]
    return found


def corrected(payments: pl.DataFrame, before: pl.DataFrame) -> list[tuple[Row, Row]]:
    """Return the payments that a corrected ledger tells otherwise, as they were and as they are.

    Of those that came or went, one alone has its mandat and line, or without a mandat's number its day and amount.
    """
    came, went = (
        _alone(one.join(other.select("payment_id"), on="payment_id", how="anti"))
        for one, other in ((payments, before), (before, payments))
    )
    return [(went[told], came[told]) for told in sorted(went.keys() & came.keys(), key=str)]


def alike(payments: pl.DataFrame, ruling: Ruling) -> int:
    """Return how many payments have the payer, exercise, mandat, line and amount of the one that was decided on."""
    told = [pl.col(name).cast(pl.String).fill_null("") == str(getattr(ruling, name)) for name in (*BUSINESS, "amount")]
    return payments.filter(*told).height


def _alone(payments: pl.DataFrame) -> dict[tuple[object, ...], Row]:
    """Return the payments that alone bear their payer, exercise, mandat and line, or their payer, day and amount."""
    found: dict[tuple[object, ...], list[Row]] = {}
    for row in payments.filter(pl.col("file") != OF_DECISIONS).iter_rows(named=True):
        told = BUSINESS if row["mandat"] else UNNUMBERED
        found.setdefault((told, *(row[name] for name in told)), []).append(row)
    return {told: rows[0] for told, rows in found.items() if len(rows) == 1}


def late(payments: pl.DataFrame, before: Earlier, until: date | None) -> pl.DataFrame:
    """Return the payments dated `until` the end of a closed month that did not count in the run before; none without one.

    One that was there, be it corrected since or left out of scope by a decision, is late only if it is paid now and was
    not yet paid, or void, then. A declared receipt is no line.
    """
    known = before.tables["payments"]
    dated = payments.filter((pl.col("on") <= until) & (pl.col("file") != OF_DECISIONS)) if until else payments.clear()
    was = dict(known.select("payment_id", "status").iter_rows())
    was |= {now["payment_id"]: row["status"] for row, now in corrected(payments, known)}
    paid_since = {number for number, status in was.items() if status in UNPAID}
    there = {*before.outside, *was} - paid_since
    unpaid = pl.col("status").is_in(list(UNPAID)) & pl.col("payment_id").is_in(list(paid_since))
    return dated.filter(~pl.col("payment_id").is_in(list(there)) & ~unpaid)


def late_said(fresh: pl.DataFrame, closed_on: date, names: Mapping[str, str]) -> Text | None:
    """Say which payments came after the closing of their month, None if there is none."""
    if fresh.is_empty():
        return None
    rows = fresh.sort("payer_siren", "on", "payment_id").to_dicts()
    return _said(LATE, [named(row, money(row["amount"]), names) for row in rows], rows, day=day(closed_on))


def late_titres(titres: pl.DataFrame, before: Earlier, until: date | None) -> pl.DataFrame:
    """Return the titres issued `until` the end of a closed month that were not there in the run before; none without one."""
    there = {titre_key(number) for number in before.tables["titres"]["titre"]}
    issued = titres.filter(pl.col("issued_on") <= until) if until else titres.clear()
    return issued.filter([titre_key(number) not in there for number in issued["titre"]])


def late_titres_said(fresh: pl.DataFrame, closed_on: date, names: Mapping[str, str]) -> Text | None:
    """Say which titres came after the closing of their month, None if there is none."""
    if fresh.is_empty():
        return None
    rows = fresh.sort("payer_siren", "issued_on", "titre").to_dicts()
    return _titres_said(LATE_TITRES, rows, [money(row["billed"]) for row in rows], names, day=day(closed_on))


def changed_titres(month: Month, before: Earlier, names: Mapping[str, str]) -> tuple[Text, ...]:
    """Say which titres are no longer in the dossier, and whose amount changed though no later reduction says so."""
    now = {titre_key(row["titre"]): row for row in month.titres.iter_rows(named=True)}
    known = before.tables["titres"].sort("payer_siren", "issued_on", "titre").to_dicts()
    gone = [row for row in known if row["billed"] > 0 and titre_key(row["titre"]) not in now]
    pairs = [
        (row, then)
        for row in known
        if (same_ := now.get(titre_key(row["titre"]))) is not None
        and (then := _billed_on(month, same_, before.on)) != row["billed"]
    ]
    since = (SINCE_CLOSING if before.closed else SINCE_RUN).with_(day=day(before.on))
    said = []
    if gone:
        said.append(_titres_said(VANISHED_TITRES, gone, [money(row["billed"]) for row in gone], names, since=since))
    if pairs:
        sums = [FROM_TO.with_(before=money(row["billed"]), after=money(then)) for row, then in pairs]
        said.append(_titres_said(CORRECTED_TITRES, [row for row, _ in pairs], sums, names, since=since))
    return tuple(said)


def _billed_on(month: Month, titre: Row, on: date) -> int:
    """Return what a titre is billed, less only what was taken off it until a day, in cents."""
    billed: int = titre["billed"]
    return billed + sum(taken.cents for taken in month.taken_off.get(titre["titre"], ()) if taken.on > on)


def _titres_said(
    sentence: Text, rows: Sequence[Row], sums: Sequence[Text], names: Mapping[str, str], **told: Text
) -> Text:
    each = [
        A_TITRE.with_(payer=names.get(row["payer_siren"]) or row["payer_siren"], titre=row["titre"], sum=sum_)
        for row, sum_ in zip(rows[:MOST_NAMED], sums, strict=False)
    ]
    return sentence.with_(
        count=counted(len(rows), TITRE, TITRES_),
        sum=money(sum(row["billed"] for row in rows)),
        each=listed(each),
        more="…" if len(rows) > MOST_NAMED else "",
        **told,
    )


def marked(allocations: pl.DataFrame, fresh: pl.DataFrame) -> pl.DataFrame:
    """Return the allocations, those of late payments with a word of it in their evidence."""
    is_late = pl.col("payment_id").is_in(fresh["payment_id"].to_list())
    said = pl.col("evidence") + pl.lit(f"{NBSP}; {LATE_ROW()}")
    return allocations.with_columns(evidence=pl.when(is_late).then(said).otherwise(pl.col("evidence")))


def changed(month: Month, before: Earlier, names: Mapping[str, str]) -> tuple[Text, ...]:
    """Say which payments that a ledger has otherwise now were corrected, with their titres."""
    known = before.tables["payments"]
    pairs = corrected(month.payments, known)
    wanted = pl.DataFrame({"payment_id": [row["payment_id"] for row, _ in pairs]}, schema={"payment_id": pl.String})
    settled = before.tables["allocations"].filter(pl.col("confidence") != "proposed")
    titres = reopened(month, settled.join(wanted, on="payment_id", how="semi"))
    since = (SINCE_CLOSING if before.closed else SINCE_RUN).with_(day=day(before.on))
    said = []
    if amended := [(row, now) for row, now in pairs if row["amount"] != now["amount"]]:
        sums = [FROM_TO.with_(before=money(row["amount"]), after=money(now["amount"])) for row, now in amended]
        each = [named(row, sum_, names, titres) for (row, _), sum_ in zip(amended, sums, strict=True)]
        said.append(_said(CORRECTED, each, [row for row, _ in amended], since=since))
    if rewritten := [row for row, now in pairs if row["amount"] == now["amount"]]:
        each = [named(row, money(row["amount"]), names, titres) for row in rewritten]
        said.append(_said(REWRITTEN, each, rewritten, since=since))
    return tuple(said)


def reopened(month: Month, settled: pl.DataFrame) -> dict[str, list[Text]]:
    """Say by payment_id what became of the titres that the payments settled."""
    left = dict(month.titres.select("titre", "outstanding").iter_rows())
    found: dict[str, list[Text]] = {}
    for number, titre in settled.select("payment_id", "titre").unique().sort("payment_id", "titre").iter_rows():
        said = NO_LONGER if titre not in left else OPEN_AGAIN if left[titre] > 0 else STILL_PAID
        found.setdefault(number, []).append(said.with_(titre=titre, sum=money(left.get(titre, 0))))
    return found


def named(row: Row, sum_: Text, names: Mapping[str, str], titres: Mapping[str, list[Text]] | None = None) -> Text:
    """Name a payment: its payer, its mandat, its sum, and its titres where they are to be said."""
    of_titres = (titres or {}).get(row["payment_id"], [])
    said = TITRES.with_(each=listed(of_titres)) if of_titres else same("")
    payer = names.get(row["payer_siren"]) or row["payer_siren"]
    return OF_PAYER.with_(payer=payer, payment=payment_said(row), sum=sum_, titres=said)


def payment_said(row: Row) -> Text:
    """Name a payment by its exercise and mandat."""
    mandat = "/".join(str(part) for part in (row["exercise"], row["mandat"]) if part)
    return MANDAT.with_(mandat=mandat) if row["mandat"] else NO_MANDAT


def _said(sentence: Text, each: Sequence[Text], rows: Sequence[Row], **told: Text) -> Text:
    return sentence.with_(
        count=counted(len(rows), PAYMENT, PAYMENTS),
        sum=money(sum(row["amount"] for row in rows)),
        each=listed(each[:MOST_NAMED]),
        more="…" if len(rows) > MOST_NAMED else "",
        **told,
    )
