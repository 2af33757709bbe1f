"""Officers' decisions on payments: they come before every pass, hold to the cent, and are said where they no longer fit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from recon.identifiers import titre_key
from recon.texts import Text, counted, listed, money, number, same

from .account import AUTOMATIC, MANUAL, Decision, Part
from .citations import Cited
from .singled import meant
from .standing import ACTIVE, LATER, PENDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from recon.billed import Titre
    from recon.findings.finding import Place
    from recon.tables import Singled

    from .account import Books
    from .lines import Ledger, Line

STEP = "M"
TO_TITRES, OUT_OF_SCOPE, ELSEWHERE = "titres", "out_of_scope", "settled_elsewhere"
WAIT, REMIND, RECTIFY, ACCEPT = "wait", "remind", "rectify", "accept"
CHOICES = {
    TO_TITRES: Text("affecter au titre", "allocate to the titre"),
    OUT_OF_SCOPE: Text("hors périmètre", "out of scope"),
    ELSEWHERE: Text("soldé hors registre", "settled outside the ledgers"),
    WAIT: Text("attendre", "wait"),
    REMIND: Text("relancer", "remind"),
    RECTIFY: Text("rectifier", "rectify"),
    ACCEPT: Text("accepté", "accepted"),
}
"""What an officer may decide; the last four change no amount."""

A_PAYMENT = Text("mandat {mandat}, {payer}, {sum}", "mandat {mandat}, {payer}, {sum}")
NO_MANDAT = Text("paiement, {payer}, {sum}", "payment, {payer}, {sum}")
EVIDENCE = Text("décision n° {number} : {reason}", "decision no. {number}: {reason}")
STANDS = Text(
    "affecté ainsi à la clôture de {month} : rien de ce qui le prouvait n’a été retiré",
    "allocated so when {month} was closed: nothing that proved it was withdrawn",
)
OVER = Text("{why} ; {credit} de plus que l’ouvert du titre", "{why}; {credit} more than the titre leaves open")
OF_DECISIONS = "décision"
"""What stands as the file of a receipt that an officer declared; its row is the decision's number."""
DECLARED = Text("Soldé hors registre", "Settled outside the ledgers")
VOID_NOW = Text("ce mandat est annulé, rejeté ou suspendu", "this mandat is cancelled, rejected or suspended")
REDUCED = Text(
    "le mandat ne vaut plus que {net}, la décision répartit {said}",
    "the mandat is now worth {net}, the decision shares out {said}",
)
NO_TITRE = Text(
    "le titre {titre} n’est pas dans le dossier à cette date (retiré, ou émis après)",
    "the titre {titre} is not in the dossier on that day (taken away, or issued later)",
)
NETTED = Text("ce mandat est réduit par un autre", "this mandat is reduced by another")
REPLACED = Text("remplacée par la décision n° {number}", "replaced by decision no. {number}")


@dataclass(frozen=True, slots=True)
class Ruling:
    """One decision as plain data: its number, what was chosen about what, the parts in cents, and the reason.

    One that bears a `closed` month is no officer's: what a pass, `step`, settled in that month stands.

    `about` is a payment_id, a titre or a finding_id; `payer_siren` to `amount` tell the payment again, should a
    corrected file give it another identity, and `singled` from its equals, None where that is not recorded (before
    version 3 of the store, or not yet). `beside` says that a run had another such payment beside it. `who` decided `on`
    that day (UTC), None where it is not recorded yet.
    """

    id: int
    choice: str
    about: str
    parts: tuple[tuple[str, int], ...] = ()
    payer_siren: str = ""
    exercise: str = ""
    mandat: str = ""
    line: str = ""
    amount: int = 0
    reason: str = ""
    closed: str = ""
    step: str = STEP
    who: str = ""
    on: date | None = None
    singled: Singled | None = None
    beside: bool = False

    @property
    def why(self) -> Text:
        """What the allocations say of it."""
        if self.closed:
            return STANDS.with_(month=self.closed)
        return EVIDENCE.with_(number=self.id, reason=self.reason)


