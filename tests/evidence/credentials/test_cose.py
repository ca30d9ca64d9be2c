"""Signatures taken apart, from hostile bytes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.evidence.credentials import cbor, cose


def encoded(value: Any) -> bytes:
    """CBOR, as the library writes it."""
    match value:
        case cbor.Tagged(tag, inner):
            out = head(6, tag) + encoded(inner)
        case None | bool():
            out = {False: b"\xf4", True: b"\xf5", None: b"\xf6"}[value]
        case int():
            out = head(0, value) if value >= 0 else head(1, -1 - value)
        case bytes():
            out = head(2, len(value)) + value
        case str():
            out = head(3, len(value.encode())) + value.encode()
        case list():
            out = head(4, len(value)) + b"".join(map(encoded, value))
        case _:
            pairs = b"".join(encoded(key) + encoded(item) for key, item in value.items())
            out = head(5, len(value)) + pairs
    return out


def head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes((kind << 5 | number,))
    power = next(p for p in range(4) if number < 1 << (8 << p))
    return bytes((kind << 5 | 24 + power,)) + number.to_bytes(1 << power)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 64), (1 << 64) - 1)
    | st.binary(max_size=300)
    | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(-100, 100) | st.text(max_size=5), inner, max_size=4)
        | st.builds(cbor.Tagged, st.integers(0, 1 << 20), inner)
    ),
    max_leaves=12,
)


@given(values)
def test_what_was_encoded_is_decoded(value: Any) -> None:
    try:
        found = cbor.decode(encoded(value))
    except ValueError as error:
        assert "fewer values" in str(error)  # deeper than signatures are
        return
    assert found == value


@given(st.binary(max_size=60))
def test_only_value_errors_come_out(data: bytes) -> None:
    for parse in (cbor.decode, cose.parse):
        try:
            parse(data)
        except ValueError:
            continue


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x01\x02",
        b"\x5f\x41a\xff",
        b"\xfb" + bytes(8),
        b"\x9b" + b"\xff" * 8,
        b"\xbb" + b"\xff" * 8,
        b"\x5b" + b"\xff" * 8,
        b"\x81" * 1000 + b"\x01",
        b"\xa1\x80\x01",
        b"\x61\xff",
    ],
    ids=[
        *("empty", "two", "indefinite", "float", "items", "pairs", "bytes", "deep", "key", "text")
    ],
)
def test_what_signatures_do_not_use_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        cbor.decode(data)


def test_what_is_signed_is_as_the_standard_says() -> None:
    found = cose.parse(signature({33: [b"leaf"]}, {}))
    header = encoded({33: [b"leaf"]})
    expected = ["Signature1", header, b"", b"claim" * 100]
    assert cbor.decode(found.signed(b"claim" * 100)) == expected
    assert found.signed(b"claim" * 100) == encoded(expected)
    assert found.value == b"signature"


def signature(protected: dict[Any, Any], unprotected: dict[Any, Any]) -> bytes:
    return encoded(cbor.Tagged(18, [encoded(protected), unprotected, None, b"signature"]))


def test_certificates_are_found_in_either_header() -> None:
    chain = [b"leaf", b"root"]
    for data in (
        signature({1: -8, 33: chain}, {"pad": bytes(100)}),
        signature({1: -8}, {"x5chain": chain, "sigTst2": {"tstTokens": []}, "rVals": {}}),
    ):
        found = cose.parse(data)
        assert found.chain == (b"leaf", b"root")
        assert found.unsigned == ()
    assert cose.parse(signature({33: b"alone"}, {})).chain == (b"alone",)
    assert cose.parse(signature({33: [b"x"] * 99}, {})).chain == ()
    assert cose.parse(signature({33: ["text"]}, {})).chain == ()


def test_what_anybody_can_put_there_is_named() -> None:
    found = cose.parse(signature({33: [b"leaf"]}, {"pad": bytes(9) + b"x", "note": "a face", 7: 1}))
    assert found.unsigned == ("pad", "note", "7")


@pytest.mark.parametrize(
    "value", [[], 5, [b"", {}, None], [b"\x05", {}, None, b""], [b"", 5, 5, 5]]
)
def test_what_is_no_signature_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="expected"):
        cose.parse(encoded(value))
