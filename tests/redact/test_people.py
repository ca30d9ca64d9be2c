"""A name and a project make an identity, and nothing else does."""

from __future__ import annotations

import stat
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.errors import InputError, RefusedError
from efface.redact.people import KEY_BYTES, identity_of, named, new_project, read_project

KEYS = st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES)
NAMES = st.text(min_size=1, max_size=20).filter(lambda name: name.strip())


def plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()


@given(KEYS, NAMES, NAMES)
def test_a_name_is_somebody_and_another_name_somebody_else(key: bytes, one: str, two: str) -> None:
    assert len(identity_of(key, one)) == KEY_BYTES
    alike = identity_of(key, one) == identity_of(key, two)
    assert alike == (plain(one) == plain(two))


@given(KEYS, KEYS, NAMES)
def test_another_project_is_somebody_else(one: bytes, two: bytes, name: str) -> None:
    assert (identity_of(one, name) == identity_of(two, name)) == (one == two)


def test_letters_count_and_not_how_they_are_encoded() -> None:
    key = bytes(KEY_BYTES)
    assert identity_of(key, "Zo\u00eb") == identity_of(key, " Zoe\u0308 ")
    assert identity_of(key, "zo\u00eb") != identity_of(key, "Zo\u00eb")


def test_a_new_key_is_its_owners_alone(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.key", "b.key")]
    for file in files:
        new_project(file)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    keys = [read_project(file) for file in files]
    assert len(set(keys)) == 2
    with pytest.raises(RefusedError, match="exists"):
        new_project(files[0])
    assert read_project(files[0]) == keys[0]


@pytest.mark.parametrize("content", [b"", b"\xff" * 99, b"efface-project/1 abcd", b"ab" * 32])
def test_something_else_is_no_key(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(InputError, match="no key of a project"):
        read_project(tmp_path / "key")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("t1", "TRACK=NAME"),
        ("=A", "TRACK=NAME"),
        ("t1= ", "1 to 200"),
        ("t1=" + "x" * 201, "1 to 200"),
        (["t1=A", "t1=A"], "two names"),
    ],
)
def test_what_cannot_be_meant_is_refused(given: str | list[str], said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        named(bytes(KEY_BYTES), given)


def test_a_name_may_hold_an_equals_sign() -> None:
    key = bytes(KEY_BYTES)
    assert named(key, ["t1=a=b", " t2 =c"]) == {
        "t1": identity_of(key, "a=b"),
        "t2": identity_of(key, "c"),
    }
