"""The sample dossier’s rows, as text: real communes, schools, SIREN and UAIs, invented titres, payments and errors.

The conventions of Perpignan 2023-2024 and Céret 2026-2027 are real up to their amounts; what was billed and paid is not.
A cell `2026-10-27` becomes a date cell and `41.00` a number; `27/10/2026` and `41,00 €` stay text, as clerks type them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, what stands above the headings (a line per row), and its table, cells between bars."""

    name: str
    table: str
    above: str = ""


def _enrolled(year: str, rows: str) -> str:
    """Return an enrolment table of `year` from rows of UAI, school, commune, département, INSEE, SIREN, day."""
    headings = "Année scolaire | UAI | École | Commune | Département | Code INSEE | SIREN collectivité | Inscrite le\n"
    return headings + "\n".join(f"{year} | {row}" for row in rows.strip().splitlines())


def _ledger(siret: str, payer: str, table: str) -> str:
    """Return a payer's ledger: the rows of `table` behind the payer's SIRET and name."""
    headings, *rows = table.strip().splitlines()
    return "\n".join([f"SIRET payeur | Payeur | {headings}", *(f"{siret} | {payer} | {row}" for row in rows)])


# Perpignan 2023-2024: the 57 schools of article 9, in its order and spelling -----------------------------------------

PERPIGNAN = """
0660206R | Ecole maternelle Victor Hugo
0660207S | Ecole maternelle Claude Debussy
0660209U | Ecole maternelle Jules Ferry
0660211W | Ecole maternelle Lamartine
0660213Y | Ecole maternelle Jean-Jacques Rousseau
0660214Z | Ecole maternelle Condorcet
0660215A | Ecole maternelle d'Alembert
0660216B | Ecole maternelle Edouard Herriot
0660219E | Ecole maternelle les Platanes
0660221G | Ecole maternelle JORDI BARRE
0660222H | Ecole maternelle Anatole France
0660224K | Ecole maternelle Hyacinthe Rigaud
0660225L | Ecole maternelle Fénelon
0660227N | Ecole maternelle Pierre de Coubertin
0660278U | Ecole maternelle Pont Neuf
0660299S | Ecole élémentaire d'Alembert 1
0660300T | Ecole élémentaire Blaise Pascal
0660303W | Ecole élémentaire d'Alembert 2
0660307A | Ecole élémentaire Jules Ferry
0660309C | Ecole élémentaire Jean-Jacques Rousseau
0660312F | Ecole élémentaire les Platanes
0660313G | Ecole élémentaire JORDI BARRE
0660323T | Ecole primaire La Miranda
0660443Y | Ecole élémentaire Pont-Neuf
0660444Z | Ecole maternelle Jean Amade
0660468A | Ecole élémentaire Emile Roudayre
0660469B | Ecole maternelle Georges Dagneaux
0660470C | Ecole élémentaire Georges Dagneaux
0660494D | Ecole maternelle Simon Boussiron
0660495E | Ecole élémentaire Simon Boussiron
0660512Y | Ecole maternelle Emile Roudayre
0660546K | Ecole maternelle Victor Duruy
0660567H | Ecole élémentaire Victor Duruy
0660572N | Ecole élémentaire Fénelon
0660580X | Ecole maternelle Hélène Boucher
0660581Y | Ecole maternelle Jean Jaurès
0660582Z | Ecole élémentaire Jean Jaurès
0660658G | Ecole maternelle Vertefeuille
0660700C | Ecole maternelle Ludovic Masse
0660701D | Ecole élémentaire Ludovic Massé
0660702E | Ecole élémentaire Vertefeuille
0660723C | Ecole élémentaire Pierre de Coubertin
0660734P | Ecole élémentaire Pasteur Lamartine
0660754L | Ecole élémentaire Victor Hugo
0660785V | Ecole élémentaire Hélène Boucher
0660789Z | Ecole primaire Arrels Cassanyes
0660792C | Ecole primaire Léon Blum
0660797H | Ecole maternelle Pablo Picasso
0660800L | Ecole élémentaire Anatole France
0660830U | Ecole élémentaire H.Rigaud
0660853U | Ecole maternelle Blaise Pascal
0660895P | Ecole maternelle Claude Simon
0660896R | Ecole élémentaire Claude Simon
0660905A | Ecole élémentaire Romain Rolland
0660906B | Ecole maternelle Romain Rolland
0660909E | Ecole élémentaire publique Jean Zay Marie Curie
0660932E | Ecole primaire Arrels Vernet
"""

_PERPIGNAN_SCHOOLS = tuple(row.partition(" | ")[::2] for row in PERPIGNAN.strip().splitlines())
_UNPAID = ("0660789Z", "0660932E")
_PAID_LATER = ("0660792C",)


