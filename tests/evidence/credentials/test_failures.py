"""What goes wrong on writing is told, and leaves every file as it was."""

from __future__ import annotations

import http.server
import io
import resource
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import c2pa  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from tests.evidence.credentials import forging
from tests.evidence.credentials.files import EDIT, desk, issued
from tests.evidence.signers import Authority

from efface.errors import InputError, OutputError, RefusedError, VerificationError
from efface.evidence import credentials
from efface.evidence.keys.chain import pem_chain
from efface.evidence.keys.files import KeySigner

Make = Callable[[str], Path]


@pytest.fixture
def unchanged(jpeg: Path) -> Iterator[Path]:
    """A file that must be alone in its folder, and as it was, in the end."""
    before = jpeg.read_bytes()
    yield jpeg
    assert jpeg.read_bytes() == before
    assert [entry.name for entry in jpeg.parent.iterdir()] == [jpeg.name]


class Failing(KeySigner):
    """A signer whose device does not answer, or gives something else."""

    def __init__(self, answer: bytes | None) -> None:
        own = desk()
        super().__init__(own._private, own.chain)
        self._answer = answer

    def sign(self, data: bytes) -> bytes:
        if self._answer is None:
            raise RefusedError("the card is not there.", hint="Put it in.")
        return self._answer


def test_the_signers_own_words_come_through(unchanged: Path) -> None:
    with pytest.raises(RefusedError, match="the card is not there"):
        credentials.write(unchanged, unchanged, EDIT, Failing(None), overwrite=True)
    with pytest.raises(RefusedError, match="the card is not there"):
        credentials.sidecar(unchanged, EDIT, Failing(None))


@pytest.mark.parametrize("answer", [b"x" * 64, b"short"])
def test_a_wrong_signature_is_not_released(answer: bytes, unchanged: Path) -> None:
    with pytest.raises(VerificationError, match="signature of the Content Credentials is wrong"):
        credentials.write(unchanged, unchanged, EDIT, Failing(answer), overwrite=True)


def test_no_signature_is_told(unchanged: Path) -> None:
    with pytest.raises(RefusedError, match="cannot be signed"):
        credentials.write(unchanged, unchanged, EDIT, Failing(b""), overwrite=True)


def test_an_expired_certificate_is_refused(unchanged: Path) -> None:
    now, day = datetime.now(UTC), timedelta(days=1)
    root = Authority("Press authority", since=now - 9 * day, until=now + day)
    private = ec.generate_private_key(ec.SECP256R1())
    leaf = issued(root, private, now - 5 * day, now - day)
    with pytest.raises(RefusedError, match="not valid at time of signing"):
        credentials.write(
            unchanged, unchanged, EDIT, KeySigner(private, [leaf, root.der]), overwrite=True
        )


def test_a_target_that_is_there_stays(jpeg: Path, tmp_path: Path) -> None:
    target = tmp_path / "there.jpg"
    target.write_bytes(b"something else")
    with pytest.raises(RefusedError, match="exists already"):
        credentials.write(jpeg, target, EDIT, desk())
    assert target.read_bytes() == b"something else"
    store = credentials.sidecar(jpeg, EDIT, desk())
    beside = credentials.write_sidecar(jpeg, store)
    with pytest.raises(RefusedError, match="exists already"):
        credentials.write_sidecar(jpeg, b"another")
    assert beside.read_bytes() == store


def test_a_file_that_has_some_is_refused(jpeg: Path) -> None:
    credentials.write(jpeg, jpeg, EDIT, desk(), overwrite=True)
    signed = jpeg.read_bytes()
    for do in (
        lambda: credentials.write(jpeg, jpeg, EDIT, desk(), overwrite=True),
        lambda: credentials.sidecar(jpeg, EDIT, desk()),
    ):
        with pytest.raises(RefusedError, match="already"):
            do()
    assert jpeg.read_bytes() == signed
    at = signed.index(b"c2pa.signature")
    jpeg.write_bytes(signed[:at] + b"X" + signed[at + 1 :])  # which cannot be read any more
    with pytest.raises(RefusedError, match="already"):
        credentials.write(jpeg, jpeg, EDIT, desk(), overwrite=True)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        credentials.write(tmp_path / "a.jpg", tmp_path / "b.jpg", EDIT, desk())


@contextmanager
def small_disk(size: int) -> Iterator[None]:
    """No file may grow beyond a size, which tells a program what a full disk tells it."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_a_disk_that_fills(unchanged: Path) -> None:
    edit = replace(EDIT, evidence={"proof": "A" * 200_000})
    with small_disk(50_000), pytest.raises(OutputError):
        credentials.write(unchanged, unchanged, edit, desk(), overwrite=True)
    with small_disk(10), pytest.raises(OutputError):
        credentials.write_sidecar(unchanged, b"x" * 100)


def test_a_sidecar_that_is_too_large_is_not_read(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make("bmp")
    credentials.write_sidecar(path, credentials.sidecar(path, EDIT, desk()))
    monkeypatch.setattr("efface.evidence.credentials.reading.MAX_BYTES", 1000)
    with pytest.raises(InputError, match="larger"):
        credentials.read(path)


def test_deeply_nested_evidence_is_an_error_of_ours(make: Make) -> None:
    path = make("bmp")
    store = credentials.sidecar(path, EDIT, desk())
    deep = b'{"proof":' + b"[" * 50_000 + b"]" * 50_000 + b"}"
    label = forging.active(path.read_bytes(), "image/bmp", store)
    changed = forging.rebuilt(
        store,
        ("c2pa", label, "c2pa.assertions", "org.efface.evidence"),
        lambda boxes: (8 + len(deep)).to_bytes(4) + b"json" + deep,
    )
    try:
        found = credentials.read(path, changed)
    except VerificationError:
        return
    assert found is not None
    assert not all(f.ok for f in credentials.check(found, now=datetime.now(UTC)))


class _Counting(http.server.BaseHTTPRequestHandler):
    asked: int = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def web() -> Iterator[tuple[str, type[_Counting]]]:
    """A server on this computer that counts who asks it."""

    class Handler(_Counting):
        asked = 0

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/m.c2pa", Handler
        server.shutdown()


def test_reading_opens_no_connection(jpeg: Path, web: tuple[str, type[_Counting]]) -> None:
    """A file can name an address at which its credentials lie; the library would go there."""
    url, server = web
    signer = desk()
    out = io.BytesIO()
    with (
        c2pa.Signer.from_callback(
            signer.sign,
            c2pa.C2paSigningAlg.ED25519,
            pem_chain(signer.chain).decode("ascii"),
        ) as native,
        c2pa.Builder(forging.CAMERA) as builder,
    ):
        builder.set_no_embed()
        builder.set_remote_url(url)
        builder.sign(native, "image/jpeg", io.BytesIO(jpeg.read_bytes()), out)
    jpeg.write_bytes(out.getvalue())
    with pytest.raises(c2pa.C2paError):
        c2pa.Reader("image/jpeg", io.BytesIO(out.getvalue()))
    assert server.asked > 0
    server.asked = 0
    try:
        credentials.read(jpeg)
    except VerificationError as error:
        assert "cannot be read" in error.message
    assert server.asked == 0
