"""A case from the command line: keys, seal, redact, verify, log, pack."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest
from tests.running import Efface

from efface.evidence import names
from efface.evidence.pack import layout


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user with a key; making one costs seconds."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "words").write_text("four unrelated words\n")
    return folder


@pytest.fixture(autouse=True)
def keys(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The user's own folder for keys."""
    monkeypatch.setenv("EFFACE_KEYS", str(home / "keys"))
    yield home / "keys"


@pytest.fixture
def words(home: Path, keys: Path, efface: Efface) -> tuple[object, ...]:
    """How a test signs without being asked."""
    if not keys.exists():
        run = efface("keys", "new", "--name", "desk 4", "--passphrase-file", home / "words")
        assert run.code == 0, run.err
    return ("--passphrase-file", home / "words")


@pytest.fixture
def recipient(tmp_path: Path) -> tuple[str, Path]:
    """A court's public key, and the file of its secret one."""
    key = pyrage.x25519.Identity.generate()
    path = tmp_path / "court.txt"
    path.write_text(f"# the court\n{key}\n")
    return str(key.to_public()), path


def test_a_whole_case(  # noqa: PLR0917 - fixtures
    photo: Path,
    tmp_path: Path,
    words: tuple[object, ...],
    recipient: tuple[str, Path],
    efface: Efface,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pack, published = tmp_path / "case.pack", tmp_path / "published.jpg"
    run = efface("seal", photo, "--to", recipient[0], "-o", pack, "--json", *words)
    assert run.code == 0, run.err
    key = run.json()["key"]
    run = efface("redact", photo, "--pack", pack, "--attack", "-o", published, "--json", *words)
    assert run.code == 0, run.err
    told = run.json()["files"][0]["pack"]
    assert (told["folder"], told["redaction"], told["key"]) == (str(pack), 1, key)
    assert "case.pack, redaction 1" in run.err
    run = efface("verify", published, "--json")
    assert run.code == 0, run.err
    found = run.json()
    assert (found["holds"], found["signer"]) == (True, key)
    assert (found["signer_known_as"], found["signer_is_you"]) == ("desk 4", True)
    assert "signed by you (your key 'desk 4')" in run.err
    assert "signed by your own key" in run.err
    shown = efface("pack", "show", pack)
    assert "'desk 4', yours" in shown.out + shown.err
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("EFFACE_KEYS", str(tmp_path / "a stranger's"))
        run = efface("verify", published, "--json")
        assert run.code == 0, run.err
        assert (run.json()["signer_known_as"], run.json()["signer_is_you"]) == (None, False)
        assert "do not know" in run.err
        states = {one["name"]: one["state"] for one in run.json()["findings"]}
        assert states.pop(names.CREDENTIALS_TRUST) == "unknown"
        assert set(states.values()) == {"holds"}
        assert "FAILS" not in run.err
        assert efface("verify", published, "--signer", "desk 4").code == 7
    assert efface("keys", "trust", "our desk", key).code == 0
    run = efface("verify", published, "--signer", "our desk")
    assert run.code == 0, run.err
    assert "your key 'our desk'" in run.err
    assert efface("keys", "forget", "our desk").code == 0
    assert efface("verify", published, "--signer", "our desk").code == 7
    run = efface("log", "add", pack, "transferred", "on a card", "--to", "registry", *words)
    assert run.code == 0, run.err
    run = efface("log", "show", pack)
    assert run.code == 0, run.err
    assert "registry" in run.out
    taken = tmp_path / "taken.jpg"
    run = efface("pack", "open", pack, "-o", taken, "--identity", recipient[1], *words)
    assert run.code == 0, run.err
    assert taken.read_bytes() == photo.read_bytes()
    run = efface(
        "verify", published, "--pack", pack, "--original", taken, "--identity", recipient[1]
    )
    assert run.code == 0, run.err
    assert "bit for bit" in run.err
    actions = [json.loads(line)["entry"]["action"] for line in _lines(pack)]
    assert actions == ["received", "sealed", "redacted", "transferred", "opened"]
    assert json.loads(_lines(pack)[2])["entry"]["details"]["attack"] == "passed"


def _lines(pack: Path) -> list[str]:
    return (pack / layout.LOG).read_text().splitlines()


def test_what_is_wrong_is_said_and_nothing_is_written(
    photo: Path, words: tuple[object, ...], recipient: tuple[str, Path], efface: Efface
) -> None:
    folder = photo.parent
    pack, out = folder / "case.pack", folder / "out.jpg"
    (folder / "wrong").write_text("other words\n")
    wrong = ("--passphrase-file", folder / "wrong")
    run = efface("seal", photo, "--to", recipient[0], "-o", pack, *wrong)
    assert (run.code, pack.exists()) == (2, False)
    assert "passphrase" in run.err
    run = efface("seal", photo, "--to", "age1nonsense", "-o", pack, *words)
    assert (run.code, pack.exists()) == (2, False)
    assert "age1nonsense" in run.err
    run = efface("seal", photo, "-o", pack, *words)
    assert (run.code, pack.exists()) == (2, False)
    assert "nobody could open" in run.err
    run = efface("seal", photo, "--to", recipient[0], "-o", pack)
    assert (run.code, pack.exists()) == (2, False)
    assert "no terminal" in run.err
    assert efface("seal", photo, "--to", recipient[0], "-o", pack, *words).code == 0
    before = {path: path.read_bytes() for path in pack.rglob("*") if path.is_file()}
    run = efface("seal", photo, "--to", recipient[0], "-o", pack, *words)
    assert run.code == 2
    assert "of that name already" in run.err
    stranger = folder / "stranger.txt"
    stranger.write_text(str(pyrage.x25519.Identity.generate()))
    run = efface("redact", photo, "--pack", pack, "-o", out, "--identity", stranger, *words)
    assert (run.code, out.exists()) == (2, False)
    assert "none of these keys" in run.err
    run = efface("redact", photo, "--pack", folder, "-o", out, *words)
    assert (run.code, out.exists()) == (2, False)
    assert "no pack" in run.err
    run = efface("verify", photo)
    assert run.code == 2
    assert "no Content Credentials" in run.err
    assert {path: path.read_bytes() for path in pack.rglob("*") if path.is_file()} == before


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_what_is_secret_is_only_the_users_to_read(
    keys: Path, words: tuple[object, ...], efface: Efface
) -> None:
    assert efface("keys", "list").code == 0
    for path in keys.rglob("*"):
        if path.name in ("key.pem", "identity.age"):
            assert path.stat().st_mode & 0o077 == 0, path
