"""What an annotated copy says to whoever corrects it; the copy goes to a French commune, so it speaks French."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.findings.catalogue import CATALOGUE
from recon.texts import Text, visible

if TYPE_CHECKING:
    from recon.diagnostics import Diagnostic

LONGEST = 250

TITLE = Text("{what} dans {name}", "{what} in {name}")
CORRECTION = Text("correction à faire", "correction to make")
CORRECTIONS = Text("corrections à faire", "corrections to make")
CHECK, CHECKS = Text("point à vérifier", "point to check"), Text("points à vérifier", "points to check")
HOW = Text(
    "Corrigez les cellules rouges dans ce classeur, enregistrez-le, puis renvoyez-le tel quel : la feuille « À corriger » et la colonne « À corriger (recon) » seront ignorées.",
    "Correct the red cells in this workbook, save it, then send it back as it is: the sheet “À corriger” and the column “À corriger (recon)” are ignored.",
)
LEFT_OUT = Text(
    "{left_out} ligne sur {read} est écartée tant qu’elle n’est pas corrigée.",
    "{left_out} row of {read} is left out until it is corrected.",
)
LEFT_OUTS = Text(
    "{left_out} lignes sur {read} sont écartées tant qu’elles ne sont pas corrigées.",
    "{left_out} rows of {read} are left out until they are corrected.",
)
COLOURS = Text(
    "Rouge : à corriger. Orange : à vérifier. Jaune : simple remarque.",
    "Red: to correct. Orange: to check. Yellow: a remark only.",
)
HEADINGS = (
    Text("N°", "No."), Text("Gravité", "Severity"), Text("Feuille", "Sheet"), Text("Cellule", "Cell"),
    Text("Colonne", "Column"), Text("Valeur trouvée", "Value found"), Text("Attendu", "Expected"),
    Text("Comment corriger", "How to correct"), Text("Code", "Code"),
)  # fmt: skip
SEVERITIES = {
    "blocking": Text("À corriger", "To correct"),
    "review": Text("À vérifier", "To check"),
    "follow-up": Text("Remarque", "Remark"),
    "info": Text("Remarque", "Remark"),
}
COMMENT = Text("{what}\nTrouvé : {found}\nAttendu : {expected}\n{advice}", "{what}\nFound: {found}\nExpected: {expected}\n{advice}")  # fmt: skip
BESIDE = Text("{cell} : {what}, attendu {expected}", "{cell}: {what}, expected {expected}")
VALUES_ONLY = Text(
    "Cette copie ne reprend que les valeurs de {name}, sans sa mise en forme ni ses formules.",
    "This copy holds only the values of {name}, without its look or its formulas.",
)
NOT_COPIED = Text("Non repris dans cette copie : {what}. L’original les garde.", "Not in this copy: {what}. The original keeps them.")  # fmt: skip
ABOUT = Text("Ces lignes servent à reconnaître le fichier corrigé ; ne pas les modifier.", "These lines tell which file is corrected; do not change them.")  # fmt: skip

IN_DOUBT = "D02"
# The catalogue speaks to the officer who has the file; these speak to whoever corrects this copy.
_HOW = {
    "D02": Text("Ajoutez la colonne, ou rétablissez son intitulé.", "Add the column, or restore its title."),
    "D03": Text("Saisissez {expected}.", "Type {expected}."),
    "D04": Text("Complétez la cellule : {expected}.", "Fill in the cell: {expected}."),
    "D05": Text("Remplacez la valeur : {expected}.", "Replace the value: {expected}."),
    "D06": Text("Rien à faire.", "Nothing to do."),
    "D08": Text("Gardez la ligne juste, supprimez l’autre.", "Keep the right row, delete the other."),
    "D09": Text(
        "Vérifiez qu’aucune ligne ne manque, ou rectifiez le total.", "Check that no row is missing, or correct the total."
    ),
    "D10": Text("Vérifiez l’UAI auprès de l’école et remplacez-le.", "Check the UAI with the school and replace it."),
    "D11": Text("Vérifiez le numéro et corrigez le chiffre faux.", "Check the number and correct the wrong digit."),
    "D12": Text(
        "Mettez la colonne au format Texte, puis ressaisissez le numéro en entier.",
        "Set the column to Text, then type the whole number again.",
    ),
}  # fmt: skip


def what(diagnostic: Diagnostic) -> str:
    """Return the name of what is wrong."""
    return CATALOGUE[diagnostic.code].title()


def found(diagnostic: Diagnostic) -> str:
    """Return what stands in the cell, harmless and not endless."""
    return _short(diagnostic.found())


def expected(diagnostic: Diagnostic) -> str:
    """Return what should stand there."""
    return _short(diagnostic.expected())


def how(diagnostic: Diagnostic) -> str:
    """Return what to do in this copy: the finding's own advice, else its code's."""
    # What is settled with a command is corrected by hand in this copy: who receives it does not have recon.
    own = diagnostic.advises and diagnostic.code not in {IN_DOUBT, "D05"}
    said = diagnostic.advice if own else _HOW.get(diagnostic.code, diagnostic.advice)
    return _short(said.with_(expected=expected(diagnostic))() if said is _HOW.get(diagnostic.code) else said())


def comment(diagnostic: Diagnostic) -> str:
    """Return the note of a faulty cell."""
    words = {"what": what(diagnostic), "found": found(diagnostic), "expected": expected(diagnostic)}
    return COMMENT.with_(**words, advice=how(diagnostic))()


def beside(diagnostic: Diagnostic) -> str:
    """Return what stands beside the row."""
    title = what(diagnostic)
    return BESIDE.with_(cell=diagnostic.cell, what=title[0].lower() + title[1:], expected=expected(diagnostic))()


def _short(text: str) -> str:
    shown = visible(text)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
