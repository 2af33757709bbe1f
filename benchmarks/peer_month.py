"""The core of the month as an analyst would script it with pandas and openpyxl; run in an environment of its own.

Every ledger is opened, its heading row looked for by a few known titles, the lines are put together; titres are found
in the text by their numbers, compared by amount, summed by payer, held against the enrolled schools and the
conventions' lists, and written to a workbook. No scope, no reversals, no findings, no statements. Then datacompy
compares titres with payments on the titre's number. JSON on standard output.
`peer_month.py FOLDER WORKBOOK [ENGINE]`.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
import unicodedata
from pathlib import Path

import datacompy
import pandas as pd

# pandas' own choice by the file's format, unless the third argument names another.
ENGINE = sys.argv[3] if len(sys.argv) > 3 else None
LABEL, REFERENCE, AMOUNT, STATE = "label", "reference", "amount", "state"
TITLES = {
    AMOUNT: ("montant", "mt", "debit", "ttc"),
    LABEL: ("objet", "libelle", "designation", "lib "),
    REFERENCE: ("reference", "ref", "n de titre", "facture"),
    STATE: ("etat", "statut", "situation"),
    "titre": ("n de titre", "titre de perception"),
    "siret": ("siret debiteur", "siret tiers", "siret"),
    "convention": ("convention", "n convention"),
    "nature": ("nature",),
    "uai": ("uai", "code rne", "code etab"),
    "school": ("ecole", "denomination"),
    "siren": ("siren",),
}
DIGITS = re.compile(r"[^0-9A-Z]")
WITHOUT_TAX = re.compile(r"\b(?:ht|tva)\b")
NUMBER = re.compile(r"TP-\d{4}-\d{6}|\d{2}-\d{5}|(?:\d[ -]?){25,32}")


def plain(text: object) -> str:
    """Return a title without case and accents."""
    return unicodedata.normalize("NFKD", str(text)).encode("ascii", "ignore").decode().lower().strip()


def sheets(path: Path) -> list[pd.DataFrame]:
    """Return a file's sheets as they are."""
    if path.suffix in {".csv", ".txt"}:
        data = path.read_bytes()
        for encoding in ("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig", "cp1252"):
            try:
                lines = data.decode(encoding).splitlines()
            except UnicodeError:
                continue
            delimiter = max(";\t,", key=lines[0].count)
            return [pd.DataFrame([line.split(delimiter) for line in lines])]
    return list(pd.read_excel(path, sheet_name=None, header=None, dtype=object, engine=ENGINE).values())


def named(cell: object) -> list[str]:
    """Return the columns that a title may be, none if the amount is one without tax."""
    title = plain(cell) if isinstance(cell, str) else ""
    if WITHOUT_TAX.search(title):
        return []
    return [name for name, titles in TITLES.items() if title.startswith(titles)]


def table(sheet: pd.DataFrame, need: str) -> pd.DataFrame:
    """Return the columns known by their titles under the first row that has two of them, `need` among them."""
    for at, row in enumerate(sheet.head(30).itertuples(index=False)):
        found: dict[str, int] = {}
        for column, cell in enumerate(row):
            for name in named(cell):
                found.setdefault(name, column)
        if need in found and len(found) > 1:
            body = sheet.iloc[at + 1 :, list(found.values())].copy()
            body.columns = list(found)
            return body
    return pd.DataFrame()


def cents(column: pd.Series) -> pd.Series:
    """Return amounts in cents."""
    text = column.astype(str).str.replace(r"[^0-9,.\-]", "", regex=True).str.replace(",", ".")
    return (pd.to_numeric(text, errors="coerce") * 100).round()


def tables(folder: Path, need: str) -> pd.DataFrame:
    """Return all the tables of a folder's files that have a column, one under another."""
    parts = []
    for path in sorted(folder.rglob("*.*")):
        found = [table(sheet, need) for sheet in sheets(path)]
        parts += [part for part in found if not part.empty]
    return pd.concat(parts, ignore_index=True)


def read(folder: Path) -> pd.DataFrame:
    """Return the same, amounts in cents."""
    together = tables(folder, AMOUNT)
    together["cents"] = cents(together[AMOUNT])
    return together[together["cents"].notna()]


def month(folder: Path, written: Path) -> dict[str, object]:
    """Return what is paid of each titre, and the seconds of processors of each part."""
    start = time.process_time()
    titres, lines = read(folder / "titres"), read(folder / "paiements")
    schools, listed = tables(folder / "inscriptions", "uai"), tables(folder / "conventions", "uai")
    done = time.process_time()
    titres = titres[titres["titre"].notna() & ~titres["titre"].astype(str).str.startswith("TOTAL")].copy()
    titres["key"] = titres["titre"].astype(str).str.replace(DIGITS, "", regex=True)
    lines["text"] = lines[REFERENCE].fillna("").astype(str) + " " + lines[LABEL].fillna("").astype(str)
    lines["key"] = lines["text"].str.upper().str.extract(f"({NUMBER.pattern})")[0].str.replace(DIGITS, "", regex=True)
    good = ~lines[STATE].fillna("").astype(str).map(plain).str.startswith(("rej", "sus", "ann", "emis", "mandate"))
    paid = lines[good].groupby("key")["cents"].sum()
    titres["paid"] = titres["key"].map(paid).fillna(0).clip(upper=titres["cents"])
    titres["outstanding"] = titres["cents"] - titres["paid"]
    by_payer = titres.groupby("siret")[["cents", "paid", "outstanding"]].sum()
    schools["key"] = schools["uai"].astype(str).str.replace(DIGITS, "", regex=True).str.upper()
    listed["key"] = listed["uai"].astype(str).str.upper()
    of_convention = titres.groupby("convention")[["cents", "paid", "outstanding"]].sum().reset_index()
    covered = listed[["key", "convention"]].drop_duplicates("key")
    schools = schools.merge(covered, on="key", how="left").merge(of_convention, on="convention", how="left")
    with pd.ExcelWriter(written, engine="openpyxl") as book:
        schools.astype(str).to_excel(book, sheet_name="Ecoles")
        titres.astype(str).to_excel(book, sheet_name="Titres")
        by_payer.to_excel(book, sheet_name="Payeurs")
    matched = time.process_time()
    compared = datacompy.PandasCompare(
        titres[["key", "cents"]].drop_duplicates("key").reset_index(drop=True),
        lines.loc[lines["key"].notna(), ["key", "cents"]].reset_index(drop=True),
        join_columns="key",
    )
    compared.report()
    ended = time.process_time()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "paid": dict(zip(titres["titre"].astype(str), titres["paid"].astype(int), strict=True)),
        "reading": done - start,
        "matching and workbook": matched - done,
        "datacompy": ended - matched,
        "megabytes": memory,
    }


if __name__ == "__main__":
    print(json.dumps(month(Path(sys.argv[1]), Path(sys.argv[2]))))  # noqa: T201
