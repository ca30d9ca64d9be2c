"""The contract is held for every family of photos that there is."""

from __future__ import annotations

from tests.media.contract.families import DESCRIBED

from efface.media.families import PHOTO_FAMILIES


def test_every_family_has_a_description() -> None:
    assert sorted(f.family.name for f in DESCRIBED) == sorted(f.name for f in PHOTO_FAMILIES)


def test_every_family_is_described_in_kinds_of_their_own_names() -> None:
    for family in DESCRIBED:
        names = [kind.name for kind in family.kinds]
        assert len(names) > 5
        assert len({*names}) == len(names), family.family.name


def test_what_is_exact_is_said_kind_by_kind() -> None:
    """A family whose every kind were called lossy would be held to nothing."""
    exact = {f.family.name for f in DESCRIBED if any(kind.exact for kind in f.kinds)}
    assert exact == {"JPEG", "PNG", "GIF", "BMP", "TIFF", "WebP", "JPEG XL"}