def _perpignan_paid() -> str:
    """Return Perpignan's mandats: 30 schools by the titre's number, 24 by their UAIs, one more, two not paid."""
    paid = [uai for uai, _ in _PERPIGNAN_SCHOOLS if uai not in _UNPAID + _PAID_LATER]
    first = [f"2024 | 96 | 1187 | {line} | 2024-03-05 | 2024-03-12 | DRFIP OCCITANIE | ENT-École 2023-2024 | TP-2024-00131 | {uai} | 45.00 | payé | 6558"
             for line, uai in enumerate(paid[:30], 1)]  # fmt: skip
    second = [f"2024 | 203 | 2641 | {line} | 2024-05-15 | 2024-05-23 | DRFIP OCCITANIE | Participation ENT-École | | {uai} | 45.00 | payé | 6558"
              for line, uai in enumerate(paid[30:], 1)]  # fmt: skip
    return "\n".join(first + second)


# Inscriptions --------------------------------------------------------------------------------------------------------

_MONTPELLIER_2026 = """
0660560A | ECOLE ELEMENTAIRE PUBLIQUE MARC CHAGALL | CERET | 66 | 66049 | 216600494 | 2026-05-11
0660180M | ECOLE ELEMENTAIRE PUBLIQUE PABLO PICASSO | CERET | 66 | 66049 | 216600494 | 2026-05-11
0660178K | ECOLE MATERNELLE PUBLIQUE JOAN MIRO | CERET | 66 | 66049 | 216600494 | 2026-05-11
0660181N | ECOLE MATERNELLE PUBLIQUE PONT DU DIABLE | CERET | 66 | 66049 | 216600494 | 2026-05-11
0660258X | Ecole élémentaire Georges Sand | SALEILLES | 66 | 66189 | 216601898 | 2026-05-18
0660440V | Ecole maternelle Georges Sand | SALEILLES | 66 | 66189 | 216601898 | 2026-06-22
0300152C | Ecole maternelle Ventadour | AIMARGUES | 30 | 30006 | 213000060 | 2026-05-18
0301603E | Ecole élémentaire Fanfonne Guillierme | AIMARGUES | 30 | 30006 | 213000060 | 2026-05-18
0110490Y | Ecole primaire | PORTEL-DES-CORBIERES | 11 | 11295 | 211102959 | 2026-05-26
"""

_TOULOUSE_2023 = """
0120514U | Ecole primaire publique Jean Bouyssou | NAJAC | 12 | 12167 | 211201678 | 2023-06-05
0820674M | Ecole primaire | DONZAC | 82 | 82049 | 218200491 | 2023-06-12
"""

_TOULOUSE_2026 = """
0810647N | Ecole primaire Labrespy | MAZAMET | 81 | 81163 | 218101632 | 11/05/2026
0810652U | Ecole primaire Négrin | MAZAMET | 81 | 81163 | 218101632 | 11/05/2026
0810653V | | MAZAMET | 81 | 81163 | 218101632 | 11/05/2026
0811179S | Ecole primaire Les Bausses | MAZAMET | 81 | 81163 | 218101632 | 11/05/2026
0811236D | Ecole primaire La Lauze | MAZAMET | 81 | 81163 | 218101632 | 11/05/2026
0811259D | Ecole primaire Gravas Meyer | MAZAMET | 81 | 81163 | 218101632 | 2026-09-03
0311892N | Ecole maternelle publique Maurice Saquer | GRATENTOUR | 31 | 31230 | 213102304 | 2026-05-19
0311893P | Ecole élémentaire publique Maurice Saquer | GRATENTOUR | 31 | 31230 | 213102304 | 2026-05-19
0313017L | Ecole primaire publique Thomas Pesquet | GRATENTOUR | 31 | 31230 | 213102304 | 2026-06-16
0460516L | Ecole primaire publique | LUZECH | 46 | 46182 | 214609992 | 2026-05-20
0120514U | Ecole primaire publique Jean Bouyssou | NAJAC | 12 | 12167 | 211201678 | 2026-05-20
0820674M | Ecole primaire | DONZAC | 82 | 82094 | 218200491 | 2026-06-25
0090345C | Ecole primaire | ORLU | 09 | 09220 | 210902201 | 2026-05-21
0650695C | Ecole maternelle | SOUES | 65 | 65433 | 216504332 | 2026-05-22
0650726L | Ecole élémentaire Barrouquere Teilh | SALLES-ADOUR | 65 | 65401 | 216504332 | 2026-05-22
"""

