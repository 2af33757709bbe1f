"""What must agree within a convention: count, product, letters, SIRET, and the transmission number's SIREN."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from recon.identifiers import expected_uai, is_siret, siren_of
from recon.texts import Text, counted, joined, money, same, visible

from .found import Check
from .money import cents_of
from .schools import wrong_letters
from .uais import right

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .dates import Transmission
    from .found import Reading

_SCHOOLS = Text("école", "school"), Text("écoles", "schools")
COUNT = Text("Nombre d’écoles", "Number of schools")
PRODUCT = Text("Produit", "Product")
LETTERS = Text("Lettres des UAI", "UAI letters")
TWICE = Text("Écoles en double", "Schools listed twice")
KEY = Text("Clé du SIRET", "SIRET key")
SIREN = Text("SIREN de la télétransmission", "Transmission number's SIREN")

ANNOUNCED = Text("{announced} annoncées, {listed} listées", "{announced} announced, {listed} listed")
NOT_ANNOUNCED = Text("aucun nombre annoncé, {listed} dans la liste", "no number announced, {listed} in the list")
TIMES = Text("{count} × {rate} = {product}, annoncé {amount}", "{count} × {rate} = {product}, announced {amount}")
NO_AMOUNT = Text("aucun montant annoncé", "no amount announced")
ALL_RIGHT = Text("toutes justes", "all right")
WRONG = Text("{uai} : {right} attendu", "{uai}: {right} expected")
UNREAD = Text("un UAI ne se lit pas", "a UAI cannot be read")
NONE_TWICE = Text("aucune", "none")
RIGHT = Text("juste", "right")
WRONG_KEY = Text("fausse", "wrong")
NO_NUMBER = Text("aucun numéro de télétransmission", "no transmission number")
SAME_SIREN = Text("{siren}, celui du SIRET", "{siren}, the SIRET's")
OTHER_SIREN = Text("{siren}, et {own} dans le SIRET", "{siren}, and {own} in the SIRET")


def checks_of(reading: Reading, sent: Sequence[Transmission]) -> list[Check]:
    """Return every check of a convention, whether it holds or not."""
    return [
        _count(reading),
        _product(reading),
        _letters(reading),
        _twice(reading),
        _key(reading),
        _siren(reading, sent),
    ]


def _distinct(reading: Reading) -> int:
    return len({right(one.uai) or one.words for one in reading.schools})


def _count(reading: Reading) -> Check:
    announced, found = reading.value("school_count"), _distinct(reading)
    if not announced:
        return Check(COUNT, NOT_ANNOUNCED.with_(listed=counted(found, *_SCHOOLS)), None)
    return Check(COUNT, ANNOUNCED.with_(announced=announced, listed=found), int(announced) == found)


def _product(reading: Reading) -> Check:
    rate, amount = cents_of(reading.value("rate")), cents_of(reading.value("amount"))
    if rate is None or amount is None:
        return Check(PRODUCT, NO_AMOUNT, None)
    count = _distinct(reading)
    said = TIMES.with_(count=count, rate=money(rate), product=money(count * rate), amount=money(amount))
    return Check(PRODUCT, said, count * rate == amount)


def _letters(reading: Reading) -> Check:
    wrong = wrong_letters(reading.schools)
    if not wrong:
        return Check(LETTERS, ALL_RIGHT, True if reading.schools else None)
    said = [
        WRONG.with_(uai=visible(one.uai), right=right) if (right := expected_uai(one.uai)) else UNREAD for one in wrong
    ]
    return Check(LETTERS, joined(said, ", "), holds=False)


def _twice(reading: Reading) -> Check:
    uais = Counter(uai for one in reading.schools if (uai := right(one.uai)))
    again = sorted(uai for uai, count in uais.items() if count > 1)
    return Check(TWICE, same(", ".join(again)) if again else NONE_TWICE, not again)


def _key(reading: Reading) -> Check:
    siret = reading.value("payer_siret")
    return Check(KEY, RIGHT if is_siret(siret) else WRONG_KEY, is_siret(siret) if siret else None)


def _siren(reading: Reading, sent: Sequence[Transmission]) -> Check:
    own = siren_of(reading.value("payer_siret"))
    if not sent or not own:
        return Check(SIREN, NO_NUMBER, None)
    if reading.stranger:
        return Check(SIREN, OTHER_SIREN.with_(siren=reading.stranger.value, own=own), holds=False)
    return Check(SIREN, SAME_SIREN.with_(siren=own), holds=True)
