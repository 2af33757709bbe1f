"""What payments would settle of conventions whose titre is not communicated: the titres' own rules, tried on them.

Nothing here is allocated: a convention is no claim before its titre. A treasurer who has a convention and a ledger, and
no titre, sees which payments bear on it, by which evidence, and which cannot be told.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from recon.billed import Titre
from recon.identifiers import school_year_start
from recon.matching import Ledger, match
from recon.matching.account import AUTOMATIC
from recon.matching.guards import dated_after, of_year, paid_elsewhere, says_otherwise
from recon.matching.standing import ACTIVE, PENDING
from recon.tables import BEYOND, COMING, PAID, PROPOSED, Planned
from recon.texts import Text, day, joined, money
from recon.values import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from recon.allocation import Allocations
    from recon.conventions import Convention, Register
    from recon.matching import Line
    from recon.matching.account import Decision

SEVERAL_FIT = Text("plusieurs conventions sont possibles : {names}", "several conventions are possible: {names}")
ALREADY = Text(
    "ce qui est prévu pour {names} est déjà couvert par un autre paiement",
    "what is planned for {names} is already covered by another payment",
)
COVERED = Text(
    "ce qui est prévu est déjà couvert par d’autres paiements", "what is planned is already covered by other payments"
)
TAKES_BACK = Text(
    "montant négatif : rien ne dit quel paiement il reprend",
    "negative amount: nothing tells which payment it takes back",
)
MIGHT = Text("pourrait régler {names}, sans que rien ne le prouve", "may settle {names}, and nothing proves it")
REASONS = {
    "U": Text("nomme {uais}, de la convention {names}", "names {uais}, of convention {names}"),
    "C": Text("nomme la convention {names}", "names convention {names}"),
    "Y": Text(
        "nomme l’année scolaire {years}, qui n’a que la convention {names}",
        "names school year {years}, which has convention {names} alone",
    ),
    "S": Text(
        "parle de l’ENT-École ; son montant est ce que prévoit {names}, et rien d’autre ne l’explique",
        "speaks of ENT-École; its amount is what {names} plans, and nothing else explains it",
    ),
}
TAKEN_BACK = Text(
    "une autre ligne reprend la même somme : à vérifier, ce mandat est peut-être annulé",
    "another line takes the same sum back: to be checked, this mandat may be cancelled",
)
OF_A_COLLEGE = Text(
    "le libellé parle d’un collège ou d’un lycée, et seul le montant convient",
    "the label speaks of a collège or lycée, and only the amount fits",
)
_SECONDARY = re.compile(r"\b(?:college|lycee)s?\b")
# A titre's number as ledgers write it, where no titre is known to tell its shape.
_NUMBER = re.compile(
    r"\b(?:TP|T\.P\.?|TITRES?(?:\s+DE\s+(?:PERCEPTION|RECETTES?))?)\W*(?:N\W{0,2}\s?)?([0-9][0-9 ./-]*[0-9])"
)
_YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?![0-9])")
CITES = Text(" ; cite le titre {number}, à comparer au vôtre", "; cites titre {number}, to be compared with yours")


def planned(
    register: Register, titres: Mapping[str, Titre], ledger: Ledger, allocations: Allocations
) -> dict[str, tuple[Planned, ...]]:
    """Return, by payment_id, what each payment in scope that settles no titre would settle of what is planned, or why not.

    Only payers with a convention, of a year for which no titre of theirs is known, are looked at.
    """
    awaited = _awaited(register, titres)
    payers = {titre.payer_siren for titre in awaited.values()}
    placed = {row.payment_id for row in allocations.rows}
    lines = [line for line in ledger.lines if line.payer_siren in payers and _is_free(line, placed, allocations)]
    if not lines:
        return {}
    lines.sort(key=lambda line: line.standing == PENDING)
    # A mandat not yet paid is tried as if it were, after all that are: the evidence is the same.
    tried = [replace(_readable(line) if not titres else line, standing=ACTIVE) for line in lines]
    matching = match(Ledger(tried, {}, {}), awaited, register.conventions)
    taken_back = {(line.payer_siren, -line.net) for line in ledger.lines if _takes_back(line)}
    left = Counter({number: titre.net for number, titre in awaited.items()})
    found: dict[str, tuple[Planned, ...]] = {}
    for line in lines:
        decision = matching.decisions[line.payment_id]
        found[line.payment_id] = _parts(line, decision, _doubt(line, decision, taken_back))
        left.subtract(_cents(found[line.payment_id], PAID, COMING))
    for line in lines:
        found[line.payment_id] = _within(line, found[line.payment_id], matching.decisions[line.payment_id], left)
        left.subtract(_cents(found[line.payment_id], PROPOSED))
    for line, seen in zip(lines, tried, strict=True):
        if not found[line.payment_id]:
            decision = matching.decisions[line.payment_id]
            why = _why_not(line, seen, decision, awaited, left)
            number = _exceeded(line, seen, decision, awaited, left)
            beyond = Planned(number, line.net, BEYOND, why)
            found[line.payment_id] = (beyond if number else Planned("", 0, "", why),)
    return found


def _awaited(register: Register, titres: Mapping[str, Titre]) -> dict[str, Titre]:
    """Return each convention whose titre is awaited, as the titre that would bill it; not signed, what it would bring."""
    billed = {(titre.payer_siren, titre.school_year) for titre in titres.values()}
    tied = {titre.convention for titre in titres.values()}
    return {
        number: _as_billed(convention, cents)
        for number, convention in register.conventions.items()
        if (convention.payer_siren, convention.school_year) not in billed
        and number not in tied
        and (cents := convention.rate * len(convention.counted) or convention.potential) > 0
    }


def _as_billed(convention: Convention, cents: int) -> Titre:
    start = school_year_start(convention.school_year)
    voted = convention.signed_on or convention.council_on or convention.dated_on
    return Titre(
        titre=convention.convention,
        payer_siren=convention.payer_siren,
        debtor_name=convention.payer_name,
        debtor_siret=convention.payer_siret,
        convention=convention.convention,
        school_year=convention.school_year,
        issued=cents,
        net=cents,
        issued_on=voted or date(start.year, 7, 1),
        due_on=None,
        contested=False,
        replaces="",
        explained=True,
        place=convention.place,
        rate=convention.rate,
        schools=tuple(convention.counted or sorted(convention.listed)),
    )


def _is_free(line: Line, placed: set[str], allocations: Allocations) -> bool:
    """Whether a line is money, or about to be, and has to do with no titre that is known."""
    if line.standing not in {ACTIVE, PENDING} or line.reduces or line.cited.titres or line.payment_id in placed:
        return False
    return not allocations.placed[line.payment_id].credit


def _readable(line: Line) -> Line:
    """Return the line without the titre that it cites, where no titre at all is known to hold its number against.

    The year within the number still speaks for a school year, or against it.
    """
    years = _YEAR.findall(_number_cited(line))
    calendar = tuple(dict.fromkeys((*line.cited.calendar, *years)))
    return replace(line, cited=line.cited._replace(unknown=(), several=(), calendar=calendar))


def _number_cited(line: Line) -> str:
    """Return the titre's number that the line cites and nothing known bears, "" if it cites none."""
    if line.cited.unknown:
        return line.cited.unknown[0]
    found = _NUMBER.search(f"{line.reference} | {line.label}".upper())
    return found[1].strip() if found else ""