_LOZERE_2026 = """
Année scolaire | École | Commune | Département | Code INSEE | Inscrite le
2026-2027 | Ecole primaire Guilhem Adémar | MEYRUEIS | 48 | 48096 | 2026-06-02
2026-2027 | école primaire | VIALAS | 48 | 48194 | 2026-06-02
"""

# Conventions ---------------------------------------------------------------------------------------------------------

_CONVENTIONS = """
Convention | Année scolaire | SIRET collectivité | Collectivité | Adresse | Courriel | Datée du | Délibération du | N° délibération | Signée le | Fin | Participation par école | Nombre d'écoles | Montant | Statut
ENT-2023-066136 | 2023-2024 | 21660136900012 | COMMUNE DE PERPIGNAN | PLACE DE LA LOGE, 66000 PERPIGNAN | | 2023-07-04 | 2023-09-27 | 2023-287 | | 2024-09-01 | 45.00 | 57 | 2565.00 | signée
ENT-2023-012167 | 2023-2024 | 21120167800011 | COMMUNE DE NAJAC | MAIRIE, 12270 NAJAC | mairie.najac@exemple.fr | 2023-07-04 | 2023-10-11 | 2023-31 | 2023-10-16 | 2024-08-31 | 45.00 | 1 | 45.00 | signée
ENT-2023-082049 | 2023-2024 | 21820049100015 | COMMUNE DE DONZAC | MAIRIE, 82340 DONZAC | mairie.donzac@exemple.fr | 2023-07-04 | 2023-10-19 | 2023-44 | 2023-10-23 | 2024-08-31 | 45.00 | 1 | 45.00 | signée
ENT-2026-066049 | 2026-2027 | 21660049400019 | COMMUNE DE CERET | BOULEVARD MARECHAL JOFFRE, 66400 CERET | | 2026-05-21 | 2026-06-03 | DCM1212026 | | | 41.00 | 4 | 164.00 | signée
ENT-2026-081163 | 2026-2027 | 21810163200014 | COMMUNE DE MAZAMET | MAIRIE, 81200 MAZAMET | finances.mazamet@exemple.fr | 21/05/2026 | 22/06/2026 | 2026-058 | 29/06/2026 | 31/08/2027 | 41.00 | 5 | 205.00 | signée
ENT-2026-030006 | 2026-2027 | 21300006000011 | COMMUNE D'AIMARGUES | MAIRIE, 30470 AIMARGUES | finances.aimargues@exemple.fr | 2026-05-21 | 2026-06-24 | 2026-71 | 2026-07-01 | 2027-08-31 | 41.00 | 4 | 164.00 | signée
ENT-2026-066189 | 2026-2027 | 21660189800010 | COMMUNE DE SALEILLES | MAIRIE, 66280 SALEILLES | finances.saleilles@exemple.fr | 2026-05-21 | 2026-06-09 | 2026-039 | 2026-06-12 | 2027-08-31 | 41.00 | 1 | 41.00 | signée
ENT-2026-066189-B | 2026-2027 | 21660189800010 | COMMUNE DE SALEILLES | MAIRIE, 66280 SALEILLES | finances.saleilles@exemple.fr | 2026-06-25 | 2026-07-07 | 2026-052 | 2026-07-10 | 2027-08-31 | 41.00 | 1 | 41.00 | signée
ENT-2026-031230 | 2026-2027 | 21310230400010 | COMMUNE DE GRATENTOUR | MAIRIE, 31150 GRATENTOUR | finances.gratentour@exemple.fr | 2026-05-21 | 2026-06-15 | 2026-33 | 2026-06-18 | 2027-08-31 | 41.00 | 2 | 82.00 | signée
ENT-2026-031230-B | 2026-2027 | 21310230400010 | COMMUNE DE GRATENTOUR | MAIRIE, 31150 GRATENTOUR | finances.gratentour@exemple.fr | 2026-06-18 | 2026-07-06 | 2026-41 | 2026-07-09 | 2027-08-31 | 41.00 | 2 | 82.00 | signée
ENT-2026-046182 | 2026-2027 | 21460182500018 | COMMUNE DE LUZECH | MAIRIE, 46140 LUZECH | mairie.luzech@exemple.fr | 2026-05-21 | 2026-06-17 | 2026-27 | 2026-06-22 | 2027-08-31 | 41.00 | 1 | 45.00 | signée
ENT-2026-012167 | 2026-2027 | 21120167800011 | COMMUNE DE NAJAC | MAIRIE, 12270 NAJAC | mairie.najac@exemple.fr | 2026-05-21 | 2026-06-26 | 2026-22 | 2026-07-01 | 2027-08-31 | 45.00 | 1 | 45.00 | signée
ENT-2026-082049 | 2026-2027 | 21820049100015 | COMMUNE DE DONZAC | MAIRIE, 82340 DONZAC | mairie.donzac@exemple.fr | 2026-06-29 | | | | 2027-08-31 | 41.00 | 1 | 41.00 | proposée
ENT-2026-009220 | 2026-2027 | 21090220100016 | COMMUNE D'ORLU | MAIRIE, 09110 ORLU | mairie.orlu@exemple.fr | 2026-05-21 | 2026-06-11 | 2026-18 | 2026-06-15 | 2027-08-31 | 41.00 | 1 | 41.00 | signée
ENT-2026-011295 | 2026-2027 | 21110295900016 | COMMUNE DE PORTEL-DES-CORBIERES | MAIRIE, 11490 PORTEL-DES-CORBIERES | mairie.portel@exemple.fr | 2026-05-26 | 2026-06-30 | 2026-46 | 2026-07-03 | 2027-08-31 | 41.00 | 1 | 41.00 | signée
ENT-2026-065433 | 2026-2027 | 21650433200018 | COMMUNE DE SOUES | MAIRIE, 65430 SOUES | mairie.soues@exemple.fr | 2026-05-22 | 2026-06-18 | 2026-35 | 2026-06-23 | 2027-08-31 | 41.00 | 2 | 82.00 | signée
"""

