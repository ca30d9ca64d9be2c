"""Releases with evidence, as a page meets them."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pyrage  # type: ignore[import-untyped]
import pytest
from tests.review.conftest import Opened, Page
from tests.review.test_eyes import confirm

from efface import log, new_key, open_pack, verify
from efface.review.desk import Desk
from efface.review.drops import Drops
from efface.review.evidence import EvidenceOptions

WORDS = "four words and none"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Folder of keys with one in it, and its id."""
    folder = tmp_path_factory.mktemp("keys")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EFFACE_KEYS", str(folder))
        return folder, new_key(WORDS, name="desk 4").key.key_id


@pytest.fixture(autouse=True)
def own_keys(key: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFFACE_KEYS", str(key[0]))


def wanted(key: Any, **more: object) -> dict[str, Any]:
    return {"key": key[1], "passphrase": WORDS, "to": [], "told": {}} | more


def release(page: Page, state: Any, *accept: str, **evidence: object) -> Any:
    asked = {"revision": state["summary"]["revision"], "accept": accept, "evidence": evidence}
    return page.client.post(f"/api/files/{state['summary']['id']}/release", json=asked)


def test_a_release_with_evidence_is_that_of_the_command_line(
    opened: Opened, photo: Path, key: Any, tmp_path: Path, state: Path
) -> None:
    secret = pyrage.x25519.Identity.generate()
    page = opened(photo)
    assert page.get("/api/evidence") == {
        "keys": [{"id": key[1], "name": "desk 4"}], "key": key[1], "to": [],
    }  # fmt: skip
    more = {"to": [f"# the archive\n{secret.to_public()}\n"], "note": "on a card"}
    found = page.only()
    for who in ("S. K.", "Ana"):
        found = confirm(page, found, who).json()
    answer = release(page, found, **wanted(key, **more, told={"place": "Cairo"}))
    outcome = answer.json()
    assert (outcome["exit_code"], outcome["tracks"], outcome["kept"]) == (0, 1, 0), answer.text
    told = outcome["evidence"]
    assert (told["pack"], told["sealed"], told["redaction"]) == ("photo.jpg.pack", True, 1)
    assert (told["to"], told["by_passphrase"]) == ([str(secret.to_public())], False)
    pack, target = photo.with_name("photo.jpg.pack"), photo.with_name("photo.effaced.jpg")
    assert verify(target, pack=pack).ok
    entries = log(pack).entries
    assert [entry.action for entry in entries] == [
        "received", "sealed", "redacted", "viewed", "viewed",
    ]  # fmt: skip
    assert [entry.details["with"] for entry in entries[3:]] == ["S. K.", "Ana"]
    assert "confirmed what redaction 1 covers" in entries[3].details["text"]
    assert entries[0].details["note"] == "on a card"
    assert outcome["state"]["summary"]["publication"]["pack"] == "photo.jpg.pack"
    report = page.get(f"/api/files/{outcome['state']['summary']['id']}/report")
    assert report["files"][0]["pack"] == {
        "folder": "photo.jpg.pack", "case": told["case"], "redaction": 1, "key": key[1],
    }  # fmt: skip
    identity = tmp_path / "archive.txt"
    identity.write_text(str(secret))
    taken, came = tmp_path / "taken.jpg", tmp_path / "came"
    open_pack(pack, taken, companions=came, passphrase=WORDS, identities=[identity])
    assert taken.read_bytes() == photo.read_bytes()
    assert "Cairo" in (came / "capture.json").read_text()
    kept = [path.read_bytes() for path in state.parent.rglob("*") if path.is_file()]
    assert kept
    assert not any(WORDS.encode() in one or b"Cairo" in one for one in kept)
    again = release(page, outcome["state"], "overwrite", **wanted(key)).json()
    assert (again["exit_code"], again["evidence"]["sealed"]) == (0, False), again["message"]
    assert again["evidence"]["redaction"] == 2
    photo.write_bytes(photo.read_bytes() + b"\0")
    page = opened(photo)
    other = release(page, page.only(), "overwrite", **wanted(key)).json()
    assert (other["exit_code"], "not the original" in other["message"]) == (2, True)
    assert other["evidence"]["redaction"] is None


def test_what_is_wrong_with_it_is_said_and_nothing_is_left(
    opened: Opened, photo: Path, key: Any, tmp_path: Path
) -> None:
    page, there = opened(photo), set(photo.parent.iterdir())
    state = page.only()
    recipients = tmp_path / "recipients.txt"
    recipients.write_text(str(pyrage.x25519.Identity.generate().to_public()))
    to = [str(pyrage.x25519.Identity.generate().to_public())]
    for said, asked in {
        "passphrase": wanted(key, to=to, passphrase="another"),
        "nobody could open": wanted(key),
        "no public key": wanted(key, to=[str(recipients)]),
        "no key": wanted((None, "f" * 64), to=to),
        "no recipient": wanted(key, to=["age1nonsense"]),
    }.items():
        answer = release(page, state, **asked)
        assert (answer.status_code, said in answer.json()["message"]) == (409, True), answer.text
        assert WORDS not in answer.text
    assert release(page, state, **wanted(key, told={"name": "x"})).status_code == 422
    assert {path for path in photo.parent.iterdir() if path not in there} == {recipients}
    with photo.open("ab") as file:
        file.write(b"more")
    answer = release(page, state, **wanted(key, to=to))
    assert (answer.status_code, "changed" in answer.json()["message"]) == (409, True)
    assert not photo.with_name("photo.jpg.pack").exists()


def test_a_gate_stands_before_the_evidence(opened: Opened, photo: Path, key: Any) -> None:
    """What is sealed stays so, and the next try goes on with it."""
    options = EvidenceOptions.named([str(pyrage.x25519.Identity.generate().to_public())])
    page = opened(photo, before=lambda desk: setattr(desk, "evidence", options))
    assert page.get("/api/evidence")["to"] == list(options.to)
    state = page.only()
    drawn = {"id": "z1", "source": "person", "zone": True, "boxes": [{"box": [0, 0, 9, 9]}]}
    state = page.decide(state, tracks=[drawn]).json()
    outcome = release(page, state, **wanted(key)).json()
    assert (outcome["exit_code"], outcome["acceptable"]) == (4, "rescan")
    told = outcome["evidence"]
    assert (told["sealed"], told["redaction"], told["entries"]) == (True, None, 2)
    outcome = release(page, state, "rescan", **wanted(key)).json()
    assert (outcome["exit_code"], outcome["evidence"]["redaction"]) == (0, 1)


def test_a_copy_that_goes_has_no_pack(opened: Opened, photo: Path, key: Any) -> None:
    def dropped(desk: Desk) -> None:
        desk.drops = Drops(photo.parent)

    page = opened(photo, before=dropped)
    answer = release(page, page.only(), **wanted(key))
    assert (answer.status_code, "would go with the copy" in answer.json()["message"]) == (409, True)


def test_a_key_is_made(
    opened: Opened, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EFFACE_KEYS", str(tmp_path / "new"))
    page = opened(photo)
    assert page.get("/api/evidence") == {"keys": [], "key": None, "to": []}
    empty = page.client.post("/api/keys", json={"name": "me", "passphrase": ""})
    assert empty.status_code == 409
    made = page.client.post("/api/keys", json={"name": "me", "passphrase": WORDS}).json()
    assert (made["keys"][0]["name"], made["key"]) == ("me", made["keys"][0]["id"])
    for path in (tmp_path / "new").rglob("key.pem"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
