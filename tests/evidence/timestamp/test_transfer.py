"""Asking a timestamp server, one on this machine: what is told, and what is refused."""

from __future__ import annotations

import ast
import hashlib
import socket
import subprocess
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from tests.evidence.timestamp.authority import TimestampAuthority, reply, served

import efface
from efface.errors import InputError, RefusedError, VerificationError
from efface.evidence import der
from efface.evidence.timestamp.check import check
from efface.evidence.timestamp.obtaining import obtain
from efface.evidence.timestamp.request import MAX_RESPONSE_BYTES, request
from efface.evidence.timestamp.transfer import fetch

DIGEST = hashlib.sha256(b"intake").digest()
TSA = TimestampAuthority()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The server is on this machine, whatever the environment says of proxies."""
    monkeypatch.setenv("no_proxy", "*")
    yield


def stamps(handler: BaseHTTPRequestHandler, asked: bytes) -> None:
    """Answer as an authority does."""
    reply(handler, TSA.answers(asked))


def test_a_timestamp_is_obtained() -> None:
    with served(stamps) as server:
        response = obtain(server.url, DIGEST)
    assert check(response, DIGEST, (TSA.root.certificate,)).known


def test_nothing_is_told_but_the_hash() -> None:
    with served(stamps) as server:
        obtain(server.url, DIGEST)
    ((headers, body),) = server.asked
    assert {name.lower() for name in headers} == {
        "host",
        "accept-encoding",
        "content-type",
        "content-length",
        "accept",
        "user-agent",
        "connection",
    }
    assert headers["Content-Type"] == "application/timestamp-query"
    assert "python" not in str(headers).lower()
    assert "efface" not in str(headers).lower()
    parts = der.only(body, der.SEQUENCE).children()
    assert parts[1].content.endswith(DIGEST)
    assert len(body) < 80


def test_an_answer_to_something_else_is_not_kept() -> None:
    old = TSA.answers(request(DIGEST))
    other = hashlib.sha256(b"other").digest()
    for answer, says in (
        (old, "answers another question"),
        (TSA.answers(request(other)), "is of something else"),
        (b"<html>sorry</html>", "no timestamp that can be read"),
        (b"", "no timestamp that can be read"),
    ):
        with (
            served(lambda handler, _, answer=answer: reply(handler, answer)) as server,  # type: ignore[misc]
            pytest.raises(VerificationError, match=says),
        ):
            obtain(server.url, DIGEST)


def _error(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    reply(handler, b"sorry", 503)


def _redirects(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:1/elsewhere")
    handler.end_headers()


def _too_long(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    reply(handler, bytes(MAX_RESPONSE_BYTES + 1))


def _cut(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"half")


def _no_http(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.wfile.write(b"\x00\x01\x1b[31m\r\n")


def _drips(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _drop in range(20):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.05)


def _says_nothing(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    time.sleep(0.6)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (_error, "it says 503"),
        (_redirects, "it says 302"),
        (_too_long, "longer than 1048576 bytes"),
        (_cut, "gave no answer"),
        (_no_http, "gave no answer"),
        (_drips, "took too long"),
        (_says_nothing, "timed out"),
    ],
)
def test_what_is_no_answer_is_said(answer: object, says: str) -> None:
    with (
        served(answer) as server,  # type: ignore[arg-type]
        pytest.raises(InputError, match=says) as caught,
    ):
        fetch(server.url, request(DIGEST), timeout_s=0.3)
    assert server.url in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_server_that_is_not_there_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(InputError, match="gave no answer"):
        fetch(f"http://127.0.0.1:{port}/", request(DIGEST))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tsa.example",
        "file:///etc/passwd",
        "ftp://tsa.example/",
        "data:,x",
        "https://",
        "http://:80/",
        "http://tsa.example:x/",
        "http://tsa.example:0/",
        "http://[::1/",
        "http://tsa.example/\r\nX: y",
        "http://tsa.example/a b",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(RefusedError, match="no address of a timestamp server"):
        fetch(url, b"")


def test_an_address_with_a_password_is_refused_and_not_shown() -> None:
    with pytest.raises(RefusedError, match="holds a name or a password") as caught:
        fetch("https://maria:secret@tsa.example/", b"")
    assert "secret" not in str(caught.value)


HERE = {
    "review/happenings.py",  # asyncio: events to the page
    "review/security.py",  # http: names of status codes
    "review/serve.py",  # a socket that listens at the loopback address
    "sandbox/worker.py",  # socket: tries that it cannot open one
}
"""What speaks within this computer alone."""

ASKED = {
    "cluster/listening.py",  # socket: where a process listens
    "cluster/security.py",  # ssl: mutual TLS alone
    "cluster/worker.py",  # asyncio and socket: to the scheduler that a command names
}
"""What speaks to machines that a command names, with keys of one authority."""


def test_no_other_module_opens_connections() -> None:
    """Nor imports what could."""
    source = Path(efface.__file__).parent
    network = {
        "socket",
        "ssl",
        "http",
        "urllib.request",
        "ftplib",
        "smtplib",
        "requests",
        "asyncio",
    }
    found = set()
    for path in source.rglob("*.py"):
        text = path.read_text("utf-8")
        if not any(name in text for name in network):
            continue
        for node in ast.walk(ast.parse(text)):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module is not None:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            if any(name in network or name.split(".")[0] in network for name in names):
                found.add(path.relative_to(source).as_posix())
    assert found == {"evidence/timestamp/transfer.py", *HERE, *ASKED}


def test_an_authority_of_openssl_behind_a_server(openssl_authority: Path) -> None:
    """The whole way: ask, fetch, keep, and let OpenSSL confirm it."""

    def answer(handler: BaseHTTPRequestHandler, asked: bytes) -> None:
        (openssl_authority / "x.tsq").write_bytes(asked)
        command = "ts -reply -config sha256.cnf -section tsa -queryfile x.tsq -inkey tsa.key"
        done = subprocess.run(
            ["openssl", *command.split(), "-signer", "tsa.pem", "-chain", "root.pem"],
            cwd=openssl_authority,
            capture_output=True,
            check=True,
        )
        reply(handler, done.stdout)

    with served(answer) as server:
        response = obtain(server.url, DIGEST)
    (openssl_authority / "kept.tsr").write_bytes(response)
    (openssl_authority / "intake").write_bytes(b"intake")
    command = "ts -verify -data intake -in kept.tsr -CAfile root.pem"
    done = subprocess.run(
        ["openssl", *command.split()], cwd=openssl_authority, capture_output=True, check=True
    )
    assert b"Verification: OK" in done.stdout