_LISTED = """
ENT-2023-012167 | 0120514U | Ecole primaire publique Jean Bouyssou | NAJAC
ENT-2023-082049 | 0820674M | Ecole primaire | DONZAC
ENT-2026-066049 | 0660560A | ECOLE ELEMENTAIRE PUBLIQUE MARC CHAGALL | CERET
ENT-2026-066049 | 0660180M | ECOLE ELEMENTAIRE PUBLIQUE PABLO PICASSO | CERET
ENT-2026-066049 | 0660178K | ECOLE MATERNELLE PUBLIQUE JOAN MIRO | CERET
ENT-2026-066049 | 0660181N | ECOLE MATERNELLE PUBLIQUE PONT DU DIABLE | CERET
ENT-2026-081163 | 0810647N | Ecole primaire Labrespy | MAZAMET
ENT-2026-081163 | 0810652U | Ecole primaire Négrin | MAZAMET
ENT-2026-081163 | 0810653V | Ecole primaire République | MAZAMET
ENT-2026-081163 | 0811179S | Ecole primaire Les Bausses | MAZAMET
ENT-2026-081163 | 0811236D | Ecole primaire La Lauze | MAZAMET
ENT-2026-030006 | 0300152C | Ecole maternelle Ventadour | AIMARGUES
ENT-2026-030006 | 0301603e | Ecole élémentaire Fanfonne Guillierme | AIMARGUES
ENT-2026-030006 | 0301839L | Ecole élémentaire Simone Veil | AIMARGUES
ENT-2026-066189 | 0660258X | Ecole élémentaire Georges Sand | SALEILLES
ENT-2026-066189-B | 0660440V | Ecole maternelle Georges Sand | SALEILLES
ENT-2026-031230 | 0311892N | Ecole maternelle publique Maurice Saquer | GRATENTOUR
ENT-2026-031230 | 0311893P | Ecole élémentaire publique Maurice Saquer | GRATENTOUR
ENT-2026-031230-B | 0311893P | Ecole élémentaire publique Maurice Saquer | GRATENTOUR
ENT-2026-031230-B | 0313017L | Ecole primaire publique Thomas Pesquet | GRATENTOUR
ENT-2026-046182 | 0460516L | Ecole primaire publique | LUZECH
ENT-2026-012167 | 0120514U | Ecole primaire publique Jean Bouyssou | NAJAC
ENT-2026-082049 | 0820674M | Ecole primaire | DONZAC
ENT-2026-009220 | 0090345B | Ecole primaire | ORLU
ENT-2026-011295 | 0110490Y | Ecole primaire | PORTEL-DES-CORBIERES
ENT-2026-065433 | 0650695C | Ecole maternelle | SOUES
ENT-2026-065433 | 0650726L | Ecole élémentaire Barrouquere Teilh | SOUES
"""

# Titres de perception ------------------------------------------------------------------------------------------------

_TITRES_2024 = """
N° de titre | SIRET débiteur | Débiteur | Convention | Année scolaire | Montant | Émis le | Échéance
TP-2024-00131 | 21660136900012 | COMMUNE DE PERPIGNAN | ENT-2023-066136 | 2023-2024 | 2\u202f565,00\u00a0€ | 22/01/2024 | 15/03/2024
TP-2024-00132 | 21120167800011 | COMMUNE DE NAJAC | ENT-2023-012167 | 2023-2024 | 45,00\u00a0€ | 22/01/2024 |
TP-2024-00133 | 21820049100015 | COMMUNE DE DONZAC | ENT-2023-082049 | 2023-2024 | 45,00\u00a0€ | 05/02/2024 |
"""

