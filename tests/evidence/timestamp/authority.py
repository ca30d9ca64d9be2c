"""A timestamp authority in memory (RFC 3161, RFC 5652); every part of its answers can be wrong."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import ObjectIdentifier, load_der_x509_certificate
from cryptography.x509.oid import ExtendedKeyUsageOID
from tests.evidence.signers import NOW, Authority

from efface.evidence import der
from efface.evidence.keys.algorithms import PrivateKey

SHA256_ID = der.element(der.SEQUENCE, der.oid("2.16.840.1.101.3.4.2.1"), der.NULL)
GRANTED = der.element(der.SEQUENCE, der.integer(0))
TIME = NOW + timedelta(hours=1)
POLICY = "1.2.3.4.1"

METHODS = {
    "ec": "1.2.840.10045.4.3.2",
    "rsa": "1.2.840.113549.1.1.1",
    "rsa-sha256": "1.2.840.113549.1.1.11",
    "rsa-pss": "1.2.840.113549.1.1.10",
    "ed25519": "1.3.101.112",
}


def key(method: str) -> PrivateKey:
    """A private key for a method of signing."""
    if method.startswith("rsa"):
        return rsa.generate_private_key(65537, 2048)
    return (
        Ed25519PrivateKey.generate()
        if method == "ed25519"
        else ec.generate_private_key(ec.SECP256R1())
    )


class TimestampAuthority:
    """Signs timestamps under a certificate of its own, below one of a root and one between."""

    def __init__(self, method: str = "ec", **certificate: Any) -> None:
        self.method = method
        self.root = Authority("Time root")
        self.between = Authority("Time authority", self.root)
        self.private = key(method)
        certificate.setdefault("purposes", [ExtendedKeyUsageOID.TIME_STAMPING])
        self._certificate = certificate
        self.certify()

    def certify(self) -> None:
        """Issue the signer's certificate anew."""
        self.der = self.between.issues("Time signer", self.private, **self._certificate)
        self.certificate = load_der_x509_certificate(self.der)

    def info(
        self,
        asked: bytes,
        time: datetime,
        nonce: bytes | None = None,
        digest: bytes | None = None,
        hashed: bytes = SHA256_ID,
    ) -> bytes:
        """A TSTInfo that answers a request."""
        question = der.only(asked, der.SEQUENCE).children()
        imprint = question[1].whole
        if digest is not None:
            octets = der.element(der.OCTET_STRING, digest)
            imprint = der.element(der.SEQUENCE, hashed, octets)
        return der.element(
            der.SEQUENCE,
            der.integer(1),
            der.oid(POLICY),
            imprint,
            der.integer(77),
            der.element(0x18, f"{time.astimezone(UTC):%Y%m%d%H%M%SZ}".encode()),
            question[2].whole if nonce is None else nonce,
        )

    def answers(
        self,
        asked: bytes,
        *,
        status: bytes = GRANTED,
        digest: bytes | None = None,
        hashed: bytes = SHA256_ID,
        nonce: bytes | None = None,
        time: datetime = TIME,
        chain: Sequence[bytes] | None = None,
        attributes: Callable[[dict[str, bytes]], dict[str, bytes]] = dict,
        order: Callable[[Iterable[bytes]], list[bytes]] = sorted,
        signers: int = 1,
        change: Callable[[bytes], bytes] = bytes,
        content_type: str = "1.2.840.113549.1.9.16.1.4",
    ) -> bytes:
        """A response to a request.

        Args:
            change: what is done to the TSTInfo after it was signed.
        """
        info = self.info(asked, time, nonce, digest, hashed)
        signer = self._signer(info, attributes, order)
        certificates = [self.der, self.between.der, self.root.der] if chain is None else chain
        octets = der.element(der.OCTET_STRING, change(info))
        signed = der.element(
            der.SEQUENCE,
            der.integer(3),
            der.element(der.SET, SHA256_ID),
            der.element(der.SEQUENCE, der.oid(content_type), der.element(0xA0, octets)),
            der.element(0xA0, *certificates) if certificates else b"",
            der.element(der.SET, *[signer] * signers),
        )
        token = der.element(
            der.SEQUENCE, der.oid("1.2.840.113549.1.7.2"), der.element(0xA0, signed)
        )
        return der.element(der.SEQUENCE, status, token)

    def _signer(
        self,
        info: bytes,
        attributes: Callable[[dict[str, bytes]], dict[str, bytes]],
        order: Callable[[Iterable[bytes]], list[bytes]],
    ) -> bytes:
        certificate_id = der.element(
            der.SEQUENCE, der.element(der.OCTET_STRING, hashlib.sha256(self.der).digest())
        )
        values = attributes(
            {
                "1.2.840.113549.1.9.3": der.oid("1.2.840.113549.1.9.16.1.4"),
                "1.2.840.113549.1.9.4": der.element(
                    der.OCTET_STRING, hashlib.sha256(info).digest()
                ),
                "1.2.840.113549.1.9.16.2.47": der.element(
                    der.SEQUENCE, der.element(der.SEQUENCE, certificate_id)
                ),
            }
        )
        listed = order(
            der.element(der.SEQUENCE, der.oid(name), der.element(der.SET, value))
            for name, value in values.items()
        )
        signature = self._signed(der.element(der.SET, *listed))
        serial = self.certificate.serial_number
        issued_as = der.element(
            der.SEQUENCE, self.certificate.issuer.public_bytes(), der.integer(serial)
        )
        parameters = der.NULL if self.method.startswith("rsa") else b""
        if self.method == "rsa-pss":
            parameters = _PSS_PARAMETERS
        return der.element(
            der.SEQUENCE,
            der.integer(1),
            issued_as,
            SHA256_ID,
            der.element(0xA0, *listed),
            der.element(der.SEQUENCE, der.oid(METHODS[self.method]), parameters),
            der.element(der.OCTET_STRING, signature),
        )

    def _signed(self, data: bytes) -> bytes:
        if isinstance(self.private, Ed25519PrivateKey):
            return self.private.sign(data)
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            return self.private.sign(data, ec.ECDSA(SHA256()))
        if self.method == "rsa-pss":
            return self.private.sign(data, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())
        return self.private.sign(data, padding.PKCS1v15(), SHA256())


_MGF1 = der.element(der.SEQUENCE, der.oid("1.2.840.113549.1.1.8"), SHA256_ID)
_PSS_PARAMETERS = der.element(
    der.SEQUENCE,
    der.element(0xA0, SHA256_ID),
    der.element(0xA1, _MGF1),
    der.element(0xA2, der.integer(32)),
)

CODE_SIGNING: ObjectIdentifier = ExtendedKeyUsageOID.CODE_SIGNING


class Served:
    """A server on this machine: what it was asked, and where it is."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[tuple[dict[str, str], bytes]] = []
        """Headers and body of each request."""


@contextmanager
def served(answer: Callable[[BaseHTTPRequestHandler, bytes], None]) -> Iterator[Served]:
    """A server on the loopback, which answers each POST by calling ``answer``."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            where.asked.append((dict(self.headers), body))
            answer(self, body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    where = Served(f"http://127.0.0.1:{server.server_port}/tsr")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield where
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def reply(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200) -> None:
    """Answer with these bytes."""
    handler.send_response(status)
    handler.send_header("Content-Type", "application/timestamp-reply")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