class Moot(NamedTuple):
    """A decision without effect, and why; `lost` if its effect was expected, neither replaced nor no longer needed."""

    ruling: Ruling
    why: Text
    lost: bool = True


@dataclass(slots=True)
class Ruled:
    """What the decisions make of the lines: those that settle titres, by payment_id, those left out by which, what is moot.

    By the decision's number: `places` are the payments that decisions are about, `singled` what tells them from their
    equals, `opinions` the payments beside which an opinion stands, `changed` whose payment is no longer as it was.
    """

    to_titres: dict[str, Ruling] = field(default_factory=dict)
    outside: list[tuple[Line, Ruling]] = field(default_factory=list)
    moot: list[Moot] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)
    singled: dict[int, Singled] = field(default_factory=dict)
    opinions: dict[int, str] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)

    def standing(self, rulings: Iterable[Ruling]) -> list[Ruling]:
        """Return the decisions, an opinion about the payment beside which it now stands, but for one whose payment is gone."""
        return [
            replace(one, about=self.opinions.get(one.id, one.about))
            for one in rulings
            if not is_opinion_on_payment(one) or one.id in self.opinions
        ]


class Chosen(Protocol):
    """What tells which decision replaces which, of a `Ruling` and of the store's record alike."""

    @property
    def id(self) -> int: ...
    @property
    def choice(self) -> str: ...
    @property
    def about(self) -> str: ...


AChosen = TypeVar("AChosen", bound=Chosen)


def standing_for(one: Chosen) -> tuple[str, str]:
    """Return what at most one decision holds of: a payment's money, or what is thought of something; receipts add up."""
    if one.choice == ELSEWHERE:
        return ELSEWHERE, str(one.id)
    return "money" if one.choice in {TO_TITRES, OUT_OF_SCOPE} else "opinion", one.about


def in_force(rulings: Iterable[AChosen]) -> tuple[list[AChosen], dict[int, int]]:
    """Return the decisions that hold, and of the others which later one on the same replaces each, by their numbers."""
    known = list(rulings)
    last = {standing_for(one): one for one in sorted(known, key=lambda one: one.id)}
    holds = [one for one in known if last[standing_for(one)] is one]
    return holds, {one.id: last[standing_for(one)].id for one in known if last[standing_for(one)] is not one}


def replaced(rulings: Iterable[Ruling]) -> tuple[list[Ruling], list[Moot]]:
    """Return the decisions that hold, and those that are replaced."""
    known = list(rulings)
    holds, by = in_force(known)
    return holds, [Moot(one, REPLACED.with_(number=by[one.id]), lost=False) for one in known if one.id in by]


def ruled(ledger: Ledger, rulings: Iterable[Ruling]) -> tuple[Ledger, Ruled]:
    """Return the ledger without the lines that are out of scope by decision, and what the decisions are about."""
    found = Ruled()
    of_payments = [one for one in rulings if one.choice in {TO_TITRES, OUT_OF_SCOPE} or is_opinion_on_payment(one)]
    of_line: dict[str, Ruling] = {}
    # Of two decisions on one payment the later one holds.
    for ruling, line in _lines_meant(ledger, of_payments, found):
        if is_opinion_on_payment(ruling):
            found.opinions[ruling.id] = line.payment_id
        elif (later := of_line.setdefault(line.payment_id, ruling)) is not ruling:
            found.moot.append(Moot(ruling, REPLACED.with_(number=later.id), lost=False))
        elif why := _unfit(line, ruling):
            found.moot.append(Moot(ruling, why))
        elif ruling.choice == OUT_OF_SCOPE:
            found.outside.append((line, ruling))
        else:
            found.to_titres[line.payment_id] = ruling
    gone = {line.payment_id for line, _ in found.outside}
    return replace(ledger, lines=[line for line in ledger.lines if line.payment_id not in gone]), found


def is_opinion_on_payment(ruling: Ruling) -> bool:
    return bool(ruling.amount) and ruling.choice in {WAIT, REMIND, RECTIFY, ACCEPT}


