"""Distinguished encoding rules: what was written is read, and nothing else."""

from __future__ import annotations

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from efface.evidence import der


@given(st.integers(0, 2**70))
def test_numbers_are_written_in_the_shortest_form(value: int) -> None:
    content = der.only(der.integer(value), der.INTEGER).content
    assert int.from_bytes(content, signed=True) == value
    assert len(content) == 1 or content[0] or content[1] >= 0x80


@given(st.lists(st.binary(max_size=300), max_size=4))
def test_what_was_written_is_read(parts: list[bytes]) -> None:
    elements = [der.element(der.OCTET_STRING, part) for part in parts]
    whole = der.only(der.element(der.SEQUENCE, *elements), der.SEQUENCE)
    assert [child.content for child in whole.children()] == parts
    assert [child.whole for child in whole.children()] == elements


@given(st.binary(max_size=40))
def test_whatever_is_read_was_written_so(data: bytes) -> None:
    try:
        found = der.split(data)
    except ValueError:
        return
    assert b"".join(der.element(one.tag, one.content) for one in found) == data


@pytest.mark.parametrize("dotted", ["1.2.840.113549.1.5.13", "2.16.840.1.101.3.4.1.42", "2.999"])
def test_object_identifiers_are_those_of_the_library(dotted: str) -> None:
    name = x509.Name([x509.NameAttribute(x509.ObjectIdentifier(dotted), "x")])
    assert der.oid(dotted) in name.public_bytes()
    assert der.dotted(der.only(der.oid(dotted), der.OID)) == dotted


@pytest.mark.parametrize("content", ["", "80", "2a80", "2a8001", "2a" + "01" * 64])
def test_what_is_no_object_identifier_is_refused(content: str) -> None:
    whole = der.element(der.OID, bytes.fromhex(content))
    with pytest.raises(ValueError, match="expected"):
        der.dotted(der.only(whole, der.OID))


@pytest.mark.parametrize(
    "data",
    [
        "30",
        "3003",
        "300300",
        "3080",
        "308100",
        "30817f" + "00" * 127,
        "30820080" + "00" * 128,
        "3085" + "00" * 5,
        "1f8101",
    ],
)
def test_other_encodings_are_refused(data: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        der.split(bytes.fromhex(data))


def test_what_is_not_there_is_said() -> None:
    pair = der.only(der.element(der.SEQUENCE, der.NULL, der.integer(1)), der.SEQUENCE)
    assert pair.child(-1, der.INTEGER).content == b"\1"
    for index, tag in ((0, der.INTEGER), (2, der.INTEGER), (-3, 5)):
        with pytest.raises(ValueError, match="expected tag"):
            pair.child(index, tag)
    for data in (b"", der.NULL * 2, der.integer(1)):
        with pytest.raises(ValueError, match="expected one element"):
            der.only(data, 5)
