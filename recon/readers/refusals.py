"""Why a file is not read: every reason in one place, each with what to do."""

from __future__ import annotations

from recon.texts import Text

MISSING = Text(
    "Le fichier n’existe plus à cet endroit. Vérifiez son nom et son dossier.",
    "The file is no longer there. Check its name and folder.",
)
FORBIDDEN = Text(
    "L’accès au fichier est refusé. Fermez-le s’il est ouvert ailleurs, ou vérifiez vos droits.",
    "Access to the file is denied. Close it if it is open elsewhere, or check your rights.",
)
UNREADABLE = Text(
    "Le fichier ne peut pas être lu sur le disque ({cause}). Copiez-le de nouveau depuis son origine.",
    "The file cannot be read from the disk ({cause}). Copy it again from where it came.",
)
NOT_A_FILE = Text(
    "Ce n’est pas un fichier ordinaire (dossier, tube ou périphérique). Donnez le classeur lui-même.",
    "This is not an ordinary file (a folder, a pipe or a device). Give the workbook itself.",
)
EMPTY = Text(
    "Le fichier est vide (0 octet). Demandez-le de nouveau à son expéditeur.",
    "The file is empty (0 bytes). Ask its sender for it again.",
)
CHANGED = Text(
    "Le fichier a été modifié pendant sa lecture. Attendez la fin de l’enregistrement ou de la copie, puis relancez.",
    "The file was changed while it was read. Wait until it is saved or copied, then run again.",
)
TOO_BIG = Text(
    "Le fichier dépasse la limite de {limit} Mo. Retirez images et feuilles inutiles, ou partagez-le en plusieurs.",
    "The file is over the limit of {limit} MB. Remove images and sheets not needed, or split it.",
)
TOO_MANY_CELLS = Text(
    "Le fichier occupe plus de {limit} cellules (lignes × colonnes). Supprimez les lignes et colonnes inutiles, "
    "souvent une cellule oubliée loin du tableau, ou partagez-le en plusieurs.",
    "The file takes up more than {limit} cells (rows × columns). Delete the rows and columns not needed, "
    "often one cell left far from the table, or split it.",
)
OFF_THE_GRID = Text(
    "Une cellule dépasse la grille d’un tableur ({rows} lignes, {columns} colonnes). "
    "Ouvrez le fichier dans Excel ou LibreOffice et enregistrez-le au format .xlsx.",
    "A cell lies beyond a spreadsheet’s grid ({rows} rows, {columns} columns). "
    "Open the file in Excel or LibreOffice and save it as .xlsx.",
)
PROTECTED = Text(
    "Le fichier est protégé par un mot de passe. Ouvrez-le, retirez le mot de passe, puis enregistrez-le.",
    "The file is protected by a password. Open it, remove the password, then save it.",
)
OTHER_FORMAT = Text(
    "Le fichier est au format {name}, que recon ne lit pas. "
    "Ouvrez-le dans Excel ou LibreOffice et enregistrez-le au format .xlsx.",
    "The file is in the {name} format, which recon does not read. "
    "Open it in Excel or LibreOffice and save it as .xlsx.",
)
NOT_A_TABLE = Text(
    "Le fichier n’est pas un tableau : {what}. Fournissez le tableau au format .xlsx, .ods ou .csv.",
    "The file is not a table: {what}. Give the table as .xlsx, .ods or .csv.",
)
WEB_PAGE = Text(
    "Le fichier est une page web ou du XML, même si son nom dit autre chose. "
    "Ouvrez-le dans Excel ou LibreOffice et enregistrez-le au format .xlsx.",
    "The file is a web page or XML, even if its name says otherwise. "
    "Open it in Excel or LibreOffice and save it as .xlsx.",
)
DAMAGED = Text(
    "Le fichier est abîmé ou d’une forme que recon ne sait pas lire. "
    "Ouvrez-le dans Excel ou LibreOffice et enregistrez-le au format .xlsx, ou demandez-le de nouveau.",
    "The file is damaged, or of a form recon cannot read. "
    "Open it in Excel or LibreOffice and save it as .xlsx, or ask for it again.",
)
UNSAFE = Text(
    "Le fichier est refusé par prudence : {what}. S’il est de confiance, ouvrez-le dans Excel ou LibreOffice "
    "et enregistrez-le au format .xlsx.",
    "The file is refused to be safe: {what}. If you trust it, open it in Excel or LibreOffice and save it as .xlsx.",
)
UNREADABLE_FORM = Text(
    "Le fichier ne peut pas être lu : sa forme fait échouer la lecture. "
    "Ouvrez-le dans Excel ou LibreOffice et enregistrez-le au format .xlsx.",
    "The file cannot be read: its form makes the reader fail. Open it in Excel or LibreOffice and save it as .xlsx.",
)
TOO_SLOW = Text(
    "Le fichier ne peut pas être lu : au bout de {limit} secondes, la lecture n’était pas finie. "
    "Ouvrez-le dans Excel ou LibreOffice et enregistrez-le au format .xlsx, ou partagez-le en plusieurs.",
    "The file cannot be read: after {limit} seconds it was not finished. "
    "Open it in Excel or LibreOffice and save it as .xlsx, or split it.",
)
TOO_MUCH_MEMORY = Text(
    "Le fichier ne peut pas être lu : il lui faudrait plus de {limit} Mo de mémoire. "
    "Ouvrez-le dans Excel ou LibreOffice, gardez les seules lignes et colonnes utiles, "
    "et enregistrez-le au format .xlsx.",
    "The file cannot be read: it would need more than {limit} MB of memory. "
    "Open it in Excel or LibreOffice, keep the rows and columns needed, and save it as .xlsx.",
)
NO_SHEETS = Text(
    "Le classeur n’a aucune feuille de cellules. Demandez-le de nouveau à son expéditeur.",
    "The workbook has no sheet of cells. Ask its sender for it again.",
)
NO_DATA = Text(
    "Le fichier n’a que des lignes vides ou des séparateurs : aucune donnée. Demandez-le de nouveau à son expéditeur.",
    "The file has nothing but empty lines or separators: no data. Ask its sender for it again.",
)
UNCOMPUTED = Text(
    "Aucun chiffre n’est enregistré dans le classeur, seulement des formules jamais calculées ({first}). "
    "Ouvrez-le dans Excel ou LibreOffice et enregistrez-le : les résultats seront écrits.",
    "No figure is stored in the workbook, only formulas never computed ({first}). "
    "Open it in Excel or LibreOffice and save it: the results will be written.",
)
LOCK_FILE = Text(
    "C’est le fichier de verrou qu’Excel ou LibreOffice pose à côté d’un classeur ouvert. Donnez le classeur lui-même.",
    "This is the lock file that Excel or LibreOffice leaves beside an open workbook. Give the workbook itself.",
)
OUTSIDE = Text(
    "C’est un lien vers un fichier hors du dossier : il n’est pas ouvert. Copiez le fichier lui-même dans le dossier.",
    "This is a link to a file outside the dossier: it is not opened. Copy the file itself into the dossier.",
)
NO_DELIMITER = Text(
    "Le fichier est un texte sans colonnes : ni point-virgule, ni virgule, ni tabulation ne le découpe. "
    "Exportez le tableau au format .csv (séparateur point-virgule) ou .xlsx.",
    "The file is text without columns: no semicolon, comma or tab divides it. "
    "Export the table as .csv (separated by semicolons) or .xlsx.",
)
BAD_QUOTES = Text(
    "Le CSV a un guillemet mal placé ou non fermé vers la ligne {line}. Corrigez-le, ou exportez de nouveau.",
    "The CSV has a quotation mark misplaced or not closed near line {line}. Correct it, or export again.",
)
BAD_ENCODING = Text(
    "Les caractères du fichier ne sont ni de l’UTF-8, ni de l’UTF-16 avec marque, ni du Windows-1252. "
    "Enregistrez-le au format « CSV UTF-8 ».",
    "The file’s characters are not UTF-8, UTF-16 with its mark, or Windows-1252. Save it as “CSV UTF-8”.",
)
NUL_BYTES = Text(
    "Le fichier contient des octets nuls : ce n’est ni un classeur connu ni du texte. "
    "Enregistrez le tableau au format .xlsx, .ods ou « CSV UTF-8 ».",
    "The file holds NUL bytes: it is neither a known workbook nor text. Save the table as .xlsx, .ods or “CSV UTF-8”.",
)
PDF_PROTECTED = Text(
    "Le PDF est protégé par un mot de passe. Demandez-le sans protection, ou imprimez-le en PDF après l’avoir ouvert.",
    "The PDF is protected by a password. Ask for it unprotected, or open it and print it as PDF.",
)
PDF_DAMAGED = Text(
    "Le PDF est abîmé ou incomplet : il ne s’ouvre pas. Demandez-le de nouveau à son expéditeur.",
    "The PDF is damaged or incomplete: it does not open. Ask its sender for it again.",
)
SCAN = Text(
    "Le PDF n’a pas de texte, ou presque : c’est l’image d’un document numérisé, que recon ne lit pas. "
    "Demandez le PDF d’origine, faites reconnaître son texte, ou saisissez la convention dans le registre.",
    "The PDF has no text, or hardly any: it is the picture of a scanned document, which recon does not read. "
    "Ask for the original PDF, have its text recognised, or enter the convention in the register.",
)
TOO_MANY_PAGES = Text(
    "Le PDF a plus de {limit} pages. Gardez celles de la convention, ou partagez-le en plusieurs.",
    "The PDF has more than {limit} pages. Keep those of the convention, or split it.",
)
TOO_MUCH_TEXT = Text(
    "Le document a plus de {limit} caractères. Gardez la convention seule, ou partagez-le en plusieurs.",
    "The document has more than {limit} characters. Keep the convention alone, or split it.",
)

