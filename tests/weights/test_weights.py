"""Model files: each has a card, is the file its card names, and nothing else is loaded."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import efface.weights
from efface.errors import EffaceError
from efface.weights import FOLDER, WeightError, cards, weight

ROOT = Path(__file__).parents[2]


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the weights' folder that the loader reads instead."""
    folder = tmp_path / "weights"
    shutil.copytree(FOLDER, folder)
    monkeypatch.setattr(efface.weights, "FOLDER", folder)
    cards.cache_clear()
    weight.cache_clear()
    yield folder
    cards.cache_clear()
    weight.cache_clear()


def test_every_file_is_named_by_a_card() -> None:
    named = {path.name for card in cards().values() for path in (card.path, card.licence_path)}
    rooms = {"__init__.py", "added.py", "form.py", "__pycache__"}
    own = rooms | {p.name for p in FOLDER.glob("*.card.toml")}
    assert {path.name for path in FOLDER.iterdir()} - own == named


@pytest.mark.parametrize("name", sorted(cards()))
def test_a_weight_is_the_file_its_card_names(name: str) -> None:
    path = weight(name)
    assert path == cards()[name].path
    assert hashlib.sha256(path.read_bytes()).hexdigest() == cards()[name].sha256


@pytest.mark.parametrize("name", sorted(cards()))
def test_cards_say_what_a_reader_needs(name: str) -> None:
    card = cards()[name]
    assert card.training_data
    assert card.limits
    assert card.used_for
    words = card.licence.replace("-", " ").split()
    text = card.licence_path.read_text(encoding="utf-8")
    assert all(word in text for word in words)
    if card.recipe:
        assert (ROOT / card.recipe).is_file()
        assert card.authors == "the efface authors"
        assert not card.changes
    else:
        assert "not asked" in card.training_data
        assert card.origin.startswith("https://")
        assert card.changes


def test_git_ignores_what_the_build_puts_there_and_nothing_else() -> None:
    """What others made is not committed; what efface made itself must not get lost."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    folder = "/src/efface/weights/"
    ignored = {line.removeprefix(folder) for line in lines if line.startswith(folder)}
    carried = {card.path.name for card in cards().values() if not card.recipe}
    assert ignored == carried | {"*.LICENSE"}


def test_a_tampered_weight_is_refused(copied: Path) -> None:
    path = copied / "yunet.onnx"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(WeightError, match="its card expects") as caught:
        weight("yunet")
    assert caught.value.path == path


def test_a_missing_weight_is_named(copied: Path) -> None:
    (copied / "centerface.onnx").unlink()
    with pytest.raises(WeightError, match="Install efface again") as caught:
        weight("centerface")
    assert caught.value.path == copied / "centerface.onnx"


def test_an_unknown_weight_is_an_error_of_ours() -> None:
    with pytest.raises(EffaceError, match=r"centerface, .*yunet"):
        weight("retinaface")
