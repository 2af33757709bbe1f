"""A statement in brief: for each school year what is planned or billed, paid and left, and what does not agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.story import facts, words
from recon.story.parts import BAD, GOOD, NOTHING, TO_SEE, Line, Row
from recon.story.statement_lines import planned_sum, without_ledger
from recon.texts import Text, counted, money, same

if TYPE_CHECKING:
    from recon.reports.owed import Owed
    from recon.story.statement import Year
    from recon.tables import Month

ASKED = Text("titré {billed}, payé {paid} : {verdict}", "billed {billed}, paid {paid}: {verdict}")
ASKED_MAYBE = Text("titré {billed}, payé {paid} ; {verdict}", "billed {billed}, paid {paid}; {verdict}")
EXPECTED = Text("prévu {expected}, payé {paid} : {verdict}", "planned {expected}, paid {paid}: {verdict}")
TO_PAY = Text("à payer maintenant", "to pay now")
LATE = Text("à payer maintenant, échéance dépassée", "to pay now, past due")
NOTHING_LEFT = Text("rien à payer", "nothing to pay")
COMING = Text("rien de plus à payer, {sum} en cours", "nothing more to pay, {sum} under way")
MAYBE = Text("rien n’est demandé à ce jour : {sum} à vérifier", "nothing is asked for today: {sum} to be checked")
MAYBE_AND_MORE = Text(
    "à payer maintenant, {sum} à vérifier étant déduits", "to pay now, {sum} to be checked being taken off"
)
SUBJECT = Text("resterait à payer (titre non communiqué)", "would be left to pay (titre not communicated)")
SUBJECT_COMING = Text(
    "resterait à payer, {sum} en cours déduits (titre non communiqué)",
    "would be left to pay, {sum} under way taken off (titre not communicated)",
)
NOTHING_PLANNED = Text("rien de prévu d’après les fichiers", "nothing planned by the files")
NOTHING_KNOWN = Text("aucune convention ni aucun titre", "no convention and no titre")
TOTAL = Text("Total à payer maintenant", "Total to pay now")
PLANNED_ALONE = Text("prévu {sum} (titre non communiqué) ; {why}", "planned {sum} (titre not communicated); {why}")
BILLED_ALONE = Text(
    "titré {sum} : {verdict}, sauf paiement déjà fait ; {why}", "billed {sum}: {verdict}, unless already paid; {why}"
)
TOO_MUCH = Text(
    "{paid} payés pour {expected} prévus : {more} de trop, à vérifier",
    "{paid} paid for {expected} planned: {more} too much, to be checked",
)
DISAGREES = Text(
    "la convention {number} annonce {announced} ; sa liste donne {listed}. Retenu : la liste ({kept}), car chaque école est comptée une à une ; l’annonce est à corriger ou à expliquer",
    "convention {number} announces {announced}; its list gives {listed}. Used: the list ({kept}), as schools are counted one by one; what is announced is to be corrected or explained",
)
MISCOUNTED = ("C02", "C03")


def brief(month: Month, account: Owed, years: tuple[Year, ...], to_pay: int | None) -> list[Line]:
    """Return the statement in brief."""
    unheard = without_ledger(month, account)
    lines = [line for year in years for line in _year(month, account, year, unheard)]
    if to_pay is not None and len([year for year in years if year.communicated]) > 1:
        lines.append(Line(TOTAL, NOTHING, to_pay, look=BAD if any(year.late for year in years) else ""))
    return lines or [Line(Text("–", "–"), NOTHING_KNOWN)]


def _year(month: Month, account: Owed, year: Year, unheard: Text | None) -> list[Line]:
    label, sums = same(year.school_year or "–"), year.sums
    owed_or_planned = sums["remaining"] or not year.communicated
    if unheard and owed_or_planned and not sums["paid"] and not sums["under_way"]:
        lines = [_alone(year, label, unheard)]
    else:
        lines = [_billed(year, label) if year.communicated else _planned(year, label)]
    paid = sums["paid"] + sums["under_way"] + sums["to_confirm"] + sums["beyond"]
    if sums["beyond"] and paid > sums["expected"]:
        more = paid - sums["expected"]
        said = TOO_MUCH.with_(paid=money(paid), expected=money(sums["expected"]), more=money(more))
        lines.append(Line(NOTHING, said, look=TO_SEE))
    return lines + _disagreements(month, account, year.school_year)


def _alone(year: Year, label: Text, why: Text) -> Line:
    if year.communicated:
        verdict, look = (LATE, BAD) if year.late else (TO_PAY, "")
        return Line(
            label,
            BILLED_ALONE.with_(sum=money(year.sums["billed"]), verdict=verdict, why=why),
            year.sums["remaining"],
            look=look,
        )
    if not year.sums["expected"]:
        return Line(label, NOTHING_PLANNED, 0, look=TO_SEE)
    return Line(label, PLANNED_ALONE.with_(sum=money(year.sums["expected"]), why=why), look=TO_SEE)


def _planned(year: Year, label: Text) -> Line:
    sums, left = year.sums, year.sums["remaining"]
    if not sums["expected"]:
        return Line(label, NOTHING_PLANNED, 0, look=TO_SEE)
    verdict = SUBJECT_COMING.with_(sum=money(sums["under_way"])) if sums["under_way"] else SUBJECT
    said = EXPECTED.with_(verdict=verdict, expected=money(sums["expected"]), paid=money(sums["paid"]))
    return Line(label, said, left, look=TO_SEE if left else GOOD)


def _billed(year: Year, label: Text) -> Line:
    sums, left = year.sums, year.sums["remaining"]
    if left and sums["to_confirm"]:
        verdict, look = MAYBE_AND_MORE.with_(sum=money(sums["to_confirm"])), BAD if year.late else TO_SEE
    elif left:
        verdict, look = (LATE, BAD) if year.late else (TO_PAY, "")
    elif sums["to_confirm"]:
        verdict, look = MAYBE.with_(sum=money(sums["to_confirm"])), TO_SEE
    else:
        verdict, look = (COMING.with_(sum=money(sums["under_way"])) if sums["under_way"] else NOTHING_LEFT), GOOD
    template = ASKED_MAYBE if sums["to_confirm"] and not left else ASKED
    said = template.with_(verdict=verdict, billed=money(sums["billed"]), paid=money(sums["paid"]))
    return Line(label, said, left, look=look)


def _disagreements(month: Month, account: Owed, school_year: str) -> list[Line]:
    """Return a line per convention whose announced number or sum is not that of its list, and which one counts."""
    found = {row["convention"] for row in month.findings.iter_rows(named=True) if row["code"] in MISCOUNTED}
    rows = [row for row in account.conventions if row["school_year"] == school_year and row["convention"] in found]
    return [Line(NOTHING, _disagreement(row), look=TO_SEE) for row in rows if row["listed"]]


def _disagreement(row: Row) -> Text:
    announced = [counted(row["school_count"], words.SCHOOL, words.SCHOOLS)] if row["school_count"] is not None else []
    announced += [money(row["amount"])] if row["amount"] is not None else []
    listed = (counted(row["listed"], words.SCHOOL, words.SCHOOLS), money(row["listed"] * row["rate"]))
    return DISAGREES.with_(
        number=row["convention"],
        announced=facts.listed(announced, ", "),
        listed=facts.listed(listed, ", "),
        kept=money(planned_sum(row)),
    )