_TITRES_2026 = """
N° de titre | Nature | Titre modifié | SIRET débiteur | Débiteur | Convention | Année scolaire | Montant | Émis le | Statut
TP-2026-00141 | émission | | 21660049400019 | COMMUNE DE CERET | ENT-2026-066049 | 2026-2027 | 164.00 | 2026-10-12 | émis
TP-2026-00142 | émission | | 21310230400010 | COMMUNE DE GRATENTOUR | ENT-2026-031230 | 2026-2027 | 82.00 | 2026-09-08 | émis
TP-2026-00143 | émission | | 21310230400010 | COMMUNE DE GRATENTOUR | ENT-2026-031230-B | 2026-2027 | 41.00 | 2026-09-08 | émis
TP-2026-00144 | émission | | 21810163200014 | COMMUNE DE MAZAMET | ENT-2026-081163 | 2026-2027 | 205.00 | 2026-09-08 | émis
TP-2026-00145 | émission | | 21300006000011 | COMMUNE D'AIMARGUES | ENT-2026-030006 | 2026-2027 | 164.00 | 2026-09-08 | émis
TP-2026-00146 | émission | | 21660189800010 | COMMUNE DE SALEILLES | ENT-2026-066189 | 2026-2027 | 41.00 | 2026-09-15 | émis
TP-2026-00147 | émission | | 21660189800010 | COMMUNE DE SALEILLES | ENT-2026-066189-B | 2026-2027 | 41.00 | 2026-09-15 | émis
TP-2026-00148 | émission | | 21460182500018 | COMMUNE DE LUZECH | ENT-2026-046182 | 2026-2027 | 41.00 | 2026-09-15 | émis
TP-2026-00149 | émission | | 21650433200018 | COMMUNE DE SOUES | ENT-2026-065433 | 2026-2027 | 41.00 | 2026-09-15 | émis
TP-2026-00150 | émission | | 21090220100016 | COMMUNE D'ORLU | ENT-2026-009220 | 2026-2027 | 41.00 | 2026-09-15 | émis
TP-2026-00151 | émission | | 21110295900015 | COMMUNE DE PORTEL-DES-CORBIERES | ENT-2026-011295 | 2026-2027 | 41.00 | 2026-09-22 | émis
TP-2026-00152 | réduction | TP-2026-00145 | 21300006000011 | COMMUNE D'AIMARGUES | ENT-2026-030006 | 2026-2027 | 41.00 | 2026-10-06 | émis
TP-2026-00153 | remise gracieuse | TP-2024-00131 | 21660136900012 | COMMUNE DE PERPIGNAN | ENT-2023-066136 | 2023-2024 | 90.00 | 2026-10-15 | émis
TP-2026-00154 | émission | | 21460182500018 | COMMUNE DE LUZECH | | | 164.00 | 2026-11-16 | émis
3.1E+31 | émission | | 21660049400019 | COMMUNE DE CERET | ENT-2026-066049 | 2026-2027 | 41.00 | 2026-12-03 | émis
"""

# Ledgers, one per payer that sent one; lines that have nothing to do with ENT-École are left in, as in real life -----

_PERPIGNAN_2024 = f"""
Exercice | Bordereau | Mandat | Ligne | Date mandat | Payé le | Bénéficiaire | Objet | Référence | UAI | Montant | État | Compte
2024 | 91 | 1102 | 1 | 2024-02-27 | 2024-03-04 | PAPETERIE DU SUD | Fournitures scolaires, écoles maternelles | FA-24-311 | | 1845.60 | payé | 6067
{_perpignan_paid()}
2024 | 204 | 2650 | 1 | 2024-05-16 | 2024-05-24 | DRFIP OCCITANIE | Taxe foncière, parkings | AVIS 24 66 118 | | 45.00 | payé | 63512
2024 | 231 | 2988 | 1 | 2024-06-11 | 2024-06-18 | DRFIP OCCITANIE | ENT-École, école Léon Blum | TP-2024-00131 | 0660792C | 45.00 | payé | 6558
"""

_CERET_2026 = """
Exercice | Bordereau | Mandat | Date mandat | Payé le | Bénéficiaire | Objet | Référence | Montant | État
2026 | 93 | 1163 | 2026-11-17 | 2026-11-24 | LIBRAIRIE DU PONT | Livres pour la médiathèque | F2026-88 | 41.00 | payé
2026 | 93 | 1164 | 2026-11-17 | 24/11/2026 | DRFIP OCCITANIE | Redevance d'occupation du domaine public | R26-4410 | 41,00 € | payé
2026 | 96 | 1187 | 2026-11-26 | | DRFIP OCCITANIE | ENT-Ecole 2026-2027 | TP-2026-00141 | 164.00 | émis
"""