TOO_MANY_MEMBERS = Text("plus de {limit} éléments dans l’archive", "more than {limit} members in the archive")
DOUBLED_MEMBERS = Text("l’archive contient deux fois le même élément", "the archive holds the same member twice")
OVERLAPPING_MEMBERS = Text("des éléments de l’archive se chevauchent", "members of the archive overlap")
ODD_MEMBERS = Text(
    "un élément de l’archive est un lien, ou d’une compression inhabituelle",
    "a member of the archive is a link, or of an unusual compression",
)
INFLATED = Text("plus de {limit} Mo une fois décompressé", "more than {limit} MB once inflated")
ENDLESS_TEXT = Text("une cellule de plus de {limit} caractères", "a cell of more than {limit} characters")
ENTITIES = Text("du XML avec des entités (DOCTYPE)", "XML with entities (DOCTYPE)")

PDF = Text("c’est un PDF", "it is a PDF")
PROSE = Text("c’est un texte", "it is a text")
IMAGE = Text("c’est une image", "it is an image")
WORD = Text("c’est un document Word", "it is a Word document")
SLIDES = Text("c’est une présentation", "it is a presentation")
WRITER = Text("c’est un document LibreOffice d’un autre type", "it is a LibreOffice document of another kind")
ARCHIVE = Text("c’est une archive ; décompressez-la d’abord", "it is an archive; unpack it first")
RICH_TEXT = Text("c’est un document RTF", "it is an RTF document")

SHORTCUT = Text("c’est un raccourci", "it is a shortcut")
OTHER_OLE = Text("c’est un document d’un autre logiciel de bureau", "it is a document of another office program")

OLD_XLS = Text(".xls d’Excel 4 ou antérieur", ".xls of Excel 4 or earlier")


def is_of_a_pdf(reason: Text) -> bool:
    """Whether a file is refused because of what a PDF must have to be read: elsewhere than among conventions, none is."""
    return reason in {PDF_PROTECTED, PDF_DAMAGED, SCAN}
