import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.errors import InputError, RefusedError
from efface.policy import (
    SCHEMA,
    AllowPolicy,
    AttackPolicy,
    Audio,
    Codec,
    Colour,
    DetectPolicy,
    EncodePolicy,
    Limits,
    MethodPolicy,
    Policy,
    Recall,
    RescanPolicy,
    SandboxPolicy,
    VideoPolicy,
    ZonePolicy,
)
from efface.regions import Shape
from efface.words import Confinement, FigureName, Method


def load(tmp_path: Path, text: str) -> Policy:
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return Policy.load(path)


def test_keys_left_out_keep_their_defaults(tmp_path: Path) -> None:
    policy = load(
        tmp_path,
        f'schema = "{SCHEMA}"\n[zones]\nwidth = 2\n[method]\ncolour = "#102030"\n'
        "[rescan]\nthreshold = 0.5\n[limits]\nmax_frames = 7\n",
    )
    assert policy.zones.width == 2.0
    assert policy.zones.height == Policy().zones.height
    assert policy.method.colour == Colour(16, 32, 48)
    assert policy.rescan.threshold == 0.5
    assert policy.limits.max_frames == 7


def test_the_default_zone_is_at_least_1_6_times_the_face() -> None:
    assert min(Policy().zones.width, Policy().zones.height) >= 1.6


BAD = {
    "no schema": "[zones]\nwidth = 2",
    "other schema": 'schema = "efface.policy/2"',
    "unknown section": f'schema = "{SCHEMA}"\n[zone]\nwidth = 2',
    "unknown key": f'schema = "{SCHEMA}"\n[zones]\nwith = 2',
    "section as value": f'schema = "{SCHEMA}"\nzones = 3',
    "too small": f'schema = "{SCHEMA}"\n[zones]\nwidth = 0.9',
    "text for a number": f'schema = "{SCHEMA}"\n[zones]\nwidth = "2"',
    "number for text": f'schema = "{SCHEMA}"\n[method]\ncolour = 0',
    "bad colour": f'schema = "{SCHEMA}"\n[method]\ncolour = "black"',
    "unknown method": f'schema = "{SCHEMA}"\n[method]\nname = "blur"',
    "number for a flag": f'schema = "{SCHEMA}"\n[rescan]\nenabled = 1',
    "flag for a number": f'schema = "{SCHEMA}"\n[limits]\nmax_frames = true',
    "float for a whole number": f'schema = "{SCHEMA}"\n[limits]\nmax_frames = 1.5',
    "negative limit": f'schema = "{SCHEMA}"\n[limits]\nmax_megapixels = -1',
    "threshold of 1": f'schema = "{SCHEMA}"\n[rescan]\nthreshold = 1.0',
    "quality": f'schema = "{SCHEMA}"\n[encode]\nwebp_quality = 101',
    "no toml": "schema = ",
    "colour with blanks": f'schema = "{SCHEMA}"\n[method]\ncolour = "#0000  "',
    "huge number": f'schema = "{SCHEMA}"\n[zones]\nwidth = 1{"0" * 400}',
    "infinite number": f'schema = "{SCHEMA}"\n[limits]\nmax_megapixels = inf',
    "deep nesting": f'schema = "{SCHEMA}"\nzones = {"[" * 5000}{"]" * 5000}',
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_a_wrong_policy_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(RefusedError, match=r"policy\.toml"):
        load(tmp_path, text)


def test_a_missing_policy_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        Policy.load(tmp_path / "none.toml")


@pytest.mark.parametrize(
    "make",
    [
        lambda: ZonePolicy(shape="oval"),  # type: ignore[arg-type]
        lambda: MethodPolicy("blur"),  # type: ignore[arg-type]
        lambda: DetectPolicy("max"),  # type: ignore[arg-type]
    ],
    ids=["shape", "method", "recall"],
)
def test_a_wrong_choice_is_an_error_in_python_too(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="one of"):
        make()


COLOURS = st.builds(Colour, *[st.integers(0, 255)] * 3)
numbers = st.floats(0.01, 0.99)
policies = st.builds(
    Policy,
    zones=st.builds(
        ZonePolicy,
        width=st.floats(1, 10),
        height=st.integers(1, 10),
        min_margin_px=st.integers(0, 10_000),
        shape=st.sampled_from(get_args(Shape)),
    ),
    method=st.builds(
        MethodPolicy,
        name=st.sampled_from(get_args(Method)),
        colour=COLOURS,
        figure=st.sampled_from(get_args(FigureName)) | st.text(min_size=1),
        fill=COLOURS,
        background=COLOURS,
    ),
    detect=st.builds(DetectPolicy, recall=st.sampled_from(get_args(Recall))),
    rescan=st.builds(RescanPolicy, enabled=st.booleans(), threshold=st.none() | numbers),
    limits=st.builds(
        Limits, max_megapixels=st.floats(1e-300, 1e300), max_frames=st.integers(1, 2**53)
    ),
    encode=st.builds(EncodePolicy, webp_quality=st.none() | st.floats(1, 100), min_ssim=numbers),
    video=st.builds(
        VideoPolicy,
        codec=st.sampled_from(get_args(Codec)),
        quality=st.none() | st.floats(0, 100),
        preset=st.text(),
        audio=st.sampled_from(get_args(Audio)),
        track=st.integers(0, 1000),
        reproducible=st.booleans(),
    ),
    sandbox=st.builds(SandboxPolicy, require=st.sampled_from(get_args(Confinement))),
    attack=st.builds(AttackPolicy, enabled=st.booleans(), alpha=numbers, gallery=st.text()),
    allow=st.builds(AllowPolicy, no_face=st.booleans(), keep=st.booleans()),
)


@given(policies)
def test_a_policy_survives_the_round_trip(policy: Policy) -> None:
    assert Policy.from_json(json.loads(json.dumps(policy.to_json()))) == policy


def test_every_key_with_a_value_is_stated() -> None:
    stated = {(section, key) for section, keys in Policy().to_json().items()
              if section != "schema" for key in keys}  # fmt: skip
    assert stated == {
        (section.name, item.name)
        for section in fields(Policy)
        for item in fields(getattr(Policy(), section.name))
        if getattr(getattr(Policy(), section.name), item.name) is not None
    }


@pytest.mark.parametrize("document", [None, [], {}, {"schema": SCHEMA, "zones": {"width": "2"}}])
def test_what_is_no_policy_is_refused(document: object) -> None:
    with pytest.raises(RefusedError, match="not valid"):
        Policy.from_json(document)