_MAZAMET_2026 = """
Exercice | Bordereau | Mandat | Date mandat | Payé le | Bénéficiaire | Objet | Référence | Montant
2026 | 118 | 1487 | 2026-10-02 | 2026-10-08 | DRFIP OCCITANIE | Taxe foncière 2026 | 26 81 163 | 2565.00
2026 | 121 | 1502 | 2026-10-06 | 2026-10-13 | DRFIP OCCITANIE | ENT-École : écoles 0810647N et 0810652U | | 82.00
2026 | 124 | 1533 | 2026-10-20 | 2026-10-27 | DRFIP OCCITANIE | ENT-École, solde des écoles | ENT-2026-081163 | 123.00
2026 | 131 | 1611 | 2026-11-12 | 2026-11-19 | DRFIP OCCITANIE | Abonnement ENT-École, complément | | 37.00
2026 | 131 | 1612 | 2026-11-12 | 2026-11-19 | CHAUFFAGE DU THORE | Entretien de la chaudière, école de La Lauze | C-5521 | 41.00
"""

_AIMARGUES_2026 = """
Exercice | Bordereau | Mandat | Date mandat | Payé le | Bénéficiaire | Objet | Montant | État
2026 | 77 | 903 | 2026-10-13 | 2026-10-20 | PAPETERIE DU SUD | Fournitures scolaires | 41.00 | payé
2026 | 79 | 941 | 2026-10-20 | 27/10/2026 | DRFIP OCCITANIE | Participation ENT-École année scolaire 2026-2027 | 123.00 | payé
"""

_SALEILLES_2026 = """
Exercice | Bordereau | Mandat | Date mandat | Payé le | Bénéficiaire | Objet | Montant
2026 | 55 | 702 | 05/11/2026 | 12/11/2026 | DRFIP OCCITANIE | Participation ENT école | 41,00
2026 | 55 | 703 | 05/11/2026 | 12/11/2026 | DRFIP OCCITANIE | Contribution sur les eaux pluviales | 41,00
2026 | 58 | 731 | 19/11/2026 | 31/11/2026 | DRFIP OCCITANIE | Participation ENT école maternelle | 41,00
"""

_GRATENTOUR_2026 = """
Exercice | Bordereau | Mandat | Date mandat | Payé le | Bénéficiaire | Objet | Référence | Montant | État
2026 | 84 | 911 | 2026-10-20 | 2026-10-27 | TRANSPORTS DES COTEAUX | Sortie scolaire, centre de loisirs | 2026-204 | 350.00 | payé
2026 | 86 | 918 | 2026-10-27 | 2026-11-03 | DRFIP OCCITANIE | ENT-École, participation des écoles | TP-2026-00142 et TP-2026-00143 | 123.00 | payé
"""

_LUZECH_2026 = """
Exercice | Bordereau | Mandat | Date mandat | Payé le | Bénéficiaire | Objet | Référence | Montant | État
2026 | 21 | 148 | 2026-10-06 | 2026-10-13 | VOIRIE DU LOT | Réfection du chemin de l'école | S-3 | 12480.00 | payé
2026 | 22 | 155 | 2026-10-13 | 2026-10-20 | DRFIP OCCITANIE | ENT-École | TP-2026-00148 | 45.00 | payé
"""

_NAJAC = """
Exercice | Bordereau | Mandat | Date mandat | Payé le | Bénéficiaire | Objet | Référence | Montant | État
2024 | 14 | 212 | 2024-03-05 | 12/03/2024 | DRFIP OCCITANIE | ENT-École 2023-2024 | TP-2024-00132 | 45.00 | rejeté
2024 | 17 | 240 | 2024-03-26 | 02/04/2024 | DRFIP OCCITANIE | ENT-École 2023-2024 | TP-2024-00132 | 45.00 | payé
2026 | 30 | 388 | 2026-10-06 | 2026-10-13 | ELECTRICITE DU SEGALA | Éclairage de la cour | 8841 | 45.00 | payé
"""

_DONZAC_2024 = """
Exercice | Bordereau | Mandat | Date mandat | Payé le | Bénéficiaire | Objet | Montant
2024 | 9 | 88 | 2024-03-08 | 2024-03-15 | DRFIP OCCITANIE | ENT école, imputation erronée | 45.00
2024 | 9 | 88 | 2024-03-15 | 2024-03-22 | DRFIP OCCITANIE | ENT école, imputation erronée | -45.00
2024 | 10 | 97 | 2024-03-29 | 2024-04-05 | DRFIP OCCITANIE | Participation ENT école | 45.00
"""