def _lines_meant(ledger: Ledger, rulings: Sequence[Ruling], found: Ruled) -> Iterator[tuple[Ruling, Line]]:
    """Yield each decision with its line, the last one first; `found` takes what is known of it, or why there is none."""
    kinds = {one.id: standing_for(one)[0] for one in rulings}
    for ruling, is_, singled in meant(ledger.lines, rulings, kinds):
        if isinstance(is_, Text):
            found.moot.append(Moot(ruling, is_))
            continue
        found.places[ruling.id] = is_.line.place
        found.changed |= {ruling.id} if is_.changed else set()
        found.singled |= {ruling.id: singled} if singled else {}
        yield ruling, is_.line


def _unfit(line: Line, ruling: Ruling) -> Text | None:
    """Say why a line can no longer be what was decided of it."""
    if line.standing not in {ACTIVE, PENDING, LATER}:
        return VOID_NOW
    if line.reduces or (line.taken_back and ruling.choice == OUT_OF_SCOPE):
        return NETTED
    said = sum(cents for _, cents in ruling.parts)
    if ruling.choice == TO_TITRES and said != line.net:
        return REDUCED.with_(net=money(line.net), said=money(said))
    return None


def settle_ruled(lines: Sequence[Line], of: Ruled, books: Books) -> dict[str, Decision]:
    """Settle the lines as was decided, by date as the ledger has them; what a titre does not leave open is credit."""
    known = {titre_key(number): number for number in books.titres}
    decisions: dict[str, Decision] = {}
    decided = [(line, of.to_titres[line.payment_id]) for line in lines if line.payment_id in of.to_titres]
    # An officer's word comes before what stands since a closing.
    for line, ruling in sorted(decided, key=lambda one: bool(one[1].closed)):
        missing = next((titre for titre, _ in ruling.parts if titre_key(titre) not in known), None)
        if missing is not None:
            of.moot.append(Moot(ruling, NO_TITRE.with_(titre=missing)))
            del of.to_titres[line.payment_id]
            continue
        decision = _decision(line, ruling, known, books)
        books.settle(line, decision)
        decisions[line.payment_id] = decision
    return decisions


def _decision(line: Line, ruling: Ruling, known: Mapping[str, str], books: Books) -> Decision:
    wanted = Counter[str]()
    for titre, cents in ruling.parts:
        said = known[titre_key(titre)]
        # A titre and the one that replaces it are one: together they take no more than it leaves open.
        wanted[books.replaced.get(said, said)] += cents
    parts, credits_ = [], []
    for titre, cents in wanted.items():
        settled = max(0, min(cents, books.left(titre, line.on)))
        parts += [Part(titre, settled)] if settled else []
        credits_ += [Part(titre, cents - settled)] if cents > settled else []
    confidence = AUTOMATIC if ruling.closed else MANUAL
    if not credits_:
        return Decision(ruling.step, ruling.why, confidence, tuple(parts))
    why = OVER.with_(why=ruling.why, credit=money(sum(part.cents for part in credits_)))
    return Decision(ruling.step, why, confidence, tuple(parts), tuple(credits_), code="P04" if parts else "P05")


def counts(ruling: Ruling, as_of: date) -> bool:
    """Whether a declared receipt counts on a day: from that of the decision on."""
    return ruling.on is None or ruling.on <= as_of


def declared(
    rulings: Iterable[Ruling], titres: Mapping[str, Titre], ledger: Ledger, table: int, of: Ruled, as_of: date
) -> Ledger:
    """Return the ledger with a line for each receipt that an officer declared: a titre settled outside the ledgers.

    It bears the day of the decision, and is left out before it; its place is its number in `table`.
    """
    known = {titre_key(number): titre for number, titre in titres.items()}
    lines = []
    for ruling in rulings:
        if ruling.choice != ELSEWHERE or not counts(ruling, as_of):
            continue
        titre = known.get(titre_key(ruling.about))
        if titre is None:
            of.moot.append(Moot(ruling, NO_TITRE.with_(titre=ruling.about)))
            continue
        line = _declared(ruling, titre, table)
        of.to_titres[line.payment_id] = ruling
        lines.append(line)
    whole = sorted([*ledger.lines, *lines], key=lambda line: (line.payer_siren, line.order))
    return replace(ledger, lines=whole) if lines else ledger


