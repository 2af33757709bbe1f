"""Every finding code once: its severity, title, explanation and advice. Screens, reports and documentation loop over it."""

from __future__ import annotations

from dataclasses import dataclass

from recon.texts import Text

SEVERITIES = {
    "blocking": Text("Bloquant", "Blocking"),
    "review": Text("À vérifier", "To review"),
    "follow-up": Text("À suivre", "To follow up"),
    "info": Text("Information", "Information"),
}


@dataclass(frozen=True, slots=True)
class Code:
    """What one code means and what to do about it."""

    code: str
    severity: str
    title: Text
    explanation: Text
    advice: Text


_ALL = (
    Code(
        "D01",
        "blocking",
        Text(
            "Fichier refusé",
            "File refused",
        ),
        Text(
            "Le fichier ne peut pas être lu : abîmé, protégé, trop volumineux, autre chose qu’un tableur, ou une convention numérisée sans son texte. Rien n’en est compté.",
            "The file cannot be read: damaged, protected, too large, no spreadsheet at all, or a scanned convention without its text. Nothing in it is counted.",
        ),
        Text(
            "Remplacer ce fichier par un classeur lisible, ou le retirer du dossier, puis relancer recon.",
            "Replace this file with a readable workbook, or take it out of the folder, then run recon again.",
        ),
    ),
    Code(
        "D02",
        "blocking",
        Text(
            "Colonne obligatoire introuvable",
            "Required column not found",
        ),
        Text(
            "Une colonne nécessaire manque, deux colonnes y prétendent, ses cellules ne sont pas ce que dit son titre, ou rien ne dit de quelle collectivité est le registre ni le sens de ses montants. Dans une convention en PDF ou en texte, une donnée nécessaire ne se lit pas, ou s’y contredit. Rien du tableau, ou de la convention, n’est compté.",
            "A column that is needed is missing, two columns claim to be it, its cells are not what its title says, or nothing tells whose ledger it is or the sign of its amounts. In a convention as PDF or text, something needed cannot be read, or contradicts itself. Nothing of the table, or of the convention, is counted.",
        ),
        Text(
            "Reprendre les intitulés du modèle (dossier « modeles »), puis déposer de nouveau le fichier.",
            "Say what each column holds with recon map, or use the template's headings, then drop the file again.",
        ),
    ),
    Code(
        "D03",
        "blocking",
        Text(
            "Cellule illisible",
            "Cell cannot be read",
        ),
        Text(
            "Un montant, une date, une année ou une formule ne peut pas être lu. La ligne est écartée.",
            "An amount, a date, a year or a formula cannot be read. The row is left out.",
        ),
        Text(
            "Corriger la cellule dans le fichier d’origine, puis le déposer de nouveau.",
            "Correct the cell in the original file, then drop it again.",
        ),
    ),
    Code(
        "D04",
        "blocking",
        Text(
            "Cellule obligatoire vide",
            "Required cell empty",
        ),
        Text(
            "Une cellule nécessaire est vide. La ligne est écartée.",
            "A cell that is needed is empty. The row is left out.",
        ),
        Text(
            "Compléter la cellule dans le fichier d’origine, puis le déposer de nouveau.",
            "Fill in the cell in the original file, then drop it again.",
        ),
    ),
    Code(
        "D05",
        "blocking",
        Text(
            "Valeur non admise",
            "Value not allowed",
        ),
        Text(
            "La valeur se lit, mais ne respecte pas la règle de sa colonne. La ligne est écartée.",
            "The value can be read but breaks its column's rule. The row is left out.",
        ),
        Text(
            "Remplacer la valeur par l’une de celles qui sont admises, puis déposer de nouveau le fichier.",
            "Replace the value with an allowed one, then drop the file again.",
        ),
    ),
    Code(
        "D06",
        "info",
        Text(
            "Valeur réparée",
            "Value repaired",
        ),
        Text(
            "Un identifiant a été remis en forme sans risque (casse, espaces, zéro initial perdu) et sa clé est juste.",
            "An identifier was put in shape safely (case, spaces, a lost leading zero) and its key is right.",
        ),
        Text(
            "Rien à faire ; corriger le fichier d’origine à l’occasion.",
            "Nothing to do; correct the original file when convenient.",
        ),
    ),
    Code(
        "D07",
        "info",
        Text(
            "Ligne en double",
            "Row given twice",
        ),
        Text(
            "La même ligne figure dans plusieurs fichiers, ou le même fichier a été fourni deux fois. Elle est comptée une seule fois ; un fichier dont la copie corrigée est là n’est plus compté. Dans un même registre, deux lignes identiques sont deux paiements.",
            "The same row stands in several files, or the same file was given twice. It is counted once; a file whose corrected copy is there no longer counts. Within one ledger, two equal rows are two payments.",
        ),
        Text(
            "Rien à faire.",
            "Nothing to do.",
        ),
    ),
    Code(
        "D08",
        "blocking",
        Text(
            "Lignes contradictoires",
            "Contradicting rows",
        ),
        Text(
            "Deux lignes portent la même clé et des contenus différents. Aucune des deux n’est comptée.",
            "Two rows bear the same key and different content. Neither is counted.",
        ),
        Text(
            "Garder la bonne ligne, supprimer l’autre, puis déposer de nouveau le fichier.",
            "Keep the right row, delete the other, then drop the file again.",
        ),
    ),
    Code(
        "D09",
        "review",
        Text(
            "Total du fichier inexact",
            "The file's own total differs",
        ),
        Text(
            "Le total inscrit dans le fichier n’est pas la somme de ses lignes.",
            "The total written in the file is not the sum of its rows.",
        ),
        Text(
            "Demander à l’auteur du fichier si des lignes manquent.",
            "Ask the file's author whether rows are missing.",
        ),
    ),
    Code(
        "D10",
        "blocking",
        Text(
            "Lettre de contrôle de l’UAI fausse",
            "Wrong UAI check letter",
        ),
        Text(
            "La lettre de l’UAI ne correspond pas à ses sept chiffres. La ligne est écartée ; dans un paiement, seul l’UAI est ignoré et la somme est gardée.",
            "The UAI's letter does not match its seven digits. The row is left out; in a payment only the UAI is ignored and the money is kept.",
        ),
        Text(
            "Vérifier l’UAI auprès de l’école ou dans l’annuaire, corriger le fichier, puis le déposer de nouveau.",
            "Check the UAI with the school or in the directory, correct the file, then drop it again.",
        ),
    ),
    Code(
        "D11",
        "review",
        Text(
            "SIRET ou SIREN douteux",
            "Doubtful SIRET or SIREN",
        ),
        Text(
            "La clé de contrôle du numéro est fausse, ou le numéro de télétransmission d’une convention porte le SIREN d’une autre collectivité. La ligne est gardée telle quelle : quelques numéros officiels ont une clé fausse.",
            "The number's check key is wrong, or a convention's transmission number bears another payer's SIREN. The row is kept as it is: a few official numbers have a wrong key.",
        ),
        Text(
            "Vérifier le numéro dans l’annuaire des entreprises ou sur la convention.",
            "Check the number in the business directory or on the convention.",
        ),
    ),
    Code(
        "D12",
        "blocking",
        Text(
            "Chiffres perdus",
            "Digits lost",
        ),
        Text(
            "Un long numéro a été enregistré comme un nombre : le tableur n’en a gardé que quinze chiffres. La ligne est écartée.",
            "A long number was stored as a number: the spreadsheet kept only fifteen of its digits. The row is left out.",
        ),
        Text(
            "Mettre la colonne au format Texte, ressaisir le numéro en entier, puis déposer de nouveau le fichier.",
            "Set the column's format to Text, type the whole number again, then drop the file again.",
        ),
    ),
    Code(
        "E01",
        "blocking",
        Text(
            "École inscrite sans convention",
            "Enrolled, no convention",
        ),
        Text(
            "L’école est inscrite et aucune convention signée ne la liste : rien ne peut être demandé pour elle.",
            "The school is enrolled and no signed convention lists it: nothing can be asked for it.",
        ),
        Text(
            "Demander un avenant à la collectivité, ou retirer l’inscription.",
            "Ask the payer for an amendment, or withdraw the enrolment.",
        ),
    ),
    Code(
        "E02",
        "blocking",
        Text(
            "École inscrite deux fois",
            "Enrolled twice",
        ),
        Text(
            "L’école est inscrite deux fois la même année, sous deux communes ou deux collectivités.",
            "The school is enrolled twice in one year, under two communes or two payers.",
        ),
        Text(
            "Garder l’inscription exacte et supprimer l’autre.",
            "Keep the right enrolment and delete the other.",
        ),
    ),
    Code(
        "E03",
        "review",
        Text(
            "École absente de l’annuaire, ou fermée",
            "School not in the directory, or closed",
        ),
        Text(
            "L’annuaire de l’éducation ne liste pas cet UAI, ou dit l’école fermée : elle a pu fermer, fusionner avec une autre, ou son UAI être faux. L’annuaire ne liste que les écoles ouvertes. Un département qu’il ne couvre pas n’est pas contrôlé.",
            "The directory of schools does not list this UAI, or says that the school is closed: it may have closed, merged with another, or its UAI be wrong. The directory lists open schools only. A département that it does not cover is not checked.",
        ),
        Text(
            "Vérifier auprès de la collectivité si l’école existe encore et sous quel UAI, puis corriger la liste.",
            "Check with the payer whether the school still exists and under which UAI, then correct the list.",
        ),
    ),
    Code(
        "E04",
        "review",
        Text(
            "Commune ou payeur autre que dans l’annuaire",
            "Commune or payer other than the directory's",
        ),
        Text(
            "L’école se trouve, d’après l’annuaire, dans une autre commune ou un autre département, ou rien de connu ne la rattache à la collectivité qui paie : ni sa commune, ni son intercommunalité, ni un regroupement (RPI), ni un syndicat.",
            "According to the directory the school lies in another commune or département, or nothing known ties it to the payer: neither its commune, nor its intercommunal body, nor a grouping (RPI), nor a syndicat.",
        ),
        Text(
            "Vérifier la ligne : UAI, commune et SIREN de la collectivité ; l’annuaire peut aussi retarder.",
            "Check the row: UAI, commune and the payer's SIREN; the directory may also be late.",
        ),
    ),
    Code(
        "E05",
        "info",
        Text(
            "Retirée en cours d’année",
            "Withdrawn in the course of the year",
        ),
        Text(
            "L’école a été retirée après le 1er septembre, ou à une date inconnue : sa participation reste due.",
            "The school was withdrawn after 1 September, or on an unknown day: its contribution stays due.",
        ),
        Text(
            "Rien à faire.",
            "Nothing to do.",
        ),
    ),
    Code(
        "C01",
        "review",
        Text(
            "École conventionnée non inscrite",
            "In the convention, not enrolled",
        ),
        Text(
            "La convention liste l’école, les inscriptions ne la comptent pas. La participation reste attendue.",
            "The convention lists the school, the enrolments do not. Its contribution is still expected.",
        ),
        Text(
            "Vérifier l’inscription de l’école ; si elle ne participe pas, établir un avenant de retrait.",
            "Check the school's enrolment; if it does not take part, draw up an amendment.",
        ),
    ),
    Code(
        "C02",
        "blocking",
        Text(
            "Nombre d’écoles annoncé inexact",
            "Announced number of schools is wrong",
        ),
        Text(
            "Le nombre d’écoles annoncé à l’article 9 n’est pas celui des écoles listées.",
            "The number of schools announced in article 9 is not the number listed.",
        ),
        Text(
            "Rectifier la convention ou sa liste d’écoles avec la collectivité.",
            "Correct the convention or its list of schools with the payer.",
        ),
    ),
    Code(
        "C03",
        "blocking",
        Text(
            "Montant de la convention inexact",
            "Convention amount is wrong",
        ),
        Text(
            "Le montant annoncé n’est pas le nombre d’écoles multiplié par la participation.",
            "The amount announced is not the number of schools times the contribution.",
        ),
        Text(
            "Rectifier le montant avec la collectivité avant d’émettre le titre.",
            "Correct the amount with the payer before issuing the titre.",
        ),
    ),
    Code(
        "C04",
        "blocking",
        Text(
            "Participation différente du tarif",
            "Rate is not the year's",
        ),
        Text(
            "La participation par école n’est pas le tarif de l’année scolaire.",
            "The contribution per school is not the school year's rate.",
        ),
        Text(
            "Vérifier l’article 4 de la convention et le tarif dans recon.toml.",
            "Check article 4 of the convention and the rate in recon.toml.",
        ),
    ),
    Code(
        "C05",
        "blocking",
        Text(
            "École dans deux conventions",
            "School in two conventions",
        ),
        Text(
            "L’école figure dans deux conventions de la même année. Elle n’est comptée qu’une fois.",
            "The school stands in two conventions of one year. It is counted once.",
        ),
        Text(
            "Retirer l’école de l’une des deux conventions, par avenant.",
            "Take the school out of one of the two conventions, by an amendment.",
        ),
    ),
    Code(
        "C06",
        "info",
        Text(
            "École d’une autre commune que celle du payeur",
            "School of another commune than the payer's",
        ),
        Text(
            "La convention liste une école qui se trouve dans une autre commune que la collectivité signataire : regroupement pédagogique (RPI), intercommunalité ou syndicat. Ce n’est pas une erreur.",
            "The convention lists a school that lies in another commune than its payer's: a grouping of schools (RPI), an intercommunal body or a syndicat. It is no error.",
        ),
        Text(
            "Rien à faire si la raison indiquée est connue ; sinon, la demander à la collectivité.",
            "Nothing to do if the reason given is known; else ask the payer for it.",
        ),
    ),
    Code(
        "C07",
        "review",
        Text(
            "Convention non signée ou sans délibération",
            "Not signed, or no council vote",
        ),
        Text(
            "La convention n’est pas signée, ou la délibération du conseil n’est pas connue.",
            "The convention is not signed, or the council's vote is not known.",
        ),
        Text(
            "Demander à la collectivité la convention signée et la délibération.",
            "Ask the payer for the signed convention and the council's vote.",
        ),
    ),
    Code(
        "C08",
        "info",
        Text(
            "Date de fin absente ou inhabituelle",
            "No end date, or an unusual one",
        ),
        Text(
            "La convention n’a pas de date de fin, ou elle tombe hors de la période du 1er juillet au 30 septembre.",
            "The convention has no end date, or one outside 1 July to 30 September.",
        ),
        Text(
            "Compléter l’article 10 à la prochaine occasion.",
            "Fill in article 10 at the next occasion.",
        ),
    ),
    Code(
        "C09",
        "review",
        Text(
            "SIREN d’une commune ancienne",
            "A former commune's SIREN",
        ),
        Text(
            "Le numéro est celui d’une commune qui a fusionné. Si la table des communes le donne comme ancien SIREN, il est lu partout comme celui de la commune nouvelle, et ses titres et paiements vont ensemble ; s’il est seulement déduit, il est proposé et rien n’est changé.",
            "The number is that of a commune that has merged. If the table of communes gives it as a former SIREN, it is read everywhere as the new commune's, and its titres and payments go together; if it is only inferred, it is proposed and nothing is changed.",
        ),
        Text(
            "Utiliser le SIREN de la commune nouvelle dans la prochaine convention et le prochain titre.",
            "Use the new commune's SIREN in the next convention and titre.",
        ),
    ),
    Code(
        "C10",
        "info",
        Text(
            "Convention résiliée",
            "Convention terminated",
        ),
        Text(
            "La convention est résiliée : ce qui était titré avant reste dû, ce qui est perçu reste acquis.",
            "The convention is terminated: what was billed before stays due, what was received stays.",
        ),
        Text(
            "Rien à faire.",
            "Nothing to do.",
        ),
    ),
    Code(
        "T01",
        "follow-up",
        Text(
            "Convention sans titre",
            "Convention without titre",
        ),
        Text(
            "La convention est signée et aucun titre n’a été émis pour cette année, alors que d’autres l’ont été.",
            "The convention is signed and no titre was issued for that year, while others were.",
        ),
        Text(
            "Émettre le titre de perception.",
            "Issue the titre.",
        ),
    ),
    Code(
        "T02",
        "blocking",
        Text(
            "Titre sans convention",
            "Titre without convention",
        ),
        Text(
            "Aucune convention n’explique ce titre.",
            "No convention explains this titre.",
        ),
        Text(
            "Rechercher la convention ; à défaut, annuler le titre.",
            "Look for the convention; failing that, cancel the titre.",
        ),
    ),
    Code(
        "T03",
        "blocking",
        Text(
            "Montant titré différent de l’attendu",
            "Billed amount is not the expected one",
        ),
        Text(
            "Le montant titré, net des réductions et annulations, n’est pas celui des conventions.",
            "What was billed, net of reductions and cancellations, is not what the conventions give.",
        ),
        Text(
            "Émettre un titre complémentaire ou une réduction de titre.",
            "Issue a further titre or a reduction.",
        ),
    ),
    Code(
        "T04",
        "blocking",
        Text(
            "Même créance titrée deux fois",
            "Same claim billed twice",
        ),
        Text(
            "Le titré dépasse l’attendu, et deux titres portent les mêmes écoles ou le même montant.",
            "More is billed than expected, and two titres bear the same schools or the same amount.",
        ),
        Text(
            "Vérifier si l’un des deux titres fait double emploi ; si oui, l’annuler.",
            "Check whether one of the two titres repeats the other; if so, cancel it.",
        ),
    ),
    Code(
        "T05",
        "blocking",
        Text(
            "Débiteur autre que le signataire",
            "Debtor is not the convention's payer",
        ),
        Text(
            "Le titre est émis contre une collectivité qui n’est pas celle de la convention qu’il nomme.",
            "The titre is issued against a payer that is not that of the convention it names.",
        ),
        Text(
            "Annuler le titre et l’émettre contre la collectivité signataire, ou corriger la convention nommée.",
            "Cancel the titre and issue it against the payer that signed, or correct the convention it names.",
        ),
    ),
    Code(
        "T06",
        "info",
        Text(
            "Titre contesté",
            "Titre contested",
        ),
        Text(
            "Le titre est contesté : son recouvrement est suspendu.",
            "The titre is contested: its recovery is suspended.",
        ),
        Text(
            "Attendre l’issue de la contestation.",
            "Wait for the outcome.",
        ),
    ),
    Code(
        "T07",
        "review",
        Text(
            "Créance bientôt prescrite",
            "Claim about to lapse",
        ),
        Text(
            "La créance se prescrit à la fin de cette année, ou l’est déjà, sous réserve des actes interruptifs : quatre ans à compter du 1er janvier qui suit l’année de la rentrée.",
            "The claim lapses at the end of this year, or has, unless acts interrupted it: four years from the 1 January that follows the year in which the school year began.",
        ),
        Text(
            "Signaler la créance au comptable public, qui connaît les actes interruptifs.",
            "Report the claim to the public accountant, who knows of interrupting acts.",
        ),
    ),
    Code(
        "T08",
        "blocking",
        Text(
            "Réduction ou annulation sans titre",
            "Reduction or cancellation without titre",
        ),
        Text(
            "Une réduction ou une annulation vise un titre absent, ou dépasse son montant. Elle n’est pas comptée.",
            "A reduction or cancellation aims at a titre that is not there, or exceeds its amount. It is not counted.",
        ),
        Text(
            "Vérifier le numéro et le montant du titre visé.",
            "Check the number and amount of the titre aimed at.",
        ),
    ),
    Code(
        "P01",
        "follow-up",
        Text(
            "Titre échu impayé",
            "Unpaid and overdue",
        ),
        Text(
            "L’échéance est passée et aucun paiement n’est affecté au titre, d’après les registres.",
            "The due date has passed and no payment settles the titre, according to the ledgers.",
        ),
        Text(
            "Adresser un rappel amiable à la collectivité.",
            "Send the payer a friendly reminder.",
        ),
    ),
    Code(
        "P02",
        "info",
        Text(
            "Titre impayé non échu",
            "Unpaid, not yet due",
        ),
        Text(
            "Le titre n’est pas payé et son échéance n’est pas passée, ou n’est pas connue.",
            "The titre is not paid and its due date has not passed, or is not known.",
        ),
        Text(
            "Rien à faire avant l’échéance.",
            "Nothing to do before the due date.",
        ),
    ),
    Code(
        "P03",
        "follow-up",
        Text(
            "Titre partiellement payé",
            "Partly paid",
        ),
        Text(
            "Une partie seulement du titre est payée.",
            "Only a part of the titre is paid.",
        ),
        Text(
            "Demander le solde à la collectivité.",
            "Ask the payer for the rest.",
        ),
    ),
    Code(
        "P04",
        "review",
        Text(
            "Payé en trop",
            "Paid too much",
        ),
        Text(
            "Le paiement dépasse ce que le titre laissait ouvert.",
            "The payment exceeds what the titre left open.",
        ),
        Text(
            "Signaler le trop-perçu au comptable public : à imputer ou à restituer, sur sa décision.",
            "Report the credit to the public accountant, who decides whether to set it off or refund it.",
        ),
    ),
    Code(
        "P05",
        "review",
        Text(
            "Payé deux fois",
            "Paid twice",
        ),
        Text(
            "Le paiement vise un titre déjà soldé.",
            "The payment aims at a titre already settled.",
        ),
        Text(
            "Signaler le double paiement au comptable public : à imputer ou à restituer, sur sa décision.",
            "Report the double payment to the public accountant, who decides whether to set it off or refund it.",
        ),
    ),
    Code(
        "P06",
        "review",
        Text(
            "Paiement sans titre reconnu",
            "Payment that settles nothing known",
        ),
        Text(
            "Le paiement concerne l’ENT-École et ne correspond à aucun titre connu.",
            "The payment concerns ENT-École and matches no known titre.",
        ),
        Text(
            "Demander à la collectivité le numéro du titre qu’elle a payé.",
            "Ask the payer which titre it paid.",
        ),
    ),
    Code(
        "P07",
        "review",
        Text(
            "Affectation à confirmer",
            "Allocation to confirm",
        ),
        Text(
            "Un ou plusieurs titres peuvent correspondre au paiement, sans preuve suffisante pour choisir.",
            "One or more titres may match the payment, without enough proof to choose.",
        ),
        Text(
            "Choisir le titre parmi les candidats, ou demander le numéro à la collectivité.",
            "Choose the titre among the candidates, or ask the payer for its number.",
        ),
    ),
    Code(
        "P08",
        "follow-up",
        Text(
            "Mandat rejeté ou suspendu",
            "Mandat rejected or suspended",
        ),
        Text(
            "Le mandat a été rejeté ou suspendu : rien n’est payé.",
            "The mandat was rejected or suspended: nothing is paid.",
        ),
        Text(
            "Demander à la collectivité quand le mandat sera émis de nouveau.",
            "Ask the payer when the mandat will be issued again.",
        ),
    ),
    Code(
        "P09",
        "info",
        Text(
            "Mandat annulé",
            "Mandat cancelled",
        ),
        Text(
            "Le mandat a été annulé, ou une écriture contraire l’efface : rien n’est payé.",
            "The mandat was cancelled, or an opposite entry cancels it: nothing is paid.",
        ),
        Text(
            "Rien à faire.",
            "Nothing to do.",
        ),
    ),
    Code(
        "P10",
        "info",
        Text(
            "Payé par une autre collectivité",
            "Paid by another than the debtor",
        ),
        Text(
            "Le paiement vient d’une autre collectivité que le débiteur, avec preuve : il nomme aussi le débiteur ou son école, ou cite des numéros entiers dont la somme est exacte.",
            "The payment comes from another payer than the debtor, with proof: it also names the debtor or its school, or cites full numbers whose sum is exact.",
        ),
        Text(
            "Rien à faire.",
            "Nothing to do.",
        ),
    ),
    Code(
        "P11",
        "review",
        Text(
            "Montant d’une autre année",
            "Another year's rate",
        ),
        Text(
            "Le montant est celui du tarif d’une autre année scolaire. Ce qui manque reste à recouvrer.",
            "The amount is that of another school year's rate. What is short stays outstanding.",
        ),
        Text(
            "Indiquer à la collectivité le tarif de l’année et demander le complément.",
            "Tell the payer the year's rate and ask for the difference.",
        ),
    ),
    Code(
        "P12",
        "review",
        Text(
            "Référence d’un titre inconnu ou d’autrui",
            "Cites an unknown titre, or another payer's",
        ),
        Text(
            "Le paiement cite un numéro, ou l’UAI d’une école, qui n’est pas de cette collectivité.",
            "The payment cites a number, or a school's UAI, that is not this payer's.",
        ),
        Text(
            "Vérifier le numéro avec la collectivité : un chiffre faux désigne le titre du voisin.",
            "Check the number with the payer: one wrong digit names a neighbour's titre.",
        ),
    ),
    Code(
        "P13",
        "info",
        Text(
            "Payé avant l’émission du titre",
            "Paid before the titre was issued",
        ),
        Text(
            "Le paiement est antérieur à l’émission du titre qu’il cite.",
            "The payment is older than the titre that it cites.",
        ),
        Text(
            "Rien à faire ; vérifier les dates si elles surprennent.",
            "Nothing to do; check the dates if they surprise.",
        ),
    ),
    Code(
        "P14",
        "follow-up",
        Text(
            "Registre de paiement non communiqué",
            "No ledger received",
        ),
        Text(
            "La collectivité a des titres ouverts et n’a envoyé aucun registre : ses paiements ne sont pas connus.",
            "The payer has open titres and sent no ledger: its payments are not known.",
        ),
        Text(
            "Demander à la collectivité son registre ou la référence du mandat.",
            "Ask the payer for its ledger, or for the mandat's reference.",
        ),
    ),
)

CATALOGUE: dict[str, Code] = {code.code: code for code in _ALL}