_ORLU_2026 = """
Exercice | Bordereau | Mandat | Date mandat | Payé le | Bénéficiaire | Objet | Référence | Montant
2026 | 12 | 71 | 2026-10-20 | 2026-10-27 | DRFIP OCCITANIE | Taxe sur les ordures ménagères | 26 09 220 | 41.00
2026 | 13 | 77 | 2026-11-03 | 2026-11-10 | DRFIP OCCITANIE | Participation ENT-École | TP-2026-00250 | 41.00
"""

_SOUES_2026 = """
Exercice | Bordereau | Mandat | Date mandat | Payé le | Bénéficiaire | Objet | Référence | Montant | État
2026 | 40 | 301 | 2026-10-13 | 2026-10-20 | DRFIP OCCITANIE | ENT-École, école maternelle | TP-2026-00149 | 41.00 | payé
2026 | 43 | 322 | 2026-11-10 | 2026-11-17 | DRFIP OCCITANIE | ENT-École, école élémentaire | TP-2026-00149 | 41.00 | payé
"""

# The dossier, file by file -------------------------------------------------------------------------------------------

_IN_PERPIGNAN = "PERPIGNAN | 66 | 66136 | 216601369 | 2023-06-19"
_LISTED_HEADINGS = "Convention | UAI | École | Commune\n"
_LISTED_PERPIGNAN = "\n".join(f"ENT-2023-066136 | {uai} | {name} | PERPIGNAN" for uai, name in _PERPIGNAN_SCHOOLS)

# Reference tables, cut to the sample's communes -----------------------------------------------------------------------

_DIRECTORY_HEADINGS = (
    "Identifiant_de_l_etablissement | Nom_etablissement | Type_etablissement | Statut_public_prive | Code_postal | Code_commune | "
    "Nom_commune | Code_departement | SIREN_SIRET | Libelle_academie | date_maj_ligne | etat | rpi_concentre | rpi_disperse | code_nature\n"
)
# The former commune of Luzech (code 46999, SIREN 214609992) and the RPI of Soues are invented.
_COMMUNES = """
code_insee | nom | departement | siren | Ancien code INSEE | Ancienne commune | Ancien SIREN | epci_siren | epci_nom
09220 | Orlu | 09 | 210902201 | | | | |
11295 | Portel-des-Corbières | 11 | 211102959 | | | | |
12167 | Najac | 12 | 211201678 | | | | |
30006 | Aimargues | 30 | 213000060 | | | | |
31230 | Gratentour | 31 | 213102304 | | | | |
46182 | Luzech | 46 | 214601825 | 46999 | Luzech-le-Vieux | 214609992 | |
65401 | Salles-Adour | 65 | 216504019 | | | | |
65433 | Soues | 65 | 216504332 | | | | |
66049 | Céret | 66 | 216600494 | | | | |
66136 | Perpignan | 66 | 216601369 | | | | |
66189 | Saleilles | 66 | 216601898 | | | | |
81163 | Mazamet | 81 | 218101632 | | | | |
82049 | Donzac | 82 | 218200491 | | | | |
"""


_NAMES = {line.split(" | ")[0]: line.split(" | ")[1] for line in _COMMUNES.strip().splitlines()}
# The directory has these otherwise than the lists: a name, a letter, and the school that took another's place.
_AS_LISTED = {
    "0810653V | | ": "0810653V | Ecole primaire République | ",
    "0090345C": "0090345B",
    "0110490Y": "0119901C",
    "82094": "82049",
    "214609992": "214601825",
}
_RPI = {"0650695C": "065901", "0650726L": "065901"}


def _directory() -> str:
    """Return the directory's rows of the schools that the sample names, as published but for the columns not read."""
    rows = f"{_MONTPELLIER_2026}{_TOULOUSE_2026}"
    for listed, published in _AS_LISTED.items():
        rows = rows.replace(listed, published)
    schools = [line.split(" | ")[:6] for line in rows.splitlines() if line]
    schools += [[uai, name, *_IN_PERPIGNAN.split(" | ")[:4]] for uai, name in _PERPIGNAN_SCHOOLS]
    schools += [["0301839L", "Ecole élémentaire Simone Veil", "AIMARGUES", "30", "30006", "213000060"]]
    return _DIRECTORY_HEADINGS + "\n".join(sorted(_published(*school) for school in schools))