def _declared(ruling: Ruling, titre: Titre, table: int) -> Line:
    from recon.findings.finding import Place, digest

    from .lines import Line

    cents = sum(part for _, part in ruling.parts)
    identity = f"P-{digest(('declared', titre_key(ruling.about), str(ruling.id)))}"
    return Line(
        payment_id=identity, payer_siren=titre.payer_siren, payer_name=titre.debtor_name, exercise=None, bordereau="",
        mandat="", line="", on=ruling.on, mandat_on=None, paid_on=None, amount=cents, net=cents, state="payé", payee="",
        label=DECLARED(), reference=titre.titre, cited=Cited(titres=(titre.titre,)), standing=ACTIVE,
        place=Place(table, ruling.id, "amount"), order=("9999", identity),
    )  # fmt: skip


class Told(Protocol):
    """What a decision tells of its subject, of a `Ruling` and of the store's record alike."""

    @property
    def about(self) -> str: ...
    @property
    def payer_siren(self) -> str: ...
    @property
    def exercise(self) -> str: ...
    @property
    def mandat(self) -> str: ...
    @property
    def amount(self) -> int: ...


def about_of(one: Told, names: Mapping[str, str] | None = None) -> Text:
    """Say what a decision is about: a payment by its mandat, payer (`names` by SIREN) and sum, else a titre or a finding with its payer."""
    if not one.amount:
        payer = (names or {}).get(one.payer_siren)
        return same(f"{one.about}, {payer}" if payer else one.about)
    mandat = "/".join(part for part in (one.exercise, one.mandat) if part)
    said = A_PAYMENT if one.mandat else NO_MANDAT
    return said.with_(mandat=mandat, payer=(names or {}).get(one.payer_siren, one.payer_siren), sum=money(one.amount))


MOOT = Text(
    "Décision n° {number} ({choice}, {about}) sans effet à cette date : {why}. Elle reste inscrite. Si elle n’a plus lieu d’être, la retirer : recon decider{where} --retirer {number} --motif … (et décider à nouveau s’il le faut)",
    "Decision no. {number} ({choice}, {about}) has no effect on that day: {why}. It stays on record. If it is no longer due, take it back: recon decide{where} --undo {number} --reason … (and decide anew if need be)",
)
SEVERAL_MOOT = Text(
    "{count} sans effet à cette date : {each}{more}. Elles restent inscrites (recon historique{where}). Retirer celles qui n’ont plus lieu d’être : recon decider{where} --retirer {number} --motif … (et décider à nouveau s’il le faut)",
    "{count} have no effect on that day: {each}{more}. They stay on record (recon history{where}). Take back those that are no longer due: recon decide{where} --undo {number} --reason … (and decide anew if need be)",
)
EACH_MOOT = Text("n° {number} ({about}, {why})", "no. {number} ({about}, {why})")
DECISIONS = Text("décision", "decision"), Text("décisions", "decisions")
MOST_MOOT = 5


def moot_said(moot: Iterable[Moot], names: Mapping[str, str]) -> tuple[Text, ...]:
    """Say which decisions have lost the effect that was expected, why, and that they are kept; several in one sentence.

    `where` in them is the dossier as a command takes it: nothing, until it is known whence it is typed.
    """
    lost = sorted((one for one in moot if one.lost and not one.ruling.closed), key=lambda one: one.ruling.id)
    told = [
        {"number": number(one.ruling.id), "about": about_of(one.ruling, names), "why": one.why}
        for one in lost[:MOST_MOOT]
    ]
    if len(lost) < 2:
        return tuple(MOOT.with_(**one, choice=CHOICES[lost[0].ruling.choice], where="") for one in told)
    each = listed(EACH_MOOT.with_(**one) for one in told)
    more = "…" if len(lost) > MOST_MOOT else ""
    return (
        SEVERAL_MOOT.with_(
            count=counted(len(lost), *DECISIONS), each=each, more=more, number=told[0]["number"], where=""
        ),
    )
