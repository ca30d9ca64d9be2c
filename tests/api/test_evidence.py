"""A case from Python: keys, seal, redact, verify, log, pack."""

from __future__ import annotations

from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest

import efface
from efface.errors import RefusedError


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder for keys."""
    monkeypatch.setenv("EFFACE_KEYS", str(tmp_path / "keys"))
    return tmp_path / "keys"


def test_a_whole_case(photo: Path, tmp_path: Path) -> None:
    asked: list[str] = []

    def ask() -> str:
        asked.append("asked")
        return "four unrelated words"

    made = efface.new_key(ask, name="the desk")
    assert made.recipient is not None
    assert [one.to_json() for one in efface.keys().own] == [made.to_json()]
    court = pyrage.x25519.Identity.generate()
    secret, pack = tmp_path / "court.txt", tmp_path / "case.pack"
    secret.write_text(f"{court}\n")
    sealed = efface.seal(photo, pack, passphrase=ask, to=[str(court.to_public())], note="by mail")
    assert sealed.to_json()["key"] == made.key.key_id
    published = tmp_path / "published.jpg"
    fast = {"detect": {"recall": "fast"}}
    with pytest.raises(RefusedError, match="nobody is there to be asked"):
        efface.redact(photo, published, policy=fast, pack=pack)
    report = efface.redact(photo, published, policy=fast, pack=pack, passphrase=ask)
    assert "evidence" in report.cpu_seconds
    entry = efface.add_to_log(pack, "published", "online", passphrase=ask, about=published)
    assert entry.details["sha256"] == report.target_sha256
    shown = efface.log(pack)
    assert (shown.ok, shown.exit_code) == (True, 0)
    assert [one.action for one in shown.entries][-1] == "published"
    found = efface.verify(published, pack=pack, original=photo, identities=[secret])
    assert found.ok, [one.says for one in found.findings if not one.ok]
    assert (found.known_as, found.yours) == ("the desk", True)
    page = tmp_path / "case.html"
    assert efface.show_pack(pack, html=page).verification.ok
    assert page.exists()
    again = tmp_path / "again.jpg"
    digest = efface.open_pack(pack, again, passphrase=ask, identities=[secret], reason="court")
    assert again.read_bytes() == photo.read_bytes()
    assert digest == sealed.pack.intake.sha256
    assert asked  # only when it is needed


def test_keys_of_others_are_remembered_and_forgotten() -> None:
    efface.trust_key("the archive", "ab" * 32)
    assert efface.keys().trust.to_json()["keys"]
    efface.forget("the archive")
    assert not efface.keys().trust.to_json()["keys"]
    with pytest.raises(RefusedError):
        efface.forget("the archive")
    with pytest.raises(ValueError, match="either"):
        efface.add_key("certificates.pem")
    with pytest.raises(ValueError, match="borrowed"):
        efface.add_to_log("a.pack", "borrowed", passphrase="")
