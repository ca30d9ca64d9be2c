"""``efface redact --attack``: only files that pass are released."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.test_attack import LAB, plugin
from tests.running import Efface


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = plugin(tmp_path / "lab", LAB.format(body="raise OSError('no such camera')"))
    monkeypatch.setenv("PYTHONPATH", str(place))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()}


def test_a_photo_that_passes_is_released_with_its_outcome(photo: Path, efface: Efface) -> None:
    run = efface("redact", photo, "--attack", "--json")
    assert run.code == 0, run.err
    (file,) = run.json()["files"]
    assert file["status"] == "redacted"
    assert file["attack"]["passed"]
    assert file["attack"]["redacted"]["file"] == file["output"]
    assert file["attack"]["redacted"]["sha256"] == file["output_sha256"]
    assert file["cpu_seconds"]["attack"] > 0
    assert file["attack"]["kind"] == "removed"
    assert "Attacked: t1, by up to" in run.err
    assert file["attack"]["verdict"] in run.err
    assert names(photo.parent) == {"photo.jpg", "photo.effaced.jpg"}


@pytest.mark.usefixtures("broken")
def test_a_photo_that_fails_is_not_released(photo: Path, efface_apart: Efface) -> None:
    run = efface_apart("redact", photo, "--attack", "--json")
    assert run.code == 4
    (file,) = run.json()["files"]
    assert file["output"] is None
    assert not file["attack"]["passed"]
    assert "lab could not run (OSError: no such camera)" in file["message"]
    assert names(photo.parent) == {"photo.jpg"}


def test_a_policy_can_ask_for_it(photo: Path, efface: Efface) -> None:
    policy = photo.with_name("policy.toml")
    policy.write_text('schema = "efface.policy/1"\n[attack]\nenabled = true\nalpha = 1e-9\n')
    run = efface("redact", photo, "--policy", policy)
    assert run.code == 2
    assert "distractors to be able to fail" in run.err
    assert names(photo.parent) == {"photo.jpg", "policy.toml"}


def test_a_video_that_passes_is_released(clip: Path, efface: Efface) -> None:
    run = efface("redact", clip, "--attack", "--json")
    assert run.code == 0, run.err
    (file,) = run.json()["files"]
    (person, *_) = file["attack"]["people"]
    assert person["frames_attacked"] > 1
    assert file["attack"]["frames"] == 30
    assert "clip.effaced.mp4" in names(clip.parent)


@pytest.mark.usefixtures("broken")
def test_a_video_that_fails_is_not_released(clip: Path, efface_apart: Efface) -> None:
    run = efface_apart("redact", clip, "--attack", "--json")
    assert run.code == 4
    assert "clip.effaced.mp4" not in names(clip.parent)


def test_nobody_to_attack_is_said(photo: Path, efface: Efface) -> None:
    run = efface("redact", photo, "--attack", "--keep", "t1", "--json")
    assert run.code == 0, run.err
    (file,) = run.json()["files"]
    assert file["attack"] is None
    assert "nobody to attack" in " ".join(file["notes"])
