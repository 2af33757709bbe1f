"""Compile `recon/locale/recon.fr.po` to the `.mo` that gettext reads: `python tests/compile_locale.py`."""

from __future__ import annotations

import re
import struct
from ast import literal_eval
from pathlib import Path

LOCALE = Path(__file__).parent.parent / "recon" / "locale"
SOURCE = LOCALE / "recon.fr.po"
TARGET = LOCALE / "fr" / "LC_MESSAGES" / "recon.mo"

_ENTRY = re.compile(
    r'^msgid (?P<one>".*")\n(?:msgid_plural (?P<many>".*")\n)?'
    r'(?:msgstr (?P<text>".*")|msgstr\[0\] (?P<text0>".*")\nmsgstr\[1\] (?P<text1>".*"))$',
    re.MULTILINE,
)


def messages(catalogue: str) -> dict[str, str]:
    """Return each message and its translation; plural forms are joined by NUL, as gettext wants them."""
    found = {}
    for entry in _ENTRY.finditer(catalogue):
        one, many, text, text0, text1 = (literal_eval(part) if part else "" for part in entry.groups())
        found[f"{one}\0{many}" if many else one] = f"{text0}\0{text1}" if many else text
    return found


def compiled(catalogue: str) -> bytes:
    """Return the bytes of the `.mo`: a header, the two tables of lengths and offsets, then the texts."""
    pairs = sorted((key.encode(), value.encode()) for key, value in messages(catalogue).items())
    texts = b""
    tables: tuple[list[int], list[int]] = ([], [])
    start = 28 + 16 * len(pairs)
    for table, column in zip(tables, (0, 1), strict=True):
        for pair in pairs:
            table += [len(pair[column]), start + len(texts)]
            texts += pair[column] + b"\0"
    count = len(pairs)
    header = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, start)
    return header + struct.pack(f"<{4 * count}I", *tables[0], *tables[1]) + texts


if __name__ == "__main__":
    TARGET.write_bytes(compiled(SOURCE.read_text(encoding="utf-8")))
