"""Builds JUMBF boxes, and Content Credentials as far as they are boxes."""

from __future__ import annotations

_REST = bytes.fromhex("00110010800000aa00389b71")
"""What the types of all boxes here have in common."""
FILE = bytes.fromhex("40cb0c32bb8a489da70b2ad6f47f4369")
"""Type of an embedded file."""


def box(kind: bytes, payload: bytes) -> bytes:
    return (8 + len(payload)).to_bytes(4) + kind + payload


def superbox(kind: bytes, label: str, *inner: bytes) -> bytes:
    """A box with a name.

    Args:
        kind: four bytes of the usual types, or sixteen.
    """
    kind = kind + _REST if len(kind) == 4 else kind
    return box(b"jumb", box(b"jumd", kind + b"\x03" + label.encode() + b"\0") + b"".join(inner))


def assertion(label: str, payload: bytes = b'{"a":1}', content: bytes = b"json") -> bytes:
    return superbox(content, label, box(content, payload))


def thumbnail(label: str = "c2pa.thumbnail.claim", picture: bytes = b"\xff\xd8\xff") -> bytes:
    return superbox(FILE, label, box(b"bfdb", b"\0image/jpeg\0"), box(b"bidb", picture))


def manifest(*assertions: bytes, label: str = "urn:c2pa:1", kind: bytes = b"c2ma") -> bytes:
    claim = superbox(b"c2cl", "c2pa.claim.v2", box(b"cbor", b"\xa0"))
    signature = superbox(b"c2cs", "c2pa.signature", box(b"cbor", b"\xd2\x80"))
    return superbox(
        kind, label, superbox(b"c2as", "c2pa.assertions", *assertions), claim, signature
    )


def store(*manifests: bytes) -> bytes:
    return superbox(b"c2pa", "c2pa", *manifests)


OWN = store(
    manifest(
        assertion("c2pa.ingredient.v3", b"\xa0", b"cbor"),
        assertion("c2pa.actions.v2", b"\xa0", b"cbor"),
        assertion("org.efface.evidence"),
        assertion("c2pa.hash.data", b"\xa0", b"cbor"),
    )
)
"""As efface writes them, as far as boxes go."""
