"""ICC: the cleaned profile means the same colours and holds no planted byte."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms

from efface.media.metadata import icc

from . import profiles

Builder = Callable[[], bytes]
BUILDERS: list[Builder] = [
    profiles.srgb,
    profiles.display,
    profiles.cmyk,
    lambda: profiles.cmyk(b"mft1"),
    profiles.rgb_stages,
]


def _colours(profile: bytes, intent: int) -> NDArray[np.uint8]:
    """Random colours taken through a profile to sRGB."""
    channels = 4 if profile[16:20] == b"CMYK" else 3
    values = np.random.default_rng(3).integers(0, 256, (96, 96, channels)).astype(np.uint8)
    picture = Image.fromarray(values, "CMYK" if channels == 4 else "RGB")
    shown = ImageCms.profileToProfile(
        picture,
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent(intent),
        outputMode="RGB",
    )
    assert shown is not None
    return np.asarray(shown)


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize("intent", [0, 1, 3])
def test_colours_come_out_as_before(build: Builder, intent: int) -> None:
    profile = build()
    clean = icc.cleaned(profile)
    assert clean is not None
    before = _colours(profile, intent)
    assert len(np.unique(before)) > 100
    np.testing.assert_array_equal(_colours(clean, intent), before)


@pytest.mark.parametrize("build", BUILDERS)
def test_no_planted_byte_is_left(build: Builder) -> None:
    profile = build()
    clean = icc.cleaned(profile)
    assert clean is not None
    assert clean.find(profiles.SECRET[:4]) == -1
    assert clean.find(profiles.SECRET.decode().encode("utf-16-be")[:8]) == -1
    assert clean[84:128] == bytes(44)
    assert set(profiles.tags_of(clean)) <= {
        *(b"desc", b"cprt", b"wtpt", b"chad", b"A2B0"),
        *(b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC"),
    }


@pytest.mark.parametrize("build", BUILDERS)
def test_cleaning_twice_changes_nothing_and_leaves_nothing_to_find(build: Builder) -> None:
    clean = icc.cleaned(build())
    assert clean is not None
    assert icc.cleaned(clean) == clean
    assert icc.findings(clean, "x") == ()
    assert icc.findings(build(), "x") != ()


def test_profiles_that_differ_in_secrets_only_become_one() -> None:
    other = profiles.display().replace(profiles.SECRET, b"SERIAL-DECAF0-1234")
    assert other != profiles.display()
    assert icc.cleaned(other) == icc.cleaned(profiles.display())


def test_findings_name_places_and_no_value() -> None:
    found = icc.findings(profiles.display(), "APP2 ICC")
    assert {f.kind for f in found} == {"icc-header", "icc-text", "icc-private"}
    assert "SERIAL" not in " ".join(f.detail for f in found)
    assert any("vcgt, 1 unknown" in f.detail for f in found)
    assert "ZZZZ" not in " ".join(f.detail for f in found)


def _with(profile: bytes, at: int, value: bytes) -> bytes:
    return profile[:at] + value + profile[at + len(value) :]


@pytest.mark.parametrize(
    "profile",
    [
        b"",
        b"\0" * 200,
        profiles.srgb()[:300],
        _with(profiles.srgb(), 12, b"link"),
        _with(profiles.srgb(), 16, b"6CLR"),
        _with(profiles.srgb(), 128, b"\xff\xff\xff\xff"),
        _with(profiles.srgb(), 136, b"\xff\xff\xff\xff"),
        profiles.assembled(profiles.srgb()[:128], {b"rXYZ": b"XYZ "}),
        profiles.assembled(
            profiles.srgb()[:128], {b"wtpt": profiles.tags_of(profiles.srgb())[b"wtpt"]}
        ),
    ],
)
def test_a_profile_that_cannot_be_parsed_is_none(profile: bytes) -> None:
    assert icc.cleaned(profile) is None
    assert [f.kind for f in icc.findings(profile, "x")] == (["icc-broken"] if profile else [])


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_hostile_profiles_never_raise(data: st.DataObject) -> None:
    block = bytearray(data.draw(st.sampled_from([build() for build in BUILDERS])))
    for _ in range(data.draw(st.integers(0, 12))):
        block[data.draw(st.integers(0, min(len(block), 600) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(block[: data.draw(st.integers(0, len(block)))])
    clean = icc.cleaned(cut)
    if clean is not None:
        assert icc.cleaned(clean) == clean
    icc.findings(cut, "x")
