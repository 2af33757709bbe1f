"""The dossier's database: what was brought in, decided, run and closed, in a journal that cannot be altered unseen."""