def _takes_back(line: Line) -> bool:
    """Whether a line takes money back and no rule tells of which mandat."""
    return line.standing in {ACTIVE, PENDING} and line.net < 0 and not line.reduces


def _doubt(line: Line, decision: Decision, taken_back: set[tuple[str, int]]) -> Text | None:
    """Return why what the rules of the titres hold for proved is only proposed here, None if nothing speaks against it."""
    if (line.payer_siren, line.net) in taken_back:
        return TAKEN_BACK
    return OF_A_COLLEGE if decision.step.startswith("S") and _SECONDARY.search(folded(line.label)) else None


def _parts(line: Line, decision: Decision, doubt: Text | None) -> tuple[Planned, ...]:
    """Return what the decision gives to each convention; what is only proposed, only if the payee may be the State."""
    if decision.confidence != AUTOMATIC and paid_elsewhere(line):
        return ()
    proved = COMING if line.standing == PENDING else PAID
    kind = proved if decision.confidence == AUTOMATIC and doubt is None else PROPOSED
    why = doubt or _why(line, decision)
    return tuple(Planned(part.titre, part.cents, kind, why) for part in decision.parts if part.cents)


def _cents(parts: Iterable[Planned], *kinds: str) -> dict[str, int]:
    """Return what the parts of these kinds settle, by convention."""
    return {part.convention: part.cents for part in parts if part.kind in kinds}


def _within(line: Line, parts: tuple[Planned, ...], decision: Decision, left: Mapping[str, int]) -> tuple[Planned, ...]:
    """Return the parts, those proposed within what is left; and, of a line that has any, what it pays beyond them."""
    kept = tuple(
        part._replace(cents=min(part.cents, max(left[part.convention], 0))) if part.kind == PROPOSED else part
        for part in parts
    )
    kept = tuple(part for part in kept if part.cents)
    rest = line.net - sum(part.cents for part in kept)
    told = bool(decision.credits) or any(part.kind == PROPOSED for part in kept)
    if not kept or rest <= 0 or not told or line.standing == PENDING:
        return kept
    return (*kept, Planned(kept[0].convention, rest, BEYOND, COVERED))


