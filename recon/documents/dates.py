"""Days in a convention: at its foot, of its signature, of its end, of the council's vote; and the transmission number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from recon.texts import MONTHS, Text
from recon.values import folded, parse_day

from .found import NOTHING, Found, Sure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .flow import Flow

_MONTH = "(?:janv|fevr|fev|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec|f.?vr|ao.?t|d.?c)[a-z]*\\.?"
DAY = rf"(?:\d{{1,2}}(?:\s*er)?\s*{_MONTH}\s*(?:20\d\d)|\d{{1,2}}\s*[/.-]\s*\d{{1,2}}\s*[/.-]\s*(?:20\d\d|\d\d)(?!\d))"
_AFTER = re.compile(rf"[^\w]{{0,12}}(?:(?:au|le|du|a la date du|en date du|en date)\b[^\w]{{0,12}}){{0,2}}({DAY})")
PLACE_AND_DAY = re.compile(
    rf"(?m)(?:^|[\s,.])(?:fait\s+)?(?:a|A)\s+([^\W\d_][\w' \n-]{{1,40}}?)\s*,\s*le\s*:?\s*({DAY})"
)
_LETTERHEAD = re.compile(rf"(?m)^\s*(?:le\s+)({DAY})\s*$")
_TRANSMISSION = re.compile(
    r"(?<![\w-])(\d{3}|02[ab])\s*-\s*(\d{9})\s*-\s*(20\d{2})(\d{2})(\d{2})\s*-\s*([a-z0-9_.]+(?:-[a-z0-9_.]+){0,4})"
)
_NATURE = re.compile(r"(?:^|-)(de|ar|ai|cc|bf|au)(?:-|$)")
_COUNCIL_DAY = re.compile(
    rf"(?:conseil(?:\s+(?:municipal|communautaire|syndical))?|s.?ance(?:\s+(?:publique|ordinaire))?(?:\s+du\s+conseil\s+municipal)?"
    rf"|d.?lib.?ration[^.;\n]{{0,40}}?|comit. syndical|assembl.e)\s+(?:en\s+date\s+)?(?:du|de\s+ce|le)?[\s.:]*({DAY})"
)
_YEAR_IN_WORDS = re.compile(
    rf"l'?\s*an\s+deux\s+mille\s+([a-z-]+(?:[\s-]+et[\s-]+un)?)[\s,]*(?:et\s+)?(?:le|du)\s+([a-z]+(?:[-\s][a-z]+){{0,2}}?|\d{{1,2}}(?:er)?)\s+({_MONTH})"
)
_COUNCIL_REF = re.compile(
    r"d.?lib.?ration(?:\s+(?:municipale|du\s+conseil(?:\s+municipal)?))?\s*(?:n\s*[°o.]|num.?ro)\s*:?\s*([a-z0-9][a-z0-9_./-]*)"
)
_UNITS = (
    "", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
)  # fmt: skip
_IN_WORDS = re.compile(r"(\d{1,2})\s*(?:er)?\s*(\D+?)\s*(20\d\d)")
# What is left of the months' first letters without those that bear an accent.
_LOST = {"fevrier": "fvr", "aout": "aot", "decembre": "dce"}
_TENS = {"vingt": 20, "trente": 30, "quarante": 40}
_TWO_PLACES = Text("dit à deux endroits", "said in two places")
_BY_NUMBER = Text("jour du numéro de télétransmission", "day of the transmission number")
_ACT = Text("numéro de l’acte, dans le numéro de télétransmission", "the act's number, in the transmission number")
_AT_HEAD = Text("date en tête, aucune au bas", "date at the head, none at the foot")


@dataclass(frozen=True, slots=True)
class Transmission:
    """The number under which an act was sent to the préfecture: whose, the act's day, its number, its nature (DE…)."""

    siren: str
    on: date
    act: str
    nature: str
    found: Found


def transmissions(flow: Flow) -> Iterator[Transmission]:
    """Yield each transmission number once, in order."""
    seen: set[str] = set()
    for found in _TRANSMISSION.finditer(flow.plain):
        try:
            on = date(int(found[3]), int(found[4]), int(found[5]))
        except ValueError:
            continue
        words = "".join(flow.text[found.start() : found.end()].split())
        tail = flow.text[found.start(6) : found.end(6)]
        nature = _NATURE.search(found[6])
        act = tail[: nature.start()] if nature else tail
        if words in seen:
            continue
        seen.add(words)
        told = Found(found[2], words, flow.span(found.start(), found.end()), Sure.READ)
        yield Transmission(found[2], on, act.strip("-"), nature[1].upper() if nature else "", told)


