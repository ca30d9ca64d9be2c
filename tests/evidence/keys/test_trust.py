"""Whom the user knows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.evidence.signers import Authority, ed25519, signer, usage

from efface.errors import InputError, OutputError, RefusedError
from efface.evidence.keys.chain import check_chain, pem_chain
from efface.evidence.keys.trust import NOBODY, Trust, default_file, load_trust


def test_a_key_is_known_by_its_id() -> None:
    one, other = check_chain(signer("Desk 4").chain), check_chain(signer("Desk 4").chain)
    trust = NOBODY.with_key("The desk", one.key_id)
    assert trust.known_as(one) == "The desk"
    assert trust.known_as(other) is None, "a certificate says what its maker wants"
    assert NOBODY.known_as(one) is None


def test_an_authority_vouches_for_the_keys_below_it() -> None:
    root = Authority("Press")
    below = Authority("Regional", root)
    leaf = below.issues("Desk", ed25519())
    whole, without_root = (
        check_chain([leaf, below.der, root.der]),
        check_chain([leaf, below.der]),
    )
    for authority in (root, below):
        trust = NOBODY.with_authority("Press", pem_chain([authority.der]))
        assert trust.known_as(whole) == "Press"
        assert trust.known_as(without_root) == "Press"
    imposter = NOBODY.with_authority("Press", pem_chain([Authority("Press").der]))
    assert imposter.known_as(whole) is None
    assert imposter.known_as(without_root) is None


def test_an_authority_that_permits_none_below_it_vouches_for_none_there() -> None:
    root = Authority("Press", path_length=0)
    below = Authority("Regional", root)
    chain = check_chain([below.issues("Desk", ed25519()), below.der])
    assert NOBODY.with_authority("Press", pem_chain([root.der])).known_as(chain) is None


def test_the_list_is_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "trusted.json"
    assert load_trust(path) == NOBODY
    one = signer()
    trust = NOBODY.with_key("Désk", one.key_id).with_authority(
        "Press", pem_chain([Authority("Press").der])
    )
    trust.save(path)
    assert load_trust(path) == trust
    trust.without("Press").save(path)
    again = load_trust(path)
    assert again == Trust({one.key_id: "Désk"})
    assert again.without("Désk") == NOBODY
    with pytest.raises(RefusedError, match="nobody is known as 'Press'"):
        again.without("Press")


def test_the_list_lies_with_the_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFFACE_KEYS", str(tmp_path))
    NOBODY.with_key("Me", signer().key_id).save()
    assert default_file() == tmp_path / "trusted.json"
    assert set(load_trust().keys.values()) == {"Me"}


@pytest.mark.parametrize("name", ["", " ", "a\nb", "\x1b[31m"])
def test_names_of_no_use_are_refused(name: str) -> None:
    with pytest.raises(RefusedError, match="printable"):
        NOBODY.with_key(name, signer().key_id)


@pytest.mark.parametrize("key_id", ["", "ab", "A" * 64, "g" * 64, "a" * 64 + "\n"])
def test_what_is_no_key_id_is_refused(key_id: str) -> None:
    with pytest.raises(RefusedError, match="64 hexadecimal digits"):
        NOBODY.with_key("x", key_id)


def test_what_is_no_authority_is_refused() -> None:
    root = Authority("Press")
    leaf = root.issues("Desk", ed25519(), usage=usage(digital_signature=True))
    for pem in (b"", b"junk", pem_chain([leaf]), pem_chain([root.der, root.der])):
        with pytest.raises(RefusedError, match="not one authority's certificate"):
            NOBODY.with_authority("Press", pem)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"schema": "efface.trusted/2", "keys": [], "authorities": []}',
        '{"schema": "efface.trusted/1", "keys": [{"name": "x", "key": "y"}], "authorities": []}',
        '{"schema": "efface.trusted/1", "keys": [{"name": "x", "key": 1}], "authorities": []}',
        '{"schema": "efface.trusted/1", "keys": [], "authorities": [{"name": "x"}]}',
        '{"schema": "efface.trusted/1", "keys": [], "authorities": '
        '[{"name": "x", "certificate": 1}]}',
        "[" * 100_000,
    ],
)
def test_a_damaged_list_is_an_error_and_not_an_empty_list(content: str, tmp_path: Path) -> None:
    path = tmp_path / "trusted.json"
    path.write_text(content)
    with pytest.raises(InputError, match="list of known keys cannot be read") as caught:
        load_trust(path)
    assert caught.value.path == path


def test_a_list_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        NOBODY.save(tmp_path / "file" / "trusted.json")


def test_the_list_is_plain_json() -> None:
    assert json.loads(json.dumps(NOBODY.to_json())) == {
        "schema": "efface.trusted/1",
        "keys": [],
        "authorities": [],
    }
