"""S1 to S3: the line names no number; what is open adds up to it. And what is said when nothing fits.

Amounts of a payer are alike, so a sum settles only what nothing else could mean: one titre alone, all of a year's,
as many equal payments as equal titres. One set among many titres is proposed, unless the label corroborates it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.texts import Text, day, joined, money, same

from .account import AUTOMATIC, PROPOSED, Decision, Part
from .guards import nameless, of_year, paid_elsewhere, says_otherwise, schools_said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from recon.billed import Titre

    from .account import Account, Pool
    from .lines import Line

MOST_LISTED = 12
NEGATIVE = Text("montant négatif qu’aucun mandat n’explique", "negative amount that no mandat explains")
NOTHING_PAID = Text("montant nul", "amount of nothing")


def alone(line: Line, account: Account) -> Decision | None:
    """S1: the line speaks of the ENT, one titre alone is open, issued before it, and the amount is equal."""
    if not nameless(line) or line.cited.conventions or paid_elsewhere(line):
        return None
    pool = account.pool(line)
    if len(pool.titres) != 1 or line.net != pool.total or says_otherwise(line, pool.titres):
        return None
    titre = pool.titres[0]
    opened = account.opened(account.titres.values(), line)
    # A titre that was cancelled later and the one that replaces it are one claim.
    if len({account.books.replaced.get(other.titre, other.titre) for other in opened}) != 1:
        return None
    evidence = Text(
        "parle de l’ENT ; seul le titre {titre} est ouvert et le montant est égal",
        "speaks of the ENT; titre {titre} alone is open and the amount is equal",
    )
    return Decision("S1", evidence.with_(titre=titre.titre), parts=(Part(titre.titre, line.net),))


def whole(line: Line, account: Account) -> Decision | None:
    """S2: all open titres of a school year, or of the years or convention named, add up to the amount."""
    if not nameless(line) or paid_elsewhere(line):
        return None
    pool = account.pool(line)
    named = bool(line.cited.years or line.cited.conventions)
    sets = [(pool.titres, pool.total)] if named else [(pool.of_years[year], pool.totals[year]) for year in pool.totals]
    fits = [titres for titres, total in sets if len(titres) > 1 and total == line.net]
    if len(fits) != 1 or says_otherwise(line, fits[0]):
        return None
    numbers = tuple(sorted(titre.titre for titre in fits[0]))
    # Another set of another year may add up to it as well: then there is a choice, and none is made.
    if not named and any(way != numbers for way in pool.sums.ways(line.net)):
        return None
    evidence = Text(
        "parle de l’ENT ; montant égal à la somme de tous les titres ouverts {of} : {titres}",
        "speaks of the ENT; amount equals the sum of all open titres {of}: {titres}",
    )
    said = evidence.with_(of=_scope(line, fits[0]), titres=_listed(numbers))
    return Decision("S2", said, parts=tuple(Part(number, pool.open[number]) for number in numbers))


def _scope(line: Line, titres: Sequence[Titre]) -> Text:
    if line.cited.conventions:
        return Text("de la convention {name}", "of convention {name}").with_(name=", ".join(line.cited.conventions))
    years = ", ".join(sorted({titre.school_year for titre in titres}))
    return Text("de l’année {name}", "of {name}").with_(name=years)


def alike(lines: Sequence[Line], account: Account) -> Iterator[tuple[Line, Decision]]:
    """As many equal payments as open titres, all of that amount: they settle all, whichever pays which.

    The pairs go by date; the first says that they are a convention of ours (P07).
    """
    waiting: dict[int, list[Line]] = {}
    for line in lines:
        if line.net > 0 and nameless(line) and not line.cited.conventions and not paid_elsewhere(line):
            waiting.setdefault(line.net, []).append(line)
    for cents, equal in sorted(waiting.items()):
        by_id = {id(pool): pool for pool in map(account.pool, equal)}
        pools = {tuple(pool.open.items()): pool for pool in by_id.values()}
        pool = next(iter(pools.values()))
        told = any(schools_said(line) for line in equal)
        if len(pools) == 1 and 1 < len(pool.titres) <= len(equal) and set(pool.open.values()) == {cents} and not told:
            yield from _paired(equal, pool, cents)


def _paired(lines: Sequence[Line], pool: Pool, cents: int) -> Iterator[tuple[Line, Decision]]:
    evidence = Text(
        "{count} paiements égaux, sans numéro, pour les titres {titres} : tous sont soldés, quel que soit le paiement qui règle chacun",
        "{count} equal payments without a number for titres {titres}: all are settled, whichever payment settles which",
    )
    names = tuple(titre.titre for titre in pool.titres)
    said = evidence.with_(count=len(lines), titres=_listed(names))
    for index, (line, name) in enumerate(zip(lines, names, strict=False)):
        code = "" if index else "P07"
        yield line, Decision("S2", said, parts=(Part(name, cents),), candidates=names, code=code)


def one_set(line: Line, account: Account) -> Decision | None:
    """S3: exactly one set of at most three titres, or of consecutive numbers, adds up to the amount."""
    if not nameless(line):
        return None
    pool = account.pool(line)
    ways = pool.sums.ways(line.net)
    if len(ways) != 1:
        return None
    titres = [account.titres[number] for number in ways[0]]
    corroborated = _corroborated(line, titres)
    evidence = Text(
        "parle de l’ENT ; un seul ensemble de titres ouverts a ce montant : {titres}{label}",
        "speaks of the ENT; one set of open titres alone has this amount: {titres}{label}",
    )
    label = Text(" ; le libellé le confirme", "; the label corroborates it") if corroborated else Text("", "")
    said = evidence.with_(titres=", ".join(ways[0]), label=label)
    if corroborated:
        return Decision("S3", said, AUTOMATIC, tuple(Part(number, pool.open[number]) for number in ways[0]))
    proposals = [account.books.proposal(number, pool.open[number], line.on) for number in ways[0]]
    parts = tuple(part for proposal in proposals for part in proposal)
    return Decision("S3", said, PROPOSED, parts, candidates=ways[0], code="P07")


def _corroborated(line: Line, titres: Sequence[Titre]) -> bool:
    """Whether the label names the convention, every school year, or the number of schools of the titres."""
    if says_otherwise(line, titres) or paid_elsewhere(line):
        return False
    cited = line.cited
    if cited.conventions:
        return {titre.convention for titre in titres} == set(cited.conventions)
    if cited.years:
        return {titre.school_year for titre in titres} == set(cited.years)
    return bool(schools_said(line))


def nothing(line: Line, account: Account) -> Decision:
    """What is said of a line that no pass could place: its one candidate, its several, or none (P06)."""
    if line.net <= 0:
        return Decision("", NOTHING_PAID if line.net == 0 else NEGATIVE, PROPOSED, code="P06")
    if not nameless(line):
        return Decision("", _nearest(line, account), PROPOSED, code="P06")
    pool = account.pool(line)
    if len(pool.titres) == 1 and line.net < pool.total:
        return _less(line, account, pool.titres[0])
    if candidates := _candidates(line, pool):
        evidence = Text(
            "ne cite aucun numéro de titre ; plusieurs titres sont possibles : {titres}",
            "cites no titre's number; several titres are possible: {titres}",
        )
        return Decision("", evidence.with_(titres=_listed(candidates)), PROPOSED, candidates=candidates, code="P07")
    twins = sorted(account.books.by_amount & account.titres.keys())
    if settled := tuple(number for number in twins if _twin(line, account, number)):
        evidence = Text(
            "ne cite aucun numéro de titre ; un autre paiement a déjà réglé, pour ce montant : {titres}",
            "cites no titre's number; another payment has already settled, for this amount: {titres}",
        )
        return Decision("", evidence.with_(titres=_listed(settled)), PROPOSED, candidates=settled, code="P07")
    return Decision("", _nearest(line, account), PROPOSED, code="P06")


def _listed(titres: Sequence[str]) -> Text:
    more = Text(" et {count} autres", " and {count} more").with_(count=len(titres) - MOST_LISTED)
    return joined([same(", ".join(titres[:MOST_LISTED])), *([more] if len(titres) > MOST_LISTED else [])], "")


def _candidates(line: Line, pool: Pool) -> tuple[str, ...]:
    """Return the titres that the line may settle: of its amount, in a set or a year that adds up, or named."""
    found = pool.sums.members(line.net)
    for year, titres in pool.of_years.items():
        if pool.totals[year] == line.net:
            found |= {titre.titre for titre in titres}
    if not found and (line.cited.years or line.cited.conventions):
        found = set(pool.open)
    return tuple(sorted(found))


def _twin(line: Line, account: Account, number: str) -> bool:
    """Whether a titre that another payment settled by its amount is one that this line may have meant."""
    titre = account.titres[number]
    in_time = line.on is not None and titre.issued_on <= line.on
    return in_time and line.net == titre.net and of_year(line, titre)


def _less(line: Line, account: Account, titre: Titre) -> Decision:
    evidence = Text(
        "seul le titre {titre} est ouvert, pour {open} ; le paiement est moindre et ne nomme rien",
        "titre {titre} alone is open, for {open}; the payment is less and names nothing",
    )
    parts = account.books.proposal(titre.titre, line.net, line.on)
    said = evidence.with_(titre=titre.titre, open=money(account.left(titre, line)))
    return Decision("S1", said, PROPOSED, parts, candidates=(titre.titre,), code="P07")


def _nearest(line: Line, account: Account) -> Text:
    """Say which open titre is nearest, and which tests it fails."""
    near = account.nearest(line)
    if near is None:
        return Text("aucun titre n’est ouvert pour cette collectivité", "no titre is open for this payer")
    failed = list(_failed(line, account, near))
    said = Text(
        "le titre ouvert le plus proche est {titre}, pour {open}", "the nearest open titre is {titre}, for {open}"
    ).with_(titre=near.titre, open=money(account.left(near, line)))
    joined = Text(", ".join(test.fr for test in failed), ", ".join(test.en for test in failed))
    return Text("{said} ; non retenu : {failed}", "{said}; not taken: {failed}").with_(said=said, failed=joined)


def _failed(line: Line, account: Account, titre: Titre) -> Iterator[Text]:
    """Yield the tests that keep the line from settling `titre`."""
    yield Text("aucun numéro de titre reconnu", "no known titre number")
    if not line.cited.ent:
        yield Text("le libellé ne parle pas de l’ENT", "the label does not speak of the ENT")
    if paid_elsewhere(line):
        yield Text("payé à « {payee} », qui n’est ni le rectorat ni le comptable public", "paid to “{payee}”, neither the rectorate nor the public accountant").with_(payee=line.payee)  # fmt: skip
    if line.on is None:
        yield Text("paiement sans date", "payment without a date")
    elif line.on < titre.issued_on:
        yield Text("paiement antérieur au titre, émis le {on}", "payment older than the titre, issued on {on}").with_(on=day(titre.issued_on))  # fmt: skip
    if not of_year(line, titre):
        yield Text("autre année scolaire ({year})", "another school year ({year})").with_(year=titre.school_year or "–")
    left = account.left(titre, line)
    if line.net > left:
        yield Text("montant supérieur de {more}", "amount larger by {more}").with_(more=money(line.net - left))
    elif line.net < left:
        yield Text("montant inférieur de {less}", "amount smaller by {less}").with_(less=money(left - line.net))
