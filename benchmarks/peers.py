"""The peers: each in a virtual environment of its own, given the same cases as JSON, asked for its pairs.

They are tried in two ways. *As written*: the line's reference, else its label, is what they compare with the titre's
number. *Prepared*: what a careful user would do first; the void lines are left out, and the first titre's number in the
text is cut out with a regular expression and written as the titre's is.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .data import PAID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .data import Case, Payment
    from .score import Pairs

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parent / "build" / "bench"
AS_WRITTEN, PREPARED = "as written", "prepared"
_NUMBER = re.compile(r"(?<![0-9])(?:2026[ -]?)?([0-9]{6})(?![0-9])")


@dataclass(frozen=True, slots=True)
class Answer:
    """The seconds that a peer took for all the cases, without reading them, and its pairs for each."""

    seconds: float
    pairs: list[Pairs]


def install() -> dict[str, Path]:
    """Make what is missing of the peers' environments; return the Python of each, by name and version."""
    pinned = [
        line for line in (HERE / "peers.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    return {peer.replace("==", " "): _python(peer) for peer in pinned}


def _python(peer: str) -> Path:
    home = ENVIRONMENTS / peer
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not (home / "installed").exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", peer], check=True)
        (home / "installed").touch()
    return python


def ask(python: Path, peer: str, cases: Sequence[Case], way: str, limit: float) -> Answer | None:
    """Return the peer's answer, None if it takes more than `limit` seconds."""
    script = HERE / f"peer_{peer.split(maxsplit=1)[0]}.py"
    data = json.dumps([_exported(case, way) for case in cases])
    try:
        done = subprocess.run(
            [str(python), str(script)], input=data, capture_output=True, encoding="utf-8", check=True, timeout=limit
        )
    except subprocess.TimeoutExpired:
        return None
    answer = json.loads(done.stdout)
    return Answer(answer["seconds"], [{tuple(pair) for pair in pairs} for pairs in answer["pairs"]])


def _exported(case: Case, way: str) -> dict[str, Any]:
    titres = [
        {
            "number": titre.titre,
            "reference": titre.titre,
            "amount": _euros(titre.net),
            "on": titre.issued_on.isoformat(),
            "payer": titre.payer_siren,
        }
        for titre in case.titres
    ]
    lines = [
        {
            "row": row,
            "reference": _reference(payment, way),
            "amount": _euros(payment.cents),
            "on": payment.on.isoformat(),
            "payer": payment.payer,
        }
        for row, payment in enumerate(case.payments)
        if way == AS_WRITTEN or (payment.state == PAID and payment.cents > 0)
    ]
    return {"titres": titres, "lines": lines}


def _reference(payment: Payment, way: str) -> str:
    if way == AS_WRITTEN:
        return payment.reference or payment.label
    found = _NUMBER.search(f"{payment.reference} {payment.label}")
    return f"TP-2026-{found[1]}" if found else ""


def _euros(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