def day_at(flow: Flow, start: int, end: int, sure: Sure = Sure.READ, why: Text = NOTHING) -> Found | None:
    """Return the day that stands between two offsets, its month's accent lost or not; None if it is no day."""
    words = " ".join(flow.text[start:end].split())
    day = parse_day(re.sub(r"\s*([/.-])\s*", r"\1", words)) or parse_day(words) or _mended(flow.plain[start:end])
    return Found(day.isoformat(), words, flow.span(start, end), sure, why) if day else None


def _mended(words: str) -> date | None:
    parts = _IN_WORDS.fullmatch(" ".join(words.split()))
    return parse_day(f"{parts[1]} {_whole_month(parts[2])} {parts[3]}") if parts else None


def day_after(flow: Flow, words: str, start: int, end: int) -> Found | None:
    """Return the first day that follows `words`, with nothing but small words between; None if they end with none."""
    for _, at in flow.say(words, start, end):
        found = _AFTER.match(flow.plain, at)
        if found and (day := day_at(flow, found.start(1), found.end(1))):
            return day
    return None


def dated_on(flow: Flow, start: int, end: int, head: int) -> Found | None:
    """Return the day of the place-and-date line after the list; else the one at the convention's head, to be checked."""
    found = None
    for found in PLACE_AND_DAY.finditer(flow.plain, start, end):  # noqa: B007  The last one is at the foot.
        pass
    if found:
        return day_at(flow, found.start(2), found.end(2))
    above = _LETTERHEAD.search(flow.plain, head, start)
    return day_at(flow, above.start(1), above.end(1), Sure.DOUBTFUL, _AT_HEAD) if above else None


def council_days(flow: Flow, start: int, end: int) -> Iterator[Found]:
    """Yield the days of a council's sitting, in figures or in words."""
    for found in _COUNCIL_DAY.finditer(flow.plain, start, end):
        if day := day_at(flow, found.start(1), found.end(1)):
            yield day
    for found in _YEAR_IN_WORDS.finditer(flow.plain, start, end):
        spoken = _spoken_day(found[1], found[2], found[3])
        if spoken:
            words = " ".join(flow.text[found.start() : found.end()].split())
            yield Found(spoken.isoformat(), words, flow.span(found.start(), found.end()), Sure.READ)


def council_on(days: Iterable[Found], sent: Transmission | None) -> Found | None:
    """Return the day of the vote: what the decision says, proved by the transmission number; else the number's day."""
    told = list(days)
    agreeing = [day for day in told if sent and day.value == sent.on.isoformat()]
    if agreeing or len({day.value for day in told}) < len(told):
        day = agreeing[0] if agreeing else max(told, key=lambda one: sum(one.value == other.value for other in told))
        return Found(day.value, day.words, day.span, Sure.PROVED, _TWO_PLACES)
    if sent:
        return Found(sent.on.isoformat(), sent.found.words, sent.found.span, Sure.READ, _BY_NUMBER)
    return told[0] if told else None


def council_ref(flow: Flow, start: int, end: int, sent: Transmission | None) -> Found | None:
    """Return the number of the council's decision, else the act's number within the transmission number."""
    for found in _COUNCIL_REF.finditer(flow.plain, start, end):
        if re.search(r"\d", found[1]):
            words = flow.text[found.start(1) : found.end(1)].rstrip(".-/")
            return Found(words, words, flow.span(found.start(1), found.end(1)), Sure.READ)
    if sent and sent.act:
        return Found(sent.act, sent.found.words, sent.found.span, Sure.READ, _ACT)
    return None


def _spoken_day(year: str, day: str, month: str) -> date | None:
    number = int(re.sub(r"\D", "", day)) if day[0].isdigit() else _spoken(day)
    years = _spoken(year)
    if not number or years is None:
        return None
    return parse_day(f"{number} {_whole_month(month)} {2000 + years}")


def _whole_month(month: str) -> str:
    """Return the month whose name begins alike, its accented letter lost or not."""
    begins = re.sub(r"[^a-z]", "", month)
    return next(
        (name for name in MONTHS["fr"] if begins[:4] == folded(name)[:4] or begins[:3] == _LOST.get(folded(name))),
        month,
    )


def _spoken(words: str) -> int | None:
    """Return the number below 60 that French words say, None if they are none."""
    parts = [part for part in re.split(r"[\s-]+", words) if part and part != "et"]
    if parts and parts[0] == "premier":
        return 1
    tens = _TENS.get(parts[0], 0) if parts else 0
    rest = "-".join(parts[1:] if tens else parts)
    if tens and not rest:
        return tens
    return tens + _UNITS.index(rest) if rest in _UNITS and rest else None
