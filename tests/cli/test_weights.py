"""``efface weights``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.attack.onnx_models import write
from tests.attack.test_model_check import sface
from tests.generate.added import card
from tests.running import Efface

from efface.attack.recognisers import recognisers
from efface.redact.methods.replace.model import generator
from efface.weights import FOLDER, cards


def test_every_carried_model_is_listed(efface: Efface) -> None:
    run = efface("weights", "list")
    assert run.code == 0
    assert [line.split()[0] for line in run.out.splitlines()] == sorted(cards())
    found = efface("weights", "list", "--json").json()
    assert [model["name"] for model in found["models"]] == sorted(cards())
    assert all(model["whole"] for model in found["models"])
    (likeness,) = (model for model in found["models"] if model["name"] == "likeness")
    assert "no real person" in likeness["training_data"]


def test_a_missing_and_a_changed_file_are_named(
    efface: Efface, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(FOLDER, folder)
    monkeypatch.setattr("efface.weights.FOLDER", folder)
    cards.cache_clear()
    try:
        (folder / "near.onnx").unlink()
        with (folder / "cells.npz").open("ab") as file:
            file.write(b"\0")
        run = efface("weights", "list")
        assert run.code == 7
        said = {line.split()[0]: line for line in run.out.splitlines()}
        assert "missing" in said["near"]
        assert {name for name, line in said.items() if "NOT THE FILE" in line} == {"near", "cells"}
        found = efface("weights", "list", "--json").json()
        assert found["exit_code"] == 7
        assert [m["name"] for m in found["models"] if not m["whole"]] == ["cells", "near"]
        assert [m["size"] for m in found["models"] if m["name"] == "near"] == [None]
    finally:
        cards.cache_clear()


def test_a_model_of_ones_own_is_tried(efface: Efface, tmp_path: Path) -> None:
    card = write(tmp_path, pictures=True, size=8)
    text = card.read_text(encoding="utf-8")
    card.write_text(text.replace("dimensions = 192\n", ""), encoding="utf-8")
    run = efface("weights", "check", str(card))
    assert run.code == 0
    assert "Our model (ours): a restorer" in run.out
    assert "FAILS" not in run.out
    found = efface("weights", "check", str(card), "--json").json()
    assert (found["kind"], found["holds"], found["exit_code"]) == ("restorer", True, 0)


def test_what_fails_is_said(efface: Efface, tmp_path: Path) -> None:
    run = efface("weights", "check", str(write(tmp_path, size=2)))
    assert run.code == 7
    assert "FAILS  tells apart" in run.out


def test_a_model_that_does_not_run_is_an_error(efface: Efface, tmp_path: Path) -> None:
    run = efface("weights", "check", str(write(tmp_path, dimensions=7)), "--json")
    assert run.code == 5
    assert "numbers a face" in run.json()["message"]


def test_a_second_generator_is_added_used_and_taken_away(
    efface: Efface, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EFFACE_MODELS", str(tmp_path / "models"))
    generator.cache_clear()
    try:
        own = card(tmp_path)
        run = efface("weights", "check", str(own))
        assert run.code == 0, run.err
        assert "Half a ring (half-ring): a generator" in run.out
        assert efface("weights", "add", str(own)).code == 0
        assert generator().title == "Half a ring"
        again = efface("weights", "add", str(own))
        assert again.code == 2
        assert "was added before" in again.err
        assert efface("weights", "add", str(own), "--overwrite").code == 0
        listed = efface("weights", "list", "--json").json()["added"]
        assert [(one["name"], one["kind"]) for one in listed] == [("half-ring", "generator")]
        assert "added by you: a generator" in efface("weights", "list").out
        assert efface("weights", "remove", "half-ring").code == 0
        assert efface("weights", "remove", "half-ring").code == 2
        assert not list((tmp_path / "models").rglob("*.*"))
    finally:
        generator.cache_clear()


def test_a_generator_of_another_size_is_not_added(
    efface: Efface, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EFFACE_MODELS", str(tmp_path / "models"))
    own = card(tmp_path)
    own.write_text(own.read_text(encoding="utf-8").replace("width = 96", "width = 64"))
    assert efface("weights", "add", str(own)).code == 5
    assert not (tmp_path / "models").exists()


def test_a_recogniser_of_ones_own_attacks_too(
    efface: Efface, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EFFACE_MODELS", str(tmp_path / "models"))
    recognisers.cache_clear()
    try:
        assert efface("weights", "add", str(sface(tmp_path))).code == 0
        assert [one.name for one in recognisers()] == ["dlib-resnet", "sface", "second"]
    finally:
        recognisers.cache_clear()
