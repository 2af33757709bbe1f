"""Files that break their reader: each is refused with its reason, the next is read, and no process is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from recon.dossier import files as files_of
from recon.readers import Book, Refused, Sheet, apart, refusals
from recon.readers.apart import read_books
from recon.readers.messages import answer_of, read_from
from tests.test_readers import ods, xlsx, xlsx_parts, zipped

GOOD = xlsx('<row r="1"><c r="A1"><v>41</v></c></row>')
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "bon.xlsx"
    path.write_bytes(GOOD)
    return path


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def read_between(good: Path, path: Path) -> Book | Refused:
    """Read a file among good ones, which must all be read; return what became of it."""
    *before, found, last = read_books([good, good, path, good])
    assert all(isinstance(book, Book) for book in (*before, last))
    return found


def children() -> set[int]:
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == os.getpid() and fields[0] != "Z":
                found.add(int(entry.name))
    return found


def amplified() -> bytes:
    """One long text used by 200,000 cells: six gigabytes once read, twenty kilobytes on disk."""
    parts = xlsx_parts("".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 200_001)))
    parts["xl/sharedStrings.xml"] = f"<sst><si><t>{'x' * 32_700}</t></si></sst>"
    return zipped(parts)


def test_books_and_refusals_come_in_the_order_of_the_files(tmp_path: Path) -> None:
    paths = []
    for number in range(150):
        data = b"" if number % 10 == 3 else xlsx(f'<row r="1"><c r="A1"><v>{number}</v></c></row>')
        paths.append(written(tmp_path, f"{number}.xlsx", data))
    read = list(read_books(paths))
    assert [None if isinstance(book, Refused) else book.sheets[0].rows for book in read] == [
        None if number % 10 == 3 else [[str(number)]] for number in range(150)
    ]
    assert isinstance(read[3], Refused)
    assert read[3].reason == refusals.EMPTY


def test_no_file_needs_no_process() -> None:
    assert list(read_books([])) == []


def test_a_file_that_asks_for_too_much_memory_is_refused_and_the_next_is_read(tmp_path: Path, good: Path) -> None:
    found = read_between(good, written(tmp_path, "gonfle.xlsx", amplified()))
    assert isinstance(found, Refused)
    assert "ne peut pas être lu" in found.reason("fr")
    assert "enregistrez-le au format .xlsx" in found.reason("fr")


def test_spaces_without_end_are_refused(tmp_path: Path, good: Path) -> None:
    cell = (
        '<table:table-cell office:value-type="string"><text:p><text:s text:c="2000000000"/></text:p></table:table-cell>'
    )
    found = read_between(good, written(tmp_path, "espaces.ods", ods(f"<table:table-row>{cell}</table:table-row>")))
    assert isinstance(found, Refused)


def test_a_crash_of_the_process_is_a_refusal(tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_PROGRAM", misbehaving("import os; os.abort()"))
    found = read_between(good, written(tmp_path, "mauvais.xlsx", GOOD))
    assert isinstance(found, Refused)
    assert found.reason == refusals.UNREADABLE_FORM


def test_a_process_that_hangs_is_killed_and_the_next_file_is_read(
    tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "SECONDS", 2)
    monkeypatch.setattr(apart, "_PROGRAM", misbehaving("while True: pass"))
    start = time.monotonic()
    found = read_between(good, written(tmp_path, "mauvais.xlsx", GOOD))
    assert isinstance(found, Refused)
    assert found.reason == refusals.TOO_SLOW.with_(limit=2)
    assert time.monotonic() - start < 15


def test_a_panic_and_a_memory_error_are_refusals(tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_PROGRAM", misbehaving("raise BaseException('panic')"))
    found = read_between(good, written(tmp_path, "mauvais.xlsx", GOOD))
    assert isinstance(found, Refused)
    assert found.reason == refusals.UNREADABLE_FORM
    monkeypatch.setattr(apart, "_PROGRAM", misbehaving("raise MemoryError"))
    found = read_between(good, tmp_path / "mauvais.xlsx")
    assert isinstance(found, Refused)
    assert "mémoire" in found.reason("fr")


def misbehaving(what: str) -> str:
    """The program of a process that does something bad to every file named `mauvais`."""
    return textwrap.dedent(f"""
        import sys
        from recon.readers import child
        from recon.readers.child import read_book

        def badly(path):
            if path.stem == "mauvais":
                {what}
            return read_book(path)

        child.read_book = badly
        child.serve(int(sys.argv[1]))
    """)


def test_a_process_that_cannot_start_is_a_bug_and_no_refusal(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_PROGRAM", "raise SystemExit(1)")
    with pytest.raises(RuntimeError, match="does not start"):
        list(read_books([good]))


def test_the_current_folder_gives_the_process_no_module(
    tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "zipfile.py").write_text("raise SystemExit('taken from the dossier')")
    (tmp_path / "recon").mkdir()
    monkeypatch.chdir(tmp_path)
    (read,) = read_books([good])
    assert isinstance(read, Book)


@LINUX
def test_no_process_is_left_whether_all_or_some_or_none_is_read(good: Path) -> None:
    before = children()
    list(read_books([good] * 5))
    assert children() == before
    some = read_books([good] * 200)
    next(some)
    assert children() > before
    some.close()  # type: ignore[attr-defined]
    assert children() == before


@LINUX
@pytest.mark.parametrize("end", ["next(books)", "pass", "next(books); raise RuntimeError", "next(books); sys.exit(3)"])
def test_no_process_outlives_the_program(good: Path, end: str) -> None:
    program = f"""
