"""A document → its conventions: where each begins and ends, and what each of its fields says."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from recon.identifiers import school_year_start, siren_of
from recon.texts import Text

from . import dates, money, payer
from .changes import UNSURE
from .checks import checks_of
from .flow import flows_of
from .found import Found, Reading, Sure
from .parts import holds_another, parts
from .schools import listed
from .uais import proved

if TYPE_CHECKING:
    from recon.readers import Book

    from .dates import Transmission
    from .flow import Flow
    from .parts import Part

REQUIRED = ("payer_siret", "payer_name", "school_year", "rate", "schools")
_LIST = "listedesécoles|écoles(?:publiques)?(?:concernées|inscrites|suivantes|ajoutées|retirées)"
_LIST_ENDS = "article1[0-9]|duréedelaconvention|modificationetrésiliation|laprésenteconventionprend"
_ENDS_ON = "setermine(?:ra)?|prend(?:ra)?fin|expire(?:ra)?|jusquau|sachève(?:ra)?|échéance"
_SIGNED_ON = "datedesignature|signée?(?:électroniquement)?|signature(?:électronique)?"
_AMENDMENT = "avenantn?o?[0-9]+|avenant(?:à|de)laconvention"
_NUMBER = re.compile(
    r"convention(?:\s+de\s+partenariat)?\s*(?:n\s*[°o]\.?|num.?ro|r.?f(?:.?rence)?\s*[:.])\s*:?\s*([a-z0-9][a-z0-9_./-]*)"
)
_YEARS = r"(20\d\d)\s*[-/\s]\s*(20\d\d|\d\d)(?!\d)"
_AFTER_LABEL = re.compile(rf"\s*:?\s*(?:de\s+|du\s+)?{_YEARS}(?:\s*(?:,|et|a|ou)\s*{_YEARS})?")
_ANY_YEARS = re.compile(rf"(?<![\d/-]){_YEARS}(?![/-])")
_REPEATED = Text("dit à plusieurs endroits", "said in several places")
_UNLABELLED = Text("sans les mots « année scolaire »", "without the words “année scolaire”")
_BLANK = Text("laissée en blanc", "left blank")


def conventions_in(book: Book) -> list[Reading]:
    """Return the conventions of a document, in order; one that lacks something says what."""
    flow, whole = flows_of(book)
    sent = list(dates.transmissions(whole))
    found = list(parts(flow))
    readings = [_reading(flow, part, sent, alone=len(found) == 1) for part in found]
    for reading in readings:
        reading.lines = {name: whole.excerpt(one.span, one.words) for name, one in reading.fields.items()}
    return readings


def _reading(flow: Flow, part: Part, sent: list[Transmission], *, alone: bool) -> Reading:
    fields: dict[str, Found | None] = {}
    rivals: dict[str, list[Found]] = {}
    body = part.party.start if part.party else part.start
    own = [one for one in sent if alone or (part.party and one.siren == siren_of(part.party.siret))]
    if part.party:
        fields["payer_siret"] = payer.siret_found(flow, part.party, own)
        fields["payer_name"] = payer.name_found(flow, part.party, part.start, part.end)
        fields["payer_address"] = payer.address_found(flow, part.party, part.end)
    amendment = _is_amendment(flow, part, body)
    first, last = _list_of(flow, part, amendment=amendment)
    schools = listed(flow, first, last, amendment=amendment)
    fields["school_year"], rivals["school_year"] = _school_year(flow, part)
    _money(flow, part, body, last, fields, rivals)
    _days(flow, part, (body, last), own, fields, amendment=amendment)
    _numbers(flow, part, body, fields, amendment=amendment)
    found = {name: one for name, one in fields.items() if one is not None}
    reading = Reading(found, schools, amendment, rivals={name: some for name, some in rivals.items() if some})
    required = (name for name in REQUIRED if not (amendment and name == "rate"))
    present = {*found, *reading.rivals, *(["schools"] if schools else [])}
    reading.missing = [name for name in required if name not in present]
    if schools and not amendment and not found.keys() & {"school_count", "amount"}:
        reading.missing.append("school_count")  # A page that is lost or blank may have taken schools with it.
    reading.missing += ["parties"] if holds_another(flow, part) else []
    reading.missing += ["change"] if any(one.change == UNSURE for one in schools) else []
    reading.span = flow.span(part.start, max(part.end, part.start + 1))
    payer_siren = siren_of(reading.value("payer_siret"))
    reading.stranger = next((one.found for one in own if payer_siren not in {"", one.siren}), None)
    reading.checks = checks_of(reading, own)
    return reading


def _list_of(flow: Flow, part: Part, *, amendment: bool) -> tuple[int, int]:
    """Return where the list of schools begins and ends: from the heading above its first UAI to the next article."""
    body = part.party.end if part.party else part.start
    if amendment:
        ends = flow.first("faità|faiténd", part.last_uai, part.end)
        return body, ends[0] if ends else part.end
    headings = [at for at in flow.say(_LIST, body, part.end) if at[0] <= part.last_uai]
    article = flow.last("article9", body, part.last_uai)
    above = [at for at in headings if at[0] < part.first_uai or (article and at[0] > article[0])]
    if article and above:
        above = [at for at in above if at[0] >= article[0]] or above
    start = body if not above else _nearest(flow, above, part)
    ends = flow.first(_LIST_ENDS, start, part.end)
    return start, ends[0] if ends else part.end


def _nearest(flow: Flow, headings: list[tuple[int, int]], part: Part) -> int:
    """Return the end of the last heading that no UAI stands before, from the first heading on."""
    begun = headings[0][1]
    first = next((token.start for token in proved(flow, begun, part.end)), part.last_uai)
    return max((at[1] for at in headings if at[1] <= first), default=begun)


def _is_amendment(flow: Flow, part: Part, body: int) -> bool:
    head = flow.first(_AMENDMENT, part.start, body)
    return head is not None


def _school_year(flow: Flow, part: Part) -> tuple[Found | None, list[Found]]:
    """Return the school year that the text names, and the years that contradict each other: then none is sure."""
    told: list[Found] = []
    for start, end in flow.say("année?scolaires?", part.start, part.end):
        match = _AFTER_LABEL.match(flow.plain, end)
        if match:
            told += [_year(flow, match, group) for group in (1, 3) if match[group]]
        elif found := next(flow.say("année?scolaires?20[0-9][0-9]20[0-9][0-9]", start, min(end + 40, part.end)), None):
            digits = re.sub(r"\D", "", flow.text[end : found[1]])
            told.append(_year_of(flow, digits[:4], digits[4:8], (end, found[1])))
    told = [one for one in told if one.value]
    distinct = list({one.value: one for one in reversed(told)}.values())[::-1]
    if len(distinct) > 1:
        return None, distinct
    if told:
        return (replace(told[0], sure=Sure.PROVED, why=_REPEATED) if len(told) > 1 else told[0]), []
    others = [_year(flow, match, 1) for match in _ANY_YEARS.finditer(flow.plain, part.start, part.end)]
    known = {one.value: one for one in others if one.value}
    if len(known) == 1:
        return replace(next(iter(known.values())), sure=Sure.DOUBTFUL, why=_UNLABELLED), []
    return None, list(known.values())


def _year(flow: Flow, match: re.Match[str], group: int) -> Found:
    return _year_of(flow, match[group], match[group + 1], (match.start(group), match.end(group + 1)))


def _year_of(flow: Flow, first: str, last: str, at: tuple[int, int]) -> Found:
    follows = int(last) % 100 == (int(first) + 1) % 100
    words = " ".join(flow.text[slice(*at)].split())
    return Found(f"{first}-{int(first) + 1}" if follows else "", words, flow.span(*at), Sure.READ)


def _money(
    flow: Flow, part: Part, body: int, last: int, fields: dict[str, Found | None], rivals: dict[str, list[Found]]
) -> None:
    """Read the rate, the number of schools and the amount: the convention's own words, not the council's."""
    product = next(money.products(flow, body, last), None)
    told = list(money.rates(flow, *_article4(flow, body, last))) or list(money.rates(flow, body, part.end))
    fields["rate"], rivals["rate"] = money.settled_rate(told, product)
    count = next(money.counts(flow, body, last), None) or (product.count if product else None)
    fields["school_count"] = count
    amount = product.amount if product else next(money.amounts(flow, _article9(flow, body, last), last), None)
    if amount:
        rate = money.cents_of(fields["rate"].value) if fields["rate"] else None
        amount = money.settled_amount(amount, int(count.value) if count else None, rate)
    fields["amount"] = amount
    if count and product and count.value == product.count.value and count is not product.count:
        fields["school_count"] = replace(count, sure=Sure.PROVED, why=_REPEATED)


def _article4(flow: Flow, body: int, last: int) -> tuple[int, int]:
    """Return where article 4 begins and ends; nowhere if there is none."""
    found = flow.first("article4(?![0-9])", body, last)
    if found is None:
        return body, body
    ends = flow.first("article[5-9]", found[1], last)
    return found[1], ends[0] if ends else last


def _article9(flow: Flow, body: int, last: int) -> int:
    found = flow.last("article9", body, last)
    return found[0] if found else body


def _days(
    flow: Flow,
    part: Part,
    span: tuple[int, int],
    sent: list[Transmission],
    fields: dict[str, Found | None],
    *,
    amendment: bool,
) -> None:
    """Read the days; a vote or signature of before any that could be this act's is another's, only recalled."""
    body, last = span
    foot = max(body, part.last_uai)
    fields["dated_on"] = dates.dated_on(flow, foot if amendment else last, part.end, part.start)
    earliest = _earliest(fields, amendment=amendment)
    signed = dates.day_after(flow, _SIGNED_ON, foot, part.end)
    fields["signed_on"] = signed if signed and signed.value >= earliest else None
    fields["ends_on"] = _end(flow, last, part.end) or _end(flow, body, last)
    own = siren_of(part.party.siret) if part.party else ""
    votes = [one for one in sent if one.nature in {"DE", ""} and own in {"", one.siren}]
    voted = next((one for one in votes if one.on.isoformat() >= earliest), None)
    told = [day for day in dates.council_days(flow, part.start, part.end) if day.value >= earliest]
    if amendment:  # It recalls the vote of what it changes; its own is the later one.
        told = [day for day in told if day.value == max(one.value for one in told)]
    fields["council_on"] = dates.council_on(told, voted)
    fields["council_ref"] = dates.council_ref(flow, part.start, part.end, voted)


def _earliest(fields: dict[str, Found | None], *, amendment: bool) -> str:
    """Return the first day that a vote may bear: a year before the school year, or its first day for an avenant dated in it.

    An avenant dated in the year and taken for one voted before would withdraw schools that stay due.
    """
    year, dated = fields["school_year"], fields["dated_on"]
    if year is None:
        return ""
    begins = school_year_start(year.value)
    if amendment and dated and dated.value >= begins.isoformat():
        return begins.isoformat()
    return begins.replace(year=begins.year - 1).isoformat()


def _end(flow: Flow, start: int, end: int) -> Found | None:
    """Return the end date, without a value where its sentence ends in a blank."""
    if day := dates.day_after(flow, _ENDS_ON, start, end):
        return day
    blank = flow.first("(?:setermine|prendfin)(?:au|le)?", start, end)
    if blank is None:
        return None
    return Found("", " ".join(flow.text[slice(*blank)].split()), flow.span(*blank), Sure.DOUBTFUL, _BLANK)


def _numbers(flow: Flow, part: Part, body: int, fields: dict[str, Found | None], *, amendment: bool) -> None:
    """Read the convention's own number, in its title; an avenant's title names the convention that it changes."""
    for match in _NUMBER.finditer(flow.plain, part.start, body):
        words = flow.text[match.start(1) : match.end(1)].rstrip(".-/")
        if re.search(r"\d", words):
            name = "amends" if amendment else "convention"
            fields[name] = Found(words, words, flow.span(*match.span(1)), Sure.READ)
            return
