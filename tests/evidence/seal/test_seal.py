"""Seals: what went in comes out, or an error and nothing."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from efface.errors import EffaceError, InputError, OutputError, RefusedError, VerificationError
from efface.evidence.seal.identities import Identity, new_passphrase_key
from efface.evidence.seal.opening import open_bytes, open_file, unseal
from efface.evidence.seal.recipients import parse_recipients
from efface.evidence.seal.sealing import Sealed, seal, seal_bytes, seal_file

KEY = pyrage.x25519.Identity.generate()
COURT = pyrage.x25519.Identity.generate()
TO_BOTH = parse_recipients([str(KEY.to_public()), str(COURT.to_public())])
MINE, THE_COURTS, ANOTHERS = (
    (Identity(key),) for key in (KEY, COURT, pyrage.x25519.Identity.generate())
)
ORIGINAL = os.urandom(200_000)
"""Three pieces of age and a bit."""

needs_age = pytest.mark.skipif(shutil.which("age") is None, reason="there is no age here")


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """A file to be sealed."""
    path = tmp_path / "original.jpg"
    path.write_bytes(ORIGINAL)
    return path


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """The file under seal, in a folder of its own."""
    path = tmp_path / "sealed" / "original.age"
    path.parent.mkdir()
    path.write_bytes(seal_bytes(ORIGINAL, TO_BOTH))
    return path


@settings(max_examples=30)
@given(st.integers(0, 3 * 65536 + 1))
def test_what_went_in_comes_out_with_its_hashes(size: int) -> None:
    content = ORIGINAL[:size]
    out, plain = io.BytesIO(), io.BytesIO()
    made = seal(io.BytesIO(content), out, TO_BOTH)
    sealed = out.getvalue()
    assert made == Sealed(
        hashlib.sha256(content).hexdigest(), size, hashlib.sha256(sealed).hexdigest(), len(sealed)
    )
    for identities in (MINE, THE_COURTS, ANOTHERS + MINE):
        plain = io.BytesIO()
        assert unseal(io.BytesIO(sealed), plain, identities) == made
        assert plain.getvalue() == content


def test_a_file_is_sealed_and_opened(original: Path, tmp_path: Path) -> None:
    target, again = tmp_path / "new" / "original.age", tmp_path / "again.jpg"
    made = seal_file(original, target, TO_BOTH)
    assert made.plain_sha256 == hashlib.sha256(ORIGINAL).hexdigest()
    assert made.sha256 == hashlib.sha256(target.read_bytes()).hexdigest()
    assert made.to_json() == {
        "plain_sha256": made.plain_sha256,
        "plain_size": 200_000,
        "sha256": made.sha256,
        "size": target.stat().st_size,
    }
    assert open_file(target, again, THE_COURTS, expected=made) == made
    assert again.read_bytes() == ORIGINAL
    assert open_bytes(target, MINE, expected=made) == ORIGINAL
    if os.name != "nt":
        for path in (target, again):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_of_the_original_is_in_the_sealed_file(original: Path, tmp_path: Path) -> None:
    seal_file(original, tmp_path / "original.age", TO_BOTH)
    content = (tmp_path / "original.age").read_bytes()
    assert not any(ORIGINAL[at : at + 8] in content for at in range(0, 200_000, 997))
    assert original.name.encode() not in content


@pytest.mark.skipif(os.name == "nt", reason="memory is measured by POSIX's means")
def test_a_large_file_passes_through_little_memory(tmp_path: Path) -> None:
    """256 MB, with less than 32 MB more than at the start; both ways."""
    program = """
import resource, sys
from efface.evidence.seal.identities import Identity
from efface.evidence.seal.opening import unseal
from efface.evidence.seal.recipients import parse_recipients
from efface.evidence.seal.sealing import seal
import pyrage
key = pyrage.x25519.Identity.generate()
to = parse_recipients([str(key.to_public())])

class Zeros:
    left = 256 << 20
    def read(self, size=-1):
        size = min(size, self.left)
        self.left -= size
        return bytes(size)

class Nowhere:
    def write(self, data):
        pass

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

start = peak()
with open(sys.argv[1], "wb") as out:
    made = seal(Zeros(), out, to)
with open(sys.argv[1], "rb") as file:
    assert unseal(file, Nowhere(), [Identity(key)]) == made
print(peak() - start)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "x.age"],
        capture_output=True,
        text=True,
        check=True,
    )
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(done.stdout) * unit < 32 << 20


# errors of opening: each its own, and nothing is left


def _refused(
    sealed: Path,
    error: type[EffaceError],
    match: str,
    identities: tuple[Identity, ...] = MINE,
    expected: Sealed | None = None,
) -> None:
    target = sealed.parent / "out.jpg"
    for opening in (
        lambda: open_file(sealed, target, identities, expected=expected),
        lambda: open_bytes(sealed, identities, expected=expected),
    ):
        with pytest.raises(error, match=match) as caught:
            opening()
        assert caught.value.path == sealed
    assert list(sealed.parent.iterdir()) == [sealed]


