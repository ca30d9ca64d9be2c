"""Enforced policies: nothing weakens what they state, and nothing runs when they cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.running import Efface

import efface as api
from efface import enforced
from efface.enforced import STRICTER, check, raised
from efface.errors import EffaceError, InputError, RefusedError
from efface.policy import Colour, Policy
from efface.regions import Box, Media, Regions, Track

Enforce = Callable[[str], Path]


@pytest.fixture
def enforce(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Enforce:
    """Enforces what is given, as ``EFFACE_POLICY`` does."""

    def written(text: str) -> Path:
        path = tmp_path / "enforced-here.toml"
        path.write_text(f'schema = "efface.policy/1"\n{text}')
        monkeypatch.setenv("EFFACE_POLICY", str(path))
        return path

    return written


STRICT, WEAKER, STRICTER_YET = 0, 1, 2
VALUES: dict[str, tuple[Any, Any, Any]] = {
    "zones.width": (2.2, 2.1, 2.3),
    "zones.shape": ("box", "rounded", "box"),
    "detect.recall": ("default", "fast", "high"),
    "rescan.enabled": (True, False, True),
    "rescan.threshold": (0.6, 0.7, 0.5),
    "limits.max_frames": (50, 51, 49),
    "encode.max_shift": (2.0, 2.5, 1.5),
    "encode.min_ssim": (0.99, 0.985, 0.995),
    "video.audio": ("aac", "copy", "drop"),
    "video.reproducible": (True, False, True),
    "attack.enabled": (True, False, True),
    "attack.alpha": (0.02, 0.01, 0.03),
    "sandbox.require": ("landlock", "limits", "bubblewrap"),
    "sandbox.memory_mb": (4000, 5000, 3000),
    "allow.keep": (False, True, False),
}


def toml(key: str, value: object) -> str:
    section, name = key.split(".")
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return f"[{section}]\n{name} = {text}\n"


def policy_with(key: str, value: object) -> Policy:
    section, name = key.split(".")
    policy = Policy()
    return replace(policy, **{section: replace(getattr(policy, section), **{name: value})})


def value_of(policy: Policy, key: str) -> object:
    section, name = key.split(".")
    return getattr(getattr(policy, section), name)


@pytest.mark.parametrize("key", VALUES)
def test_weaker_is_refused_and_stricter_is_not(key: str, enforce: Enforce) -> None:
    enforce(toml(key, VALUES[key][STRICT]))
    asked = {key: None}
    with pytest.raises(RefusedError, match=key):
        raised(policy_with(key, VALUES[key][WEAKER]), asked)
    with pytest.raises(RefusedError, match=key):
        check(policy_with(key, VALUES[key][WEAKER]))
    for stricter in (VALUES[key][STRICT], VALUES[key][STRICTER_YET]):
        assert value_of(raised(policy_with(key, stricter), asked), key) == stricter
    held = raised(Policy(), {})
    check(held)
    assert value_of(held, key) in (VALUES[key][STRICT], value_of(Policy(), key))


def test_a_key_without_an_order_must_be_what_is_enforced(enforce: Enforce) -> None:
    enforce('[method]\ncolour = "#808080"\n')
    grey = Colour(128, 128, 128)
    assert raised(Policy()).method.colour == grey
    with pytest.raises(RefusedError, match=r"method\.colour"):
        raised(policy_with("method.colour", Colour(255, 255, 255)))


def test_the_orders_are_of_keys_that_there_are() -> None:
    known = {
        f"{section.name}.{item.name}"
        for section in fields(Policy)
        for item in fields(getattr(Policy(), section.name))
    }
    assert set(STRICTER) <= known
    limits = {key for key in known if key.startswith(("limits.", "allow."))}
    assert limits <= set(STRICTER)


def test_a_wanted_gate_is_neither_switched_off_nor_overruled(enforce: Enforce) -> None:
    enforce("[rescan]\nthreshold = 0.6\n")
    policy = raised(Policy())
    assert (policy.rescan.threshold, policy.allow.rescan) == (0.6, False)
    with pytest.raises(RefusedError, match=r"rescan\.enabled"):
        raised(policy_with("rescan.enabled", False))
    enforce("[rescan]\nenabled = true\n[allow]\nrescan = true\n")
    assert raised(Policy()).allow.rescan


@pytest.mark.parametrize("given", ["", "policy.toml", "./policy.toml"])
def test_a_variable_that_names_no_whole_path_stops_everything(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "policy.toml").write_text('schema = "efface.policy/1"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EFFACE_POLICY", given)
    with pytest.raises(RefusedError, match="whole path"):
        raised(Policy())


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[zones]\nwidht = 2.0\n", RefusedError),
        ("[zones", RefusedError),
        ("[zones]\nwidth = 2.0\nwidth = 1.0\n", RefusedError),
        ("\x00\udcff", InputError),
    ],
)
def test_a_policy_that_is_not_valid_stops_everything(
    text: str, error: type[EffaceError], enforce: Enforce, photo: Path
) -> None:
    path = enforce("")
    path.write_bytes(f'schema = "efface.policy/1"\n{text}'.encode(errors="surrogateescape"))
    with pytest.raises(error):
        api.redact(photo)
    path.unlink()
    with pytest.raises(InputError):
        api.detect(photo)


def test_the_system_s_policy_holds_besides(
    enforce: Enforce, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enforce("[zones]\nwidth = 2.0\nheight = 2.6\n")
    (tmp_path / "enforced.toml").write_text(
        'schema = "efface.policy/1"\n[zones]\nwidth = 2.4\nheight = 2.2\n'
    )
    monkeypatch.setattr(enforced, "system_folder", lambda: tmp_path)
    held = raised(Policy()).zones
    assert (held.width, held.height) == (2.4, 2.6)


def test_the_default_policy_is_the_user_s_own_or_else_the_system_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(enforced, "system_folder", lambda: tmp_path)
    assert enforced.default_policy() is None
    (tmp_path / "policy.toml").write_text("")
    assert enforced.default_policy() == tmp_path / "policy.toml"
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: tmp_path / "own")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "policy.toml").write_text("")
    assert enforced.default_policy() == tmp_path / "own" / "policy.toml"


ATTEMPTS: list[tuple[str, tuple[str, ...]]] = [
    ("[detect]\nrecall = 'high'", ("--fast",)),
    ("[detect]\nrecall = 'high'", ("--recall", "default")),
    ("[detect]\nrecall = 'high'", ("--policy", "weak.toml")),
    ("[zones]\nshape = 'box'", ("--shape", "rounded")),
    ("[zones]\nwidth = 1.8", ("--policy", "weak.toml")),
    ("[method]\ncolour = '#000000'", ("--colour", "#ffffff")),
    ("[rescan]\nenabled = true", ("--policy", "weak.toml")),
    ("[rescan]\nenabled = true", ("--accept-rescan",)),
    ("[video]\naudio = 'drop'", ("--audio", "copy")),
    ("[allow]\nno_face = false", ("--allow-no-face",)),
    ("[allow]\ndamaged = false", ("--allow-damaged",)),
    ("[allow]\nkeep = false", ("--keep", "t1")),
    ("[allow]\nkeep = false", ("--regions", "kept.json")),
    ("[allow]\nregions = false", ("--regions", "kept.json")),
    ("[zones]\nshape = 'box'", ("--regions", "kept.json")),
]


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory, jpeg_bytes: bytes) -> Path:
    """A photo, a weak policy, and regions that leave its face visible."""
    import hashlib  # noqa: PLC0415
    import json  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("attempts")
    (folder / "photo.jpg").write_bytes(jpeg_bytes)
    (folder / "weak.toml").write_text(
        'schema = "efface.policy/1"\n[zones]\nwidth = 1.0\n[detect]\nrecall = "fast"\n'
        "[rescan]\nenabled = false\n"
    )
    media = Media("photo.jpg", hashlib.sha256(jpeg_bytes).hexdigest(), "image", 256, 256)
    box = (Box(0, 90, 30, 50, 60),)
    track = Track("t1", box, action="keep", shape="rounded")
    (folder / "kept.json").write_text(json.dumps(Regions(media, (track,)).to_json()))
    return folder


@pytest.mark.parametrize(("policy", "args"), ATTEMPTS)
def test_nothing_typed_weakens_it(
    policy: str, args: tuple[str, ...], enforce: Enforce, documents: Path, efface: Efface
) -> None:
    enforce(policy)
    run = efface("redact", "photo.jpg", *args, cwd=documents)
    assert run.code == 2, run.err
    assert "enforced policy" in run.err or "does not allow" in run.err
    assert not (documents / "photo.effaced.jpg").exists()


def test_python_is_held_too(enforce: Enforce, photo: Path, documents: Path) -> None:
    enforce("[zones]\nwidth = 3.0\n[detect]\nrecall = 'default'\n[allow]\nkeep = false\n")
    frame = np.zeros((256, 256, 3), np.uint8) + 9
    media = Media("frame", "", "image", 256, 256)
    regions = Regions(media, (Track("t1", (Box(0, 100, 100, 20, 20),)),))
    out = api.redact_frame(frame, regions)
    assert (out[110] == 0).all(axis=1).sum() == 61
    for attempt in (
        lambda: api.redact_frame(frame, regions, policy={"zones": {"width": 2.0}}),
        lambda: api.redact_frame(frame, regions.keeping("t1")),
        lambda: api.redact(photo, policy=documents / "weak.toml"),
        lambda: api.redact(photo, policy=policy_with("zones.width", 1.5)),
        lambda: api.redact(photo, keep="t1"),
        lambda: api.detect(photo, recall="fast"),
        lambda: api.scan(photo, policy={"detect": {"recall": "fast"}}),
    ):
        with pytest.raises(RefusedError):
            attempt()
    assert not photo.with_name("photo.effaced.jpg").exists()


def test_the_report_names_what_decided_it(enforce: Enforce, photo: Path, efface: Efface) -> None:
    path = enforce("[zones]\nwidth = 3.0\n")
    mine = photo.with_name("mine.toml")
    mine.write_text('schema = "efface.policy/1"\n')
    report = efface("redact", photo, "--policy", mine, "--json", "--dry-run")
    assert report.json()["policies"] == [str(mine), f"{path} (enforced)"]
    assert f"Policy: {mine}, {path} (enforced)." in report.err