def _published(uai: str, name: str, _: str, department: str, insee: str, siren: str) -> str:
    academy = "Montpellier" if department in {"11", "30", "48", "66"} else "Toulouse"
    # A school's own SIRET begins with its commune's SIREN; its end is nobody's here.
    place = f" | {insee} | {_NAMES[insee]} | 0{department} | {siren} | {academy}"
    nature = "101" if "maternelle" in name.casefold() else "151"
    return f"{uai} | {name} | Ecole | Public |{place} | 2026-11-16 | OUVERT | 0 | {_RPI.get(uai, '')} | {nature}"


FILES: dict[str, tuple[Sheet, ...]] = {
    "inscriptions/montpellier_2023-2024.xlsx": (
        Sheet("Écoles", _enrolled("2023-2024", "\n".join(f"{uai} | {name} | {_IN_PERPIGNAN}" for uai, name in _PERPIGNAN_SCHOOLS))),
    ),
    "inscriptions/toulouse_2023-2024.xlsx": (Sheet("Écoles", _enrolled("2023-2024", _TOULOUSE_2023)),),
    "inscriptions/montpellier_2026-2027.xlsx": (
        Sheet("Écoles", _enrolled("2026-2027", _MONTPELLIER_2026), "Académie de Montpellier\nÉcoles inscrites à l’ENT-École\n"),
    ),
    "inscriptions/toulouse_2026-2027.xlsx": (Sheet("Écoles", _enrolled("2026-2027", _TOULOUSE_2026)),),
    "inscriptions/lozere_2026-2027.xlsx": (Sheet("Écoles", _LOZERE_2026),),
    "conventions/registre.xlsx": (
        Sheet("Conventions", _CONVENTIONS),
        Sheet("Écoles", _LISTED_HEADINGS + _LISTED_PERPIGNAN + _LISTED),
    ),
    "titres/titres_2024.xlsx": (Sheet("Titres", _TITRES_2024),),
    "titres/titres_2026.xlsx": (Sheet("Titres", _TITRES_2026, "Titres de perception émis, ENT-École\n"),),
    "paiements/perpignan_2024.xlsx": (
        Sheet("Mandats", _ledger("21660136900012", "COMMUNE DE PERPIGNAN", _PERPIGNAN_2024)),
    ),
    "paiements/ceret_2026.xlsx": (Sheet("Mandats", _ledger("21660049400019", "COMMUNE DE CERET", _CERET_2026)),),
    "paiements/mazamet_2026.csv": (
        Sheet("Mandats", _ledger("21810163200014", "COMMUNE DE MAZAMET", _MAZAMET_2026)),
    ),
    "paiements/aimargues_2026.xlsx": (
        Sheet("Feuil1", _ledger("21300006000011", "COMMUNE D'AIMARGUES", _AIMARGUES_2026), "Commune d’Aimargues\nGrand livre, exercice 2026\n"),
    ),
    "paiements/saleilles_2026.xlsx": (
        Sheet("Mandats", _ledger("21660189800010", "COMMUNE DE SALEILLES", _SALEILLES_2026)),
    ),
    "paiements/gratentour_2026.ods": (
        Sheet("Mandats", _ledger("21310230400010", "COMMUNE DE GRATENTOUR", _GRATENTOUR_2026), "Mandats 2026, extrait\n"),
    ),
    "paiements/luzech_2026.csv": (Sheet("Mandats", _ledger("21460182500018", "COMMUNE DE LUZECH", _LUZECH_2026)),),
    "paiements/najac_2024_2026.xlsx": (Sheet("Mandats", _ledger("21120167800011", "COMMUNE DE NAJAC", _NAJAC)),),
    "paiements/donzac_2024.xlsx": (Sheet("Mandats", _ledger("21820049100015", "COMMUNE DE DONZAC", _DONZAC_2024)),),
    "paiements/orlu_2026.xlsx": (Sheet("Mandats", _ledger("21090220100016", "COMMUNE D'ORLU", _ORLU_2026)),),
    "paiements/soues_2026.xlsx": (Sheet("Mandats", _ledger("21650433200018", "COMMUNE DE SOUES", _SOUES_2026)),),
    "referentiels/annuaire_2026.csv": (Sheet("", _directory()),),
    "referentiels/communes.xlsx": (Sheet("Communes", _COMMUNES),),
}  # fmt: skip

ENCODINGS = {
    "paiements/mazamet_2026.csv": "cp1252",
    "paiements/luzech_2026.csv": "utf-8-sig",
    "referentiels/annuaire_2026.csv": "utf-8",
}

# A PDF that somebody renamed.
NOT_A_SPREADSHEET = {
    "paiements/perpignan_2025.xlsx": b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n",
}

SETTINGS = """\
langue = "fr"

[tarifs]
"2023-2024" = "45.00"
"2026-2027" = "41.00"

[echeance]            # quand le fichier des titres ne donne pas d’échéance
jours = 60

[relance]
seuil = "5.00"
"""
