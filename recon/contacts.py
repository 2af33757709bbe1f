"""Whom each payer's statement is addressed to, and whether the number that it bears is sound."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from recon.identifiers import is_siren, is_siret, siren_of
from recon.likeness import commune_key
from recon.references import named_alike
from recon.tables import Contact

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from recon.conventions import Register
    from recon.month import Accounts
    from recon.references import References

SIREN, SIRET = "siren", "siret"


def contacts(accounts: Accounts, known: References, questioned: Collection[str] = ()) -> dict[str, Contact]:
    """Return whom each payer's statement is addressed to: its latest convention, else its titre, else its ledger.

    `questioned` are the payers of whose number a document says otherwise.
    """
    insee = {**_insee_codes(accounts.register), **accounts.insee}
    names = {commune_key(commune.name) for commune in known.communes.values()}
    found: defaultdict[str, list[Contact]] = defaultdict(list)
    for contact in _named(accounts):
        found[contact.siren].append(contact)
    return {
        siren: _contact(
            of_payer, insee.get(siren, ""), another=siren in questioned or _is_of_another(of_payer, known, names)
        )
        for siren, of_payer in sorted(found.items())
    }


def _named(accounts: Accounts) -> Iterator[Contact]:
    """Yield every naming of a payer, the one that counts most last."""
    for enrolment in reversed(accounts.register.enrolments.values()):
        for payer in enrolment.payers:
            yield Contact(payer, "", enrolment.commune, "", "", "")
    firsts = {line.payer_siren: line.payer_name for line in reversed(accounts.ledger.lines)}
    for payer, name in firsts.items():
        yield Contact(payer, "", name, "", "", "")
    for titre in sorted(accounts.titres.values(), key=lambda titre: (titre.issued_on, titre.titre)):
        yield Contact(titre.payer_siren, titre.debtor_siret, titre.debtor_name, "", "", "")
    for c in sorted(accounts.register.conventions.values(), key=lambda c: (c.school_year, c.since)):
        yield Contact(c.payer_siren, c.payer_siret, c.payer_name, c.address, c.email, "")


def _contact(of_payer: list[Contact], insee: str, *, another: bool) -> Contact:
    last = of_payer[-1]
    told = [one.siret for one in reversed(of_payer) if len(one.siret) > len(last.siren)]
    sound = next((siret for siret in told if is_siret(siret) and siren_of(siret) == last.siren), "")
    if another or not is_siren(last.siren):
        unsure, sound = SIREN, ""
    else:
        unsure = SIRET if told and not sound else ""
    return replace(last, siret=sound, name=last.name or last.siren, insee=insee, unsure=unsure)


def _is_of_another(of_payer: list[Contact], known: References, names: Collection[tuple[str, ...]]) -> bool:
    """Say whether the number is that of a commune other than the one it is given to."""
    last = of_payer[-1]
    now = known.payers.get(last.siren)
    return now is not None and commune_key(last.name) in names and not named_alike(known, now.insee, last.name)


def _insee_codes(register: Register) -> dict[str, str]:
    """Return the INSEE code of each payer all of whose enrolled schools stand in one commune."""
    codes: dict[str, set[str]] = {}
    for enrolment in register.enrolments.values():
        for payer in enrolment.payers:
            codes.setdefault(payer, set()).add(enrolment.insee)
    return {payer: min(insees) for payer, insees in codes.items() if len(insees) == 1}
