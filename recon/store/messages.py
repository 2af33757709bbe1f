"""What is said when the store cannot be used: what happened, that nothing is lost, and what to do."""

from __future__ import annotations

from recon.texts import Text

NEWER = Text(
    "Le magasin {store} vient d’une version plus récente de recon (version {found} du schéma, celle-ci connaît la {known}). Rien n’a été modifié. Mettre recon à jour.",
    "The store {store} is of a newer recon (version {found} of the schema, this one knows {known}). Nothing was changed. Update recon.",
)
FOREIGN = Text(
    "{store} n’est pas un magasin de recon : la base contient d’autres tables. Indiquer une base vide ou un autre nom.",
    "{store} is no store of recon: the database holds other tables. Name an empty database, or another one.",
)
CORRUPTED = Text(
    "Le magasin {store} est endommagé ({why}). Les fichiers du dossier ne sont pas touchés. Restaurer la dernière sauvegarde : recon restaurer FICHIER{where} ; sans sauvegarde, mettre recon.db de côté et relancer : les décisions et les clôtures seraient perdues.",
    "The store {store} is damaged ({why}). The dossier's files are untouched. Restore the last backup: recon restore FILE{where}; without one, put recon.db aside and run again: decisions and closings would be lost.",
)
EMPTY = Text("fichier vide", "empty file")
# What SQLite says, in words; what else it says is shown as it is.
IN_WORDS = {
    "malformed": Text("sa structure est abîmée", "its structure is broken"),
    "not a database": Text("ce n’est pas une base SQLite", "it is no SQLite database"),
    "disk is full": Text("disque plein", "disk full"),
    "readonly": Text("lecture seule", "read-only"),
    "unable to open": Text("ouverture refusée", "cannot be opened"),
    "disk I/O": Text("erreur de lecture ou d’écriture du disque", "disk error"),
}
GONE = Text(
    "Le magasin {store} n’est plus là : un autre recon vient de l’enlever. Rien n’a été modifié. Recommencer.",
    "The store {store} is gone: another recon has just taken it away. Nothing was changed. Try again.",
)
LOST = Text(
    "Des rapports sont dans {folder} (mois {months}), mais le magasin {store} n’y est plus : décisions, clôtures et historique de ce dossier sont inconnus.",
    "There are reports in {folder} (months {months}), but the store {store} is gone: this dossier’s decisions, closings and history are unknown.",
)
RESTORE_FIRST = Text(
    "{lost} Remettre la dernière sauvegarde : recon restaurer FICHIER{where}. Sans sauvegarde, recommencer un historique vide avec recon lancer{where}.",
    "{lost} Put the last backup back: recon restore FILE{where}. Without a backup, begin an empty history with recon run{where}.",
)
BEGINS_ANEW = Text(
    "{lost} Cette commande n’en tient aucun compte, et un magasin neuf commence. S’il existe une sauvegarde, la remettre (recon restaurer FICHIER{where}), puis relancer.",
    "{lost} This command takes none of them into account, and a new store begins. If there is a backup, put it back (recon restore FILE{where}), then run again.",
)
HELD = Text(
    "Le dossier est occupé par {who} depuis le {since}. Rien n’a été modifié. Attendre la fin de son travail, puis recommencer.",
    "The dossier is held by {who} since {since}. Nothing was changed. Wait until that work is done, then try again.",
)
HELD_BY_SOMEBODY = Text(
    "Le dossier est occupé par un autre programme. Rien n’a été modifié. Attendre, fermer ce programme, puis recommencer.",
    "The dossier is held by another program. Nothing was changed. Wait, close that program, then try again.",
)
NOT_WRITTEN = Text(
    "Le magasin {store} n’a pas pu être écrit ({why}). Rien n’a été modifié. Vérifier les droits et la place sur le disque, puis recommencer.",
    "The store {store} could not be written ({why}). Nothing was changed. Check permissions and disk space, then try again.",
)
UNREACHABLE = Text(
    "Le magasin {store} ne répond pas ({why}). Vérifier l’adresse, dans recon.toml ([magasin] url) ou dans RECON_STORE, et le réseau.",
    "The store {store} does not answer ({why}). Check its address, in recon.toml ([magasin] url) or RECON_STORE, and the network.",
)
UNKNOWN_URL = Text(
    "« {url} » n’est pas l’adresse d’un magasin ; écrire par exemple postgresql://serveur/base ou sqlite:///chemin/recon.db.",
    "“{url}” is no store's address; write for example postgresql://server/database or sqlite:///path/recon.db.",
)
NO_DRIVER = Text(
    "L’adresse du magasin demande PostgreSQL, dont le pilote n’est pas installé : installer recon-ent[postgresql].",
    "The store's address asks for PostgreSQL, whose driver is not installed: install recon-ent[postgresql].",
)
