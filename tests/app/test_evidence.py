"""A release with evidence, confirmed by two persons, in a browser."""

from __future__ import annotations

from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest
from tests.app.conftest import OpenTab, Start
from tests.app.test_appearance import both

from efface import log, verify

WORDS = "four words and none"


def test_two_persons_release_with_evidence(
    start: Start, tab: OpenTab, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a key beforehand; the first person goes by keys."""
    monkeypatch.setenv("EFFACE_KEYS", str(photos.parent / "keys"))
    to = str(pyrage.x25519.Identity.generate().to_public())
    server = start(photos / "one.jpg", "--two-persons", "--to", to)
    page = tab(server.address, reduced_motion="reduce")
    page.answer()
    page.ready()
    page.get_by_role("button", name="Face 1, covered").wait_for()
    page.keyboard.press("f")
    page.keyboard.type("S. K.")
    page.keyboard.press("Enter")
    side = page.get_by_role("complementary")
    side.get_by_text("1 of 2").wait_for()
    side.get_by_label("Your name or initials").fill("s k")
    side.get_by_role("button", name="Confirm").click()
    page.kept()
    page.get_by_role("button", name="Release…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Release 1 file").click()
    dialog.get_by_text("two different persons have to").wait_for()
    dialog.get_by_role("button", name="Release what fewer than two persons confirmed").wait_for()
    assert both(page, "one-person") == []
    page.get_by_role("button", name="Close").first.click()
    side.get_by_label("Your name or initials").fill("Ana")
    side.get_by_role("button", name="Confirm").click()
    side.get_by_text("2 of 2").wait_for()
    assert both(page, "confirmed") == []
    page.drag((0.05, 0.8), (0.2, 0.95))
    side.get_by_text("changed since").first.wait_for()
    side.get_by_text("0 of 2").wait_for()
    page.get_by_role("button", name="Undo").click()
    side.get_by_text("2 of 2").wait_for()
    page.get_by_role("button", name="Release…").click()
    dialog.get_by_label("Seal the original").check()
    dialog.get_by_label("Name of the key").fill("desk 4")
    dialog.get_by_label("Passphrase of the key").fill(WORDS)
    dialog.get_by_label("The same again").fill("another")
    dialog.get_by_text("The two passphrases differ").wait_for()
    assert both(page, "key") == []
    dialog.get_by_label("The same again").fill(WORDS)
    dialog.get_by_role("button", name="Make the key").click()
    dialog.get_by_text("One more was named on the command line").wait_for()
    dialog.get_by_text("How it came about").click()
    dialog.get_by_label("Where").fill("Cairo")
    assert both(page, "evidence") == []
    dialog.get_by_label("Passphrase of the key").fill("wrong")
    dialog.get_by_role("button", name="Release 1 file").click()
    dialog.get_by_text("passphrase").first.wait_for()
    page.troubles.clear()  # the browser's word on a request that was refused
    dialog.get_by_role("button", name="Back").click()
    dialog.get_by_label("Passphrase of the key").fill(WORDS)
    dialog.get_by_role("button", name="Release 1 file").click()
    dialog.get_by_text("Released as one.effaced.jpg").wait_for()
    dialog.get_by_text("The original was sealed in one.jpg.pack").wait_for()
    assert both(page, "sealed") == []
    pack = photos / "one.jpg.pack"
    assert verify(photos / "one.effaced.jpg", pack=pack).ok
    assert [one.details.get("with") for one in log(pack).entries[3:]] == ["s k", "Ana"]