def test_a_wrong_key(sealed: Path) -> None:
    _refused(sealed, RefusedError, "none of these keys can open it", ANOTHERS)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda c: b"", "part of its first line"),
        (lambda c: c[:10], "part of its first line"),
        (lambda c: c[:60], "its end is missing"),
        (lambda c: c[: c.index(b"\n---") + 60], "its end is missing"),
        (lambda c: c[: c.index(b"\n---") + 49 + 16 + 65552], "its end is missing"),
        (lambda c: c[:-1], "changed after it was sealed, or cut short"),
        (lambda c: c + b"\0", "changed after it was sealed, or cut short"),
        (lambda c: b"JFIF" + c, "no sealed file"),
        (lambda c: c.replace(b"\n--- ", b"\n-> x y\n\n--- "), "changed after it was sealed"),
    ],
)
def test_cut_and_changed(sealed: Path, change: Callable[[bytes], bytes], match: str) -> None:
    sealed.write_bytes(change(sealed.read_bytes()))
    _refused(sealed, VerificationError, match)


def test_what_it_was_when_it_was_sealed_tells_more(sealed: Path) -> None:
    made = seal(io.BytesIO(ORIGINAL), out := io.BytesIO(), TO_BOTH)
    whole = out.getvalue()
    sealed.write_bytes(whole[:-1])
    _refused(sealed, VerificationError, r"cut short: it has \d+ bytes, and had", expected=made)
    at = whole.index(b"-> X25519 ") + 12
    changed = bytearray(whole)
    changed[at] = ord("A") if changed[at] != ord("A") else ord("B")
    second = whole.index(b"-> X25519 ", at) + 12
    changed[second] = ord("A") if changed[second] != ord("A") else ord("B")
    sealed.write_bytes(changed)
    _refused(sealed, VerificationError, "in what says who can open it", expected=made)
    sealed.write_bytes(whole)
    _refused(sealed, RefusedError, "none of these keys", ANOTHERS, expected=made)
    again = whole
    while again == whole or len(again) < len(whole):  # age pads its header at random
        again = seal_bytes(ORIGINAL, TO_BOTH)
    sealed.write_bytes(again)
    _refused(sealed, VerificationError, "it was exchanged", expected=made)


@settings(max_examples=50)
@given(st.integers(0, 10**9), st.integers(1, 255))
def test_a_changed_byte_anywhere_is_found(at: int, change: int) -> None:
    content = bytearray(SMALL)
    content[at % len(content)] ^= change
    with pytest.raises((VerificationError, RefusedError)):
        unseal(io.BytesIO(content), io.BytesIO(), MINE)


SMALL = seal_bytes(b"secret", parse_recipients([str(KEY.to_public())]))


@given(st.binary(max_size=300))
def test_no_bytes_whatever_are_a_bug(content: bytes) -> None:
    with pytest.raises((VerificationError, RefusedError)):
        unseal(io.BytesIO(b"age-encryption.org/v1\n" + content), io.BytesIO(), MINE)


def test_memory_is_bounded(sealed: Path) -> None:
    assert open_bytes(sealed, MINE, most=200_000) == ORIGINAL
    with pytest.raises(InputError, match="more than 199999 bytes"):
        open_bytes(sealed, MINE, most=199_999)


def test_a_target_that_is_there_stays(sealed: Path, original: Path, tmp_path: Path) -> None:
    target = tmp_path / "there.jpg"
    target.write_bytes(b"old")
    with pytest.raises(RefusedError, match="exists already"):
        open_file(sealed, target, MINE)
    with pytest.raises(RefusedError, match="exists already"):
        seal_file(original, target, TO_BOTH)
    assert target.read_bytes() == b"old"
    with pytest.raises(RefusedError, match="none of these keys"):
        open_file(sealed, target, ANOTHERS, overwrite=True)
    assert target.read_bytes() == b"old"
    open_file(sealed, target, MINE, overwrite=True)
    assert target.read_bytes() == ORIGINAL


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        open_bytes(tmp_path / "none.age", MINE)
    with pytest.raises(InputError, match="cannot be read"):
        seal_file(tmp_path / "none.jpg", tmp_path / "none.age", TO_BOTH)
    assert list(tmp_path.iterdir()) == []


# errors of sealing


class Flaky:
    """A file that something happens to while it is read."""

    def __init__(self, happens: Callable[[], object]) -> None:
        self._happens = happens
        self._left = 300_000

    def read(self, size: int = -1) -> bytes:
        if self._left < 100_000:
            self._happens()
        size = min(size, self._left)
        self._left -= size
        return bytes(size)


