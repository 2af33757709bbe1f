"""The words of the stories for what tables hold as codes: passes, attribution, states of a mandat."""

from __future__ import annotations

from recon.texts import Text

PASSES = {
    "T1": Text("numéro du titre", "the titre's number"),
    "T2": Text("plusieurs numéros de titre", "several titres' numbers"),
    "T3": Text("numéro du titre, payé en partie", "the titre's number, part payment"),
    "T4": Text("numéro du titre, payé en trop", "the titre's number, paid too much"),
    "U1": Text("UAI de l’école", "the school's UAI"),
    "C1": Text("convention ou année scolaire", "convention or school year"),
    "S1": Text("montant du seul titre ouvert", "amount of the only open titre"),
    "S2": Text("somme des titres de l’année", "sum of the year's titres"),
    "S3": Text("seule somme de titres possible", "only sum of titres that fits"),
}
BY_HAND = Text("décision", "decision")
PARTLY_PAID = Text("payé en partie", "partly paid")

NAMED = Text(
    "un paiement nomme cette école : le montant est le sien",
    "a payment names this school: the amount is its own",
)
WHOLE = Text(
    "le titre est soldé : toutes ses écoles sont payées",
    "the titre is settled: all its schools are paid",
)
SHARED = Text(
    "les paiements ne disent pas quelles écoles ils règlent : part calculée au prorata, au centime ; le compte de la collectivité, lui, est exact",
    "the payments do not say which schools they are for: a pro rata share, to the cent; the payer's own account is exact",
)
NO_PAYMENT = Text(
    "aucune somme payée à ce jour ne revient à cette école",
    "nothing paid so far goes to this school",
)

REVERSED = Text("effacé par une écriture contraire", "undone by an opposite entry")
VOID = {
    "rejeté": Text("rejeté : rien n’est payé", "rejected: nothing is paid"),
    "suspendu": Text("suspendu : rien n’est payé", "suspended: nothing is paid"),
    "annulé": Text("annulé : rien n’est payé", "cancelled: nothing is paid"),
}
PENDING = Text("émis, pas encore payé", "issued, not yet paid")
LATER = Text("daté d’après le jour de l’arrêté : compté plus tard", "dated after the day: counted later")
IN_FORCE, NOT_IN_FORCE = Text("en vigueur", "in force"), Text("pas en vigueur", "not in force")
CONVENTION_STATUS = {
    "proposée": Text("proposée, pas encore signée", "proposed, not yet signed"),
    "signée": Text("signée", "signed"),
    "résiliée": Text("résiliée", "terminated"),
}
SCHOOL, SCHOOLS = Text("école", "school"), Text("écoles", "schools")
DAY, DAYS = Text("jour", "day"), Text("jours", "days")
