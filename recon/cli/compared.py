"""What changed between two months, told: files, decisions, each payer's balances and why, findings that came and went."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from recon.changes import NAMES, Change, changes, files_changed, names_of
from recon.findings.catalogue import CATALOGUE, SEVERITIES
from recon.texts import Text, counted, money, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from recon.changes import OutOfScope
    from recon.texts import Lang

HEADED = Text("{title} :", "{title}:")
BETWEEN = Text("De {one} à {other}", "From {one} to {other}")
SAME = Text("soldes inchangés", "balances unchanged")
NOTHING = Text("Aucun solde n’a changé.", "No balance changed.")
FILES = Text("Fichiers", "Files")
DECIDED = Text("Décisions prises ou retirées entre-temps", "Decisions made or taken back meanwhile")
RESOLVED = Text("Écarts résolus", "Findings resolved")
APPEARED = Text("Écarts nouveaux", "New findings")
STATES = Text(
    "Écarts : {new}, {standing}, {resolved} depuis {before}", "Findings: {new}, {standing}, {resolved} since {before}"
)
NEW = (Text("nouveau", "new"), Text("nouveaux", "new"))
STANDING = (Text("déjà là", "standing"), Text("déjà là", "standing"))
GONE = (Text("résolu", "resolved"), Text("résolus", "resolved"))
MORE = Text("… et {count}, que --json donne aussi", "… and {count}, which --json gives too")
OTHERS = (Text("autre", "other"), Text("autres", "others"))
SHOWN = 20


def told(
    months: tuple[Text, Text],
    before: Mapping[str, pl.DataFrame],
    after: Mapping[str, pl.DataFrame],
    decided: Sequence[Text],
    outside: Mapping[str, OutOfScope],
    lang: Lang,
) -> tuple[list[str], dict[str, Any]]:
    """Return what changed between two runs, their tables by name, for a reader and for a program.

    `decided` are the decisions made or taken back meanwhile; `outside` says by payment_id which one puts it out of scope.
    """
    found, files = changes(before, after, outside), files_changed(before, after)
    gone = before["findings"].join(after["findings"], on="finding_id", how="anti")
    appeared = after["findings"].join(before["findings"], on="finding_id", how="anti")
    standing = after["findings"].height - appeared.height
    lines = [BETWEEN.with_(one=months[0], other=months[1])(lang), _states(appeared, standing, gone, months[0])(lang)]
    for title, said in ((FILES, files), (DECIDED, decided)):
        lines += [HEADED.with_(title=title)(lang)] * bool(said) + [f"  {text(lang)}" for text in said]
    lines += [line for _, of_payer in groupby(found, key=_payer) for line in _lines(list(of_payer), lang)]
    lines += [] if found else [NOTHING(lang)]
    names = names_of(before) | names_of(after)
    lines += [*_findings(APPEARED, appeared, names, lang), *_findings(RESOLVED, gone, names, lang)]
    return lines, {
        "from": months[0](lang),
        "to": months[1](lang),
        "files": [text(lang) for text in files],
        "decisions": [text(lang) for text in decided],
        "changes": [_as_json(change, lang) for change in found],
        "findings": {
            "new": appeared["finding_id"].to_list(),
            "standing": standing,
            "resolved": gone["finding_id"].to_list(),
        },
    }


def _states(appeared: pl.DataFrame, standing: int, gone: pl.DataFrame, before: Text) -> Text:
    return STATES.with_(
        new=counted(appeared.height, *NEW),
        standing=counted(standing, *STANDING),
        resolved=counted(gone.height, *GONE),
        before=before,
    )


def _payer(change: Change) -> str:
    return change.payer_siren


def _lines(of_payer: Sequence[Change], lang: Lang) -> Iterator[str]:
    """Tell a payer's balances, year by year, then what changed them."""
    for change in of_payer:
        figures = ", ".join(
            f"{NAMES[name](lang)} {money(old)(lang)} → {money(new)(lang)}" for name, old, new in change.figures
        )
        title = " ".join(part for part in (change.payer_name or change.payer_siren, change.school_year) if part)
        yield visible(f"{HEADED.with_(title=title)(lang)} {figures or SAME(lang)}")
    yield from (visible(f"    {cause(lang)}") for cause in of_payer[0].causes)


def _findings(title: Text, found: pl.DataFrame, names: Mapping[str, str], lang: Lang) -> Iterator[str]:
    """Tell which findings came or went, the gravest first: code and title, whose, on what."""
    if found.height:
        yield HEADED.with_(title=title)(lang)
    gravest = [row for severity in SEVERITIES for row in found.iter_rows(named=True) if row["severity"] == severity]
    for row in gravest[:SHOWN]:
        about = (names.get(row["payer_siren"], row["payer_siren"]), row["titre"] or row["convention"], row["uai"])
        said = [f"{row['code']} {CATALOGUE[row['code']].title(lang)}", *(name for name in about if name)]
        yield visible(f"  {' · '.join(said if any(about) else [*said, row['file'] or ''])}")
    if len(gravest) > SHOWN:
        yield f"  {MORE.with_(count=counted(len(gravest) - SHOWN, *OTHERS))(lang)}"


def _as_json(change: Change, lang: Lang) -> dict[str, Any]:
    figures = {name: [f"{old / 100:.2f}", f"{new / 100:.2f}"] for name, old, new in change.figures}
    return {
        "school_year": change.school_year,
        "payer_siren": change.payer_siren,
        "payer_name": change.payer_name,
        "balances": figures,
        "causes": [cause(lang) for cause in change.causes],
    }
