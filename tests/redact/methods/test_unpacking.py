"""What lies under seal is unpacked whole, or refused; never more of it than was asked for."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.redact.methods.unpacking import unpacked


@given(st.binary(max_size=200))
def test_it_comes_back(plain: bytes) -> None:
    assert unpacked(zlib.compress(plain), len(plain)) == plain


@given(st.binary(min_size=1, max_size=200), st.sampled_from(["shorter", "longer", "cut", "more"]))
def test_another_size_is_refused(plain: bytes, how: str) -> None:
    data = zlib.compress(plain)
    size = len(plain) + {"shorter": -1, "longer": 1}.get(how, 0)
    data = {"cut": data[:-1], "more": data + b"\0"}.get(how, data)
    with pytest.raises(ValueError, match="expected"):
        unpacked(data, size)


@given(st.binary(max_size=50), st.integers(0, 100))
def test_anything_else_is_refused_in_words(data: bytes, size: int) -> None:
    try:
        plain = unpacked(data, size)
    except ValueError as error:
        assert str(error)
    else:
        assert len(plain) == size


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(ValueError, match="expected 10 bytes"):
        unpacked(zlib.compress(bytes(1 << 26)), 10)