import sys
from pathlib import Path
from recon.readers.apart import read_books, _started
if __name__ == "__main__":
    books = read_books([Path({str(good)!r})] * 300)
    print(*(child._process.pid for child in _started), flush=True)
    {end}
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    pids = done.stdout.split()
    assert len(pids) == 2
    assert not any(Path("/proc", pid).exists() for pid in pids)


@LINUX
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_a_program_that_is_stopped(tmp_path: Path, how: signal.Signals) -> None:
    bad = written(tmp_path, "mauvais.xlsx", GOOD)
    program = f"""
import sys
from pathlib import Path
from recon.readers import apart
apart._PROGRAM = {misbehaving("while True: pass")!r}
if __name__ == "__main__":
    books = apart.read_books([Path({str(bad)!r})] * 2)
    print(*(child._process.pid for child in apart._started), flush=True)
    next(books)
"""
    running = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert running.stdout is not None
    pids = running.stdout.readline().split()
    time.sleep(1)
    running.send_signal(how)
    running.wait(timeout=20)
    running.stdout.close()
    deadline = time.monotonic() + 5
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(alive(pid) for pid in pids)


def test_an_answer_is_all_that_was_read() -> None:
    nothing: list[str | None] = []
    sheet = Sheet(
        "Été \ud800\n", [["a", None], nothing, nothing], {(0, 1): "#REF!"}, hidden=True, hidden_rows=frozenset({1}),
        hidden_columns=frozenset({0}), merged=((0, 0, 1, 1),), kinds=("t ", "", ""),
    )  # fmt: skip
    book = Book("xlsx", "0f", [sheet, Sheet("", [])], epoch_1904=True)
    found = read_from(answer_of(book))
    assert found == book
    # A million empty rows are one list: they must not become a million.
    assert isinstance(found, Book)
    assert found.sheets[0].rows[1] is found.sheets[0].rows[2]


def test_a_refusal_comes_in_both_languages() -> None:
    reason = refusals.UNSAFE.with_(what=refusals.TOO_MANY_MEMBERS.with_(limit="10 000"))
    found = read_from(answer_of(Refused(reason)))
    assert isinstance(found, Refused)
    assert found.reason == reason


def test_the_process_that_reads_starts_without_what_few_files_need() -> None:
    program = "import sys; from recon.readers import child; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    heavy = {"pickle", "ssl", "urllib.request", "xml.sax", "recon.readers.ods", "recon.readers.xls"}
    assert not heavy & set(done.stdout.split())


def alive(pid: str) -> bool:
    try:
        return Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class TestDossier:
    def test_what_is_no_file_of_the_dossier_is_told_and_not_opened(self, tmp_path: Path) -> None:
        inbox = tmp_path / "dossier" / "paiements"
        inbox.mkdir(parents=True)
        outside = written(tmp_path, "ailleurs.csv", b"a;b\n1;2\n")
        written(inbox, "bon.csv", b"a;b\n1;2\n")
        written(inbox, "~$bon.csv", b"verrou")
        (inbox / "lien.csv").symlink_to(outside)
        (inbox / "dossier.csv").symlink_to(tmp_path)
        (inbox / "dedans.csv").symlink_to(inbox / "bon.csv")
        (inbox / "boucle.csv").symlink_to("boucle.csv")
        (inbox / "nulle part.csv").symlink_to(inbox / "absent.csv")
        if hasattr(os, "mkfifo"):
            os.mkfifo(inbox / "tube.csv")
        read = {file.name.removeprefix("paiements/"): file for file in files_of(tmp_path / "dossier")}
        assert {name for name, file in read.items() if file.book} == {"bon.csv", "dedans.csv"}
        refused = {name: file.refusal for name, file in read.items() if file.refusal}
        assert refused.pop("lien.csv") == refused.pop("dossier.csv") == refusals.OUTSIDE
        assert refused.pop("nulle part.csv") == refusals.MISSING
        assert refused.pop("boucle.csv") is not None
        assert refused.pop("tube.csv", refusals.NOT_A_FILE) == refusals.NOT_A_FILE
        assert refused == {}

    def test_a_folder_that_is_a_link_out_of_the_dossier_is_not_read(self, tmp_path: Path) -> None:
        (tmp_path / "dossier").mkdir()
        (tmp_path / "partage").mkdir()
        written(tmp_path / "partage", "a.csv", b"a;b\n")
        (tmp_path / "dossier" / "paiements").symlink_to(tmp_path / "partage")
        (file,) = files_of(tmp_path / "dossier")
        assert file.refusal == refusals.OUTSIDE
