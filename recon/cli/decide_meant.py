"""What `recon decide` was asked, as a decision not yet recorded: the payment, titre or finding typed, and the amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from recon.errors import Exit, Stop
from recon.matching.rulings import ELSEWHERE, OUT_OF_SCOPE, TO_TITRES, Ruling
from recon.story import facts
from recon.story.find import lines_meant, titre_meant
from recon.story.names import payers_named
from recon.texts import Text, money

if TYPE_CHECKING:
    from recon.monthly import Dossier
    from recon.tables import Month

    Row = dict[str, Any]

NO_AMOUNT = Text(
    "« {text} » : écrire le numéro du titre et le montant, par exemple --titre 2026-00012=41,00.",
    "“{text}”: write the titre's number and the amount, such as --titre 2026-00012=41.00.",
)
NO_SUM = Text(
    "« {text} » n’est pas un montant réglé : écrire par exemple --solde-hors-registre 41,00.",
    "“{text}” is no amount paid: write for example --settled-elsewhere 41.00.",
)
NO_TITRE = Text("Le titre « {text} » n’est pas dans le dossier.", "The titre “{text}” is not in the dossier.")
NO_PAYMENT = Text(
    "Aucun paiement ne répond à « {text} » ; « recon expliquer{where} {text} » aide à le trouver.",
    "No payment answers to “{text}”; “recon explain{where} {text}” helps to find it.",
)
NOTHING_MEANT = Text(
    "Aucun paiement, titre ou écart ne répond à « {text} ».", "No payment, titre or finding answers to “{text}”."
)
A_PAYER = Text(
    "« {text} » est une collectivité ; une décision porte sur l’un de ses paiements, titres ou écarts. Écrire par exemple : recon decider{where} {example} … ({what}).",
    "“{text}” is a payer; a decision is about one of its payments, titres or findings. Write for example: recon decide{where} {example} … ({what}).",
)
ITS_TITRES = Text("ses titres : {titres}", "its titres: {titres}")
ITS_MANDATS = Text("ses mandats : {mandats}", "its mandats: {mandats}")
NOTHING_OF_IT = Text("elle n’a ni titre ni paiement à cette date", "it has neither titre nor payment on that day")
WRONG_SUM = Text(
    "Les parts font {said}, le paiement {amount} : répartir tout le paiement ; ce qu’un titre ne laisse pas ouvert y devient trop-perçu.",
    "The parts make {said}, the payment {amount}: share out the whole payment; what a titre does not leave open becomes credit there.",
)
TOO_MUCH = Text(
    "Le titre {titre} de {payer} n’a plus que {left} d’ouvert : --solde-hors-registre ne peut pas en régler {sum}.",
    "The titre {titre} of {payer} has only {left} open: --settled-elsewhere cannot settle {sum} of it.",
)
PAID_ALREADY = Text(
    "Le titre {titre} de {payer} est déjà soldé : {left} d’ouvert, il n’y a rien à régler hors registre.",
    "The titre {titre} of {payer} is settled already: {left} open, there is nothing to settle outside the ledgers.",
)
WITH_AMOUNTS = (TO_TITRES, OUT_OF_SCOPE, ELSEWHERE)
MOST = 6
# A decision not yet recorded has the last number of all: of two on one payment it is the one that holds.
UNRECORDED = 2**31 - 1


def ruling_of(month: Month, dossier: Dossier, what: list[str], choice: str, value: Any, reason: str) -> Ruling:
    """Return a decision on what is typed, not yet recorded; `value` are its amounts as typed. Stop if it cannot be."""
    typed = " ".join(what)
    if choice == ELSEWHERE:
        titre = _titre(month, typed)
        return Ruling(UNRECORDED, choice, titre, ((titre, _cents(value, NO_SUM, value)),), reason=reason)
    if choice not in WITH_AMOUNTS and (found := _finding(month, typed)) is not None:
        return Ruling(UNRECORDED, choice, found[0], payer_siren=found[1], reason=reason)
    rows = lines_meant(month, what, str(dossier.folder.resolve()))
    if not rows:
        raise _nothing(month, typed, choice)
    row = rows[0]
    parts = _parts(month, row, value) if choice == TO_TITRES else ()
    return Ruling(
        UNRECORDED, choice, row["payment_id"], parts, row["payer_siren"], str(row["exercise"] or ""), row["mandat"] or "",
        row["line"] or "", row["amount"], reason,
    )  # fmt: skip


def refuse_beyond_open(month: Month, ruling: Ruling) -> None:
    """Stop if a declared receipt is more than its titre leaves open."""
    if ruling.choice != ELSEWHERE:
        return
    row = facts.rows(month.titres, titre=ruling.about)[0]
    said = sum(cents for _, cents in ruling.parts)
    if said > row["outstanding"]:
        sentence = TOO_MUCH if row["outstanding"] > 0 else PAID_ALREADY
        payer = facts.payer_name(month, row["payer_siren"])
        left = money(row["outstanding"])
        raise Stop(sentence.with_(titre=ruling.about, payer=payer, left=left, sum=money(said)), Exit.MISUSE)


def _nothing(month: Month, typed: str, choice: str) -> Stop:
    """Nothing answers to what is typed; of a payer, say what of it may be typed."""
    payers = payers_named(month, typed)
    if len(payers) != 1:
        return Stop((NO_PAYMENT if choice in WITH_AMOUNTS else NOTHING_MEANT).with_(text=typed, where=""), Exit.MISUSE)
    own = month.payments.filter((pl.col("payer_siren") == payers[0]) & (pl.col("mandat") != ""))
    mandats = sorted({facts.number(row) for row in own.iter_rows(named=True)})
    titres = month.titres.filter(pl.col("payer_siren") == payers[0])["titre"].sort().to_list()
    shown = [
        said.with_(**{name: ", ".join(known[:MOST]) + "…" * (len(known) > MOST)})
        for said, name, known in ((ITS_MANDATS, "mandats", mandats), (ITS_TITRES, "titres", titres))
        if known
    ]
    what = facts.listed(shown, ", ") if shown else NOTHING_OF_IT
    example = f'"{typed}" {mandats[0]}' if mandats else next(iter(titres), "TITRE")
    return Stop(A_PAYER.with_(text=typed, where="", example=example, what=what), Exit.MISUSE)


def _finding(month: Month, typed: str) -> tuple[str, str] | None:
    """Return a finding's or a titre's own name, and its payer; None if neither is meant."""
    rows = facts.rows(month.findings, finding_id=typed.upper())
    if rows:
        return rows[0]["finding_id"], rows[0]["payer_siren"]
    titre = titre_meant(month, typed)
    return (titre, facts.rows(month.titres, titre=titre)[0]["payer_siren"]) if titre else None


def _parts(month: Month, row: Row, value: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    parts = []
    for text in value:
        name, sign, amount = text.rpartition("=")
        if not sign:
            raise Stop(NO_AMOUNT.with_(text=text), Exit.MISUSE)
        parts.append((_titre(month, name), _cents(amount, NO_AMOUNT, text)))
    said = sum(cents for _, cents in parts)
    net = row["allocated"] + row["credit"] + row["unallocated"] or row["amount"]
    if said != net:
        raise Stop(WRONG_SUM.with_(said=money(said), amount=money(net)), Exit.MISUSE)
    return tuple(parts)


def _titre(month: Month, typed: str) -> str:
    found = titre_meant(month, typed)
    if found is None:
        raise Stop(NO_TITRE.with_(text=typed, where=""), Exit.MISUSE)
    return found


def _cents(amount: str, otherwise: Text, text: str) -> int:
    """Return the amount typed in cents; Stop with the sentence `otherwise` about the `text` if it is none above zero."""
    from recon.values import parse_cents

    cents = parse_cents(amount)
    if cents is None or cents <= 0:
        raise Stop(otherwise.with_(text=text), Exit.MISUSE)
    return cents