@pytest.mark.parametrize("error", [OSError(5, "I/O error"), KeyboardInterrupt(), MemoryError()])
def test_errors_of_streams_come_through(error: BaseException) -> None:
    def fail(*_: object) -> None:
        raise error

    class Full(io.BytesIO):
        write = fail  # type: ignore[assignment]

    with pytest.raises(type(error)) as caught:
        seal(Flaky(fail), io.BytesIO(), TO_BOTH)
    assert caught.value is error
    with pytest.raises(type(error)) as caught:
        seal(io.BytesIO(ORIGINAL), Full(), TO_BOTH)
    assert caught.value is error
    with pytest.raises(type(error)) as caught:
        unseal(io.BytesIO(SMALL), Full(), MINE)
    assert caught.value is error


def test_a_seal_for_nobody_is_refused() -> None:
    with pytest.raises(RefusedError, match="somebody who can open it"):
        seal(io.BytesIO(b""), io.BytesIO(), [])


@pytest.mark.parametrize("change", ["append", "cut", "touch", "exchange", "remove"])
def test_an_original_that_changes_meanwhile_is_refused(
    change: str, original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def during(*_: object) -> None:
        if change == "append":
            original.open("ab").write(b"x")
        elif change == "cut":
            os.truncate(original, 100_000)
        elif change == "touch":
            os.utime(original, (1, 1))
        elif change == "exchange":
            (tmp_path / "other").write_bytes(ORIGINAL)
            (tmp_path / "other").replace(original)
        else:
            original.unlink()

    real = os.fdopen

    def opening(*args: object, **kwargs: object) -> object:  # after the original was opened
        during()
        return real(*args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "fdopen", opening)
    target = tmp_path / "sealed" / "original.age"
    with pytest.raises(RefusedError, match="changed while it was read") as caught:
        seal_file(original, target, TO_BOTH)
    assert caught.value.path == original
    assert list(target.parent.iterdir()) == []


def test_an_original_that_is_not_the_one_read_before_is_refused(
    original: Path, tmp_path: Path
) -> None:
    """Whoever changed it may have put its size and time back."""
    with pytest.raises(RefusedError, match="changed while it was read"):
        seal_file(original, tmp_path / "x.age", TO_BOTH, expected_sha256="0" * 64)
    seal_file(
        original,
        tmp_path / "x.age",
        TO_BOTH,
        expected_sha256=hashlib.sha256(ORIGINAL).hexdigest(),
    )


@pytest.mark.skipif(os.name == "nt", reason="limits are of POSIX")
def test_a_disk_that_fills_leaves_nothing(original: Path, sealed: Path) -> None:
    program = """
import resource, signal, sys; from pathlib import Path
from efface.errors import OutputError
from tests.evidence.seal.test_seal import TO_BOTH
from efface.evidence.seal.sealing import seal_file
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try: seal_file(Path(sys.argv[1]), Path(sys.argv[2]), TO_BOTH)
except OutputError as error: print(error); sys.exit(error.exit_code)
"""
    before = sealed.read_bytes()
    target = sealed.parent / "second.age"
    done = subprocess.run(
        [sys.executable, "-c", program, original, target],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 8, done.stderr
    assert str(target) in done.stdout
    assert list(sealed.parent.iterdir()) == [sealed]
    assert sealed.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_said(sealed: Path, original: Path) -> None:
    with pytest.raises(OutputError):
        open_file(sealed, original / "x.jpg", MINE)
    with pytest.raises(OutputError):
        seal_file(original, original / "x.age", TO_BOTH)


# the same with age itself


@needs_age
def test_age_opens_it(sealed: Path, tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text(f"{COURT}\n")
    done = subprocess.run(
        ["age", "--decrypt", "--identity", tmp_path / "key.txt", sealed],
        capture_output=True,
        check=True,
    )
    assert done.stdout == ORIGINAL


@needs_age
def test_what_age_sealed_is_opened(original: Path, tmp_path: Path) -> None:
    target = tmp_path / "x.age"
    subprocess.run(["age", "-r", TO_BOTH[0].text, "-o", target, original], check=True)
    assert open_bytes(target, MINE) == ORIGINAL


@needs_age
def test_age_opens_with_a_key_under_a_passphrase(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    recipient, file = new_passphrase_key("correct")
    (tmp_path / "passphrase.age").write_bytes(file)
    (tmp_path / "original.age").write_bytes(seal_bytes(ORIGINAL, (recipient, *TO_BOTH)))
    command = "age --decrypt --identity passphrase.age --output original.jpg original.age"
    ours, theirs = pty.openpty()  # age asks at the terminal only
    program = "import os, sys; os.setsid(); os.close(os.open(sys.argv[1], os.O_RDWR)); " + (
        "os.execvp('age', sys.argv[2:])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, os.ttyname(theirs), *command.split()],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
    ) as process:
        assert b"passphrase" in os.read(ours, 200)
        os.write(ours, b"correct\n")
        _, errors = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0, errors
    assert (tmp_path / "original.jpg").read_bytes() == ORIGINAL
