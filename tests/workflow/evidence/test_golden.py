"""Packs and published files of the first version: they hold, or it is said what they lack.

``golden.zip`` was made by efface 0.1.0 before anything was added to what is checked: a JPEG with
two redactions and two timestamps, an H.264 video, and one with FFV1 and its credentials beside it.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from tests.evidence.signers import NOW, signer
from tests.workflow.evidence.cases import MUCH_LATER, failing

from efface.errors import RefusedError
from efface.evidence.keys.trust import NOBODY
from efface.evidence.pack.opened import Pack
from efface.evidence.seal.identities import identities
from efface.evidence.seal.opening import open_file
from efface.evidence.timestamp.check import load_roots
from efface.evidence.verify.context import Context
from efface.workflow.redact.notary import PackNotary
from efface.workflow.verify import Verification, verify

KEPT = Path(__file__).with_name("golden.zip")
CASES = {
    "photo": ("original.pack", ["published.jpg", "second.jpg"]),
    "libx264": ("case.pack", ["published.mp4"]),
    "ffv1": ("case.pack", ["published.mkv"]),
}


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of it, unpacked."""
    folder = tmp_path_factory.mktemp("golden")
    with zipfile.ZipFile(KEPT) as file:
        file.extractall(folder)
    return folder


def checked(folder: Path, name: str, published: str) -> Verification:
    """As a court does."""
    pack = Pack(folder / name / CASES[name][0])
    keys = identities(folder / name / "identity.txt", lambda: "")
    original = folder / name / f"opened{Path(published).suffix}"
    if not original.exists():
        open_file(pack.sealed / "original.age", original, keys)
    trust = NOBODY.with_key("the desk", (folder / name / "key.txt").read_text().strip())
    stamps = folder / name / "roots.pem"
    roots = load_roots(stamps) if stamps.exists() else ()
    assert NOW < MUCH_LATER
    return verify(
        folder / name / published,
        Context(trust, roots, now=MUCH_LATER),
        pack=pack,
        original=original,
        secret=pack.secret(keys),
    )


@pytest.mark.parametrize(
    ("name", "published"), [(name, file) for name, (_, files) in CASES.items() for file in files]
)
def test_it_holds_for_a_court(golden: Path, name: str, published: str) -> None:
    found = checked(golden, name, published)
    wrong = failing(found)
    if name == "libx264":  # means of coarse cells were all that was committed to
        assert "nothing is called proven" in wrong.pop("file.proof")
        assert "of an earlier version" in wrong.pop("original.commitment")
    assert wrong == {}
    assert found.known_as == "the desk"


def test_nothing_is_redacted_into_a_pack_by_which_nothing_can_be_proven(
    golden: Path, tmp_path: Path
) -> None:
    folder = golden / "libx264"
    pack = Pack(folder / "case.pack")
    secret = pack.secret(identities(folder / "identity.txt", lambda: ""))
    notary = PackNotary(pack, secret, signer())
    original = tmp_path / "a.mp4"
    original.touch()
    with pytest.raises(RefusedError, match="sealed by an earlier version"):
        notary.check(pack.intake.sha256, original, tmp_path / "b.mp4", overwrite=False)