def _why(line: Line, decision: Decision) -> Text:
    """Say what ties the line to the conventions, or that nothing proves it, and which titre it cites."""
    names = ", ".join(part.titre for part in decision.parts)
    step = "Y" if decision.step.startswith("C") and not line.cited.conventions else decision.step[:1]
    said = REASONS.get(step, MIGHT) if decision.confidence == AUTOMATIC else MIGHT
    told = said.with_(names=names, uais=", ".join(line.cited.uais), years=", ".join(line.cited.years))
    number = _number_cited(line)
    return joined((told, CITES.with_(number=number)), "") if number else told


# Why a payment bears on nothing that is planned ----------------------------------------------------------------------


def _why_not(line: Line, seen: Line, decision: Decision, awaited: Mapping[str, Titre], left: Mapping[str, int]) -> Text:
    if line.net < 0:
        return TAKES_BACK
    own = [titre for titre in awaited.values() if titre.payer_siren == line.payer_siren]
    if decision.credits:
        return ALREADY.with_(names=decision.credits[0].titre)
    opened = [titre for titre in own if left[titre.titre] > 0]
    if not opened:
        return COVERED
    near = min(opened, key=lambda titre: (not of_year(seen, titre), abs(left[titre.titre] - line.net), titre.titre))
    failed = list(_failed(line, seen, near, left[near.titre]))
    if not failed and len(decision.candidates) > 1:
        return SEVERAL_FIT.with_(names=", ".join(decision.candidates))
    said = Text("rien ne le rattache à {name} : {failed}", "nothing ties it to {name}: {failed}")
    unproved = [Text("aucune preuve suffisante", "no sufficient proof")]
    return said.with_(name=near.titre, failed=joined(failed or unproved, ", "))


def _exceeded(line: Line, seen: Line, decision: Decision, awaited: Mapping[str, Titre], left: Mapping[str, int]) -> str:
    """Return the convention that the line pays again, beyond what is planned; "" where something speaks against it."""
    own = [titre for titre in awaited.values() if titre.payer_siren == line.payer_siren]
    if line.net <= 0 or line.standing == PENDING:
        return ""
    if decision.credits:
        return decision.credits[0].titre
    fits = [
        titre
        for titre in own
        if line.cited.ent
        and of_year(seen, titre)
        and dated_after(line, titre)
        and not paid_elsewhere(line)
        and not any(_named_otherwise(line, titre))
    ]
    return fits[0].titre if len(fits) == 1 and not any(left[titre.titre] > 0 for titre in own) else ""


def _failed(line: Line, seen: Line, near: Titre, left: int) -> Iterator[Text]:
    """Yield the tests that keep a line from being held against what `near` plans, the most telling first."""
    yield from _named_otherwise(line, near)
    if not of_year(seen, near):
        yield Text("nomme une autre année", "names another year")
    if not line.cited.ent:
        yield Text("le libellé ne parle pas de l’ENT", "the label does not speak of the ENT")
    if paid_elsewhere(line):
        said = Text("payé à « {payee} », qui n’est ni le rectorat ni le comptable public", "paid to “{payee}”, neither the rectorate nor the public accountant")  # fmt: skip
        yield said.with_(payee=line.payee)
    if line.on is None:
        yield Text("sans date", "without a date")
    elif not dated_after(line, near):
        said = Text("antérieur à la convention ({on})", "older than the convention ({on})")
        yield said.with_(on=day(near.issued_on))
    if says_otherwise(line, [near]):
        yield Text("un autre nombre d’écoles", "another number of schools")
    if line.net != left:
        said = Text("{paid} payés pour {left} prévus", "{paid} paid for {left} planned")
        yield said.with_(paid=money(line.net), left=money(left))


def _named_otherwise(line: Line, near: Titre) -> Iterator[Text]:
    cited = line.cited
    if number := _number_cited(line):
        said = Text(
            "cite le titre {number}, qui n’est pas communiqué", "cites titre {number}, which is not communicated"
        )
        yield said.with_(number=number)
    if strangers := [uai for uai in cited.uais if uai not in near.schools]:
        said = Text("nomme {uais}, que la convention ne liste pas", "names {uais}, which the convention does not list")
        yield said.with_(uais=", ".join(strangers))
    if cited.conventions and near.convention not in cited.conventions:
        yield Text("nomme une autre convention", "names another convention")
