"""Distinguished encoding rules (X.690): as much as is needed to write and to take apart messages.

Certificates and keys are read by libraries; this is for the two structures that they neither write
nor show: a key encrypted under scrypt (RFC 7914), and the envelope of a timestamp (RFC 5652).
"""

from __future__ import annotations

from dataclasses import dataclass

INTEGER = 0x02
OCTET_STRING = 0x04
NULL = b"\x05\x00"
TRUE = b"\x01\x01\xff"
OID = 0x06
MAX_OID_BYTES = 64
SEQUENCE = 0x30
SET = 0x31


@dataclass(frozen=True, slots=True)
class DerElement:
    """A value with its tag."""

    tag: int
    """The identifier octet; tags above 30 do not occur in what is read here."""
    content: bytes
    whole: bytes
    """Tag, length and content, as they were."""

    def children(self) -> list[DerElement]:
        """The elements that a constructed one holds.

        Raises:
            ValueError: it holds something else.
        """
        return split(self.content)

    def child(self, index: int, tag: int) -> DerElement:
        """The child of that index, which must have that tag.

        Raises:
            ValueError: there is none, or of another tag.
        """
        found = self.children()
        if not -len(found) <= index < len(found) or found[index].tag != tag:
            raise ValueError(f"expected tag {tag:#04x} at {index} of {len(found)} elements")
        return found[index]


def split(data: bytes) -> list[DerElement]:
    """One element after the other.

    Raises:
        ValueError: an element is cut off, or not encoded by the distinguished rules.
    """
    found = []
    at = 0
    while at < len(data):
        start = at
        tag, at = data[at], at + 1
        if tag & 0x1F == 0x1F:
            raise ValueError("expected a tag of one byte")
        length, at = _length(data, at)
        if at + length > len(data):
            raise ValueError(f"expected {length} bytes, got {len(data) - at}")
        found.append(DerElement(tag, data[at : at + length], data[start : at + length]))
        at += length
    return found


def only(data: bytes, tag: int) -> DerElement:
    """The one element that the data is.

    Raises:
        ValueError: it is of another tag, or not alone.
    """
    found = split(data)
    if len(found) != 1 or found[0].tag != tag:
        raise ValueError(f"expected one element of tag {tag:#04x}, got {len(found)} elements")
    return found[0]


def _length(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data):
        raise ValueError("expected a length, got the end")
    first, at = data[at], at + 1
    if first < 0x80:
        return first, at
    size = first & 0x7F
    octets = data[at : at + size]
    if not 1 <= size <= 4 or len(octets) != size:
        raise ValueError("expected a definite length of at most 4 bytes")
    length = int.from_bytes(octets)
    if length < 0x80 or octets[0] == 0:
        raise ValueError("expected the shortest form of a length")
    return length, at + size


def element(tag: int, *parts: bytes) -> bytes:
    """An element with these contents."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(octets))) + octets + content


def integer(value: int) -> bytes:
    """A number that is not negative."""
    return element(INTEGER, value.to_bytes(value.bit_length() // 8 + 1))


def oid(dotted: str) -> bytes:
    """An object identifier from its dotted form."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return element(OID, *(_base128(arc) for arc in (40 * first + second, *rest)))


def dotted(identifier: DerElement) -> str:
    """The dotted form of an object identifier.

    Raises:
        ValueError: it is none.
    """
    arcs, arc = [], 0
    for octet in identifier.content:
        if arc == 0 and octet == 0x80:
            raise ValueError("expected the shortest form of an object identifier")
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
    if not arcs or identifier.content[-1] & 0x80 or len(identifier.content) > MAX_OID_BYTES:
        raise ValueError("expected a whole object identifier")
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))


def _base128(arc: int) -> bytes:
    octets = [arc & 0x7F]
    while arc := arc >> 7:
        octets.append(0x80 | arc & 0x7F)
    return bytes(reversed(octets))
