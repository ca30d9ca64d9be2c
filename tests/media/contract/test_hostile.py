"""Whatever a file's bytes are, only efface's own errors come out; and how deep they got."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.media.contract.described import Described
from tests.media.contract.families import DESCRIBED
from tests.media.hostile.mutations import mutated, shortened
from tests.media.hostile.stages import Stage, stage_of, told
from tests.media.lossless import BLACK_FILL, opened, written, zone

from efface.errors import EffaceError, InputError, RefusedError
from efface.media.interface import Photo
from efface.media.sniff import open_photo
from efface.policy import Limits

FILES = 120
LIMITS = Limits(max_megapixels=0.1, max_frames=20)


@lru_cache(maxsize=2)
def sources(family: str) -> Sequence[bytes]:
    """A file of each kind, and those with something in every other place."""
    (found,) = (one for one in DESCRIBED if one.family.name == family)
    return [*(kind.make(kind.draw(1)) for kind in found.kinds), *found.laden().values()]


def use(photo: Photo, again: Callable[[bytes], Photo]) -> None:
    """All that a run does with a file: what is written must be whole, and clean."""
    photo.findings()
    for frame, (width, height) in enumerate(photo.sizes):
        assert photo.picture(frame).shape == (height, width, 3)
    zones = (zone(0, 0, 1, 1),)
    output, _ = written(photo, zones)
    result = again(output)
    photo.compare(result, photo.grown(zones), BLACK_FILL)
    assert result.findings() == ()


@pytest.mark.parametrize("family", DESCRIBED, ids=lambda family: family.family.name)
def test_a_file_taken_apart_is_put_together_again(family: Described, tmp_path: Path) -> None:
    """Otherwise changes under lengths that hold would be changes of everything."""
    for kind in family.kinds[::3]:
        data = kind.make(kind.draw(1))
        found = family.layout.split(data)
        assert found
        photos = [opened(tmp_path, d, family.suffix) for d in (data, family.layout.join(found))]
        for frame in range(len(photos[0].sizes)):
            one, other = (photo.picture(frame) for photo in photos)
            assert (one == other).all()


@pytest.mark.parametrize("family", DESCRIBED, ids=lambda family: family.family.name)
def test_a_part_that_is_empty_or_cut_is_no_bug(family: Described, tmp_path: Path) -> None:
    files = sources(family.family.name)
    path = tmp_path / f"input{family.suffix}"
    tried = refused = 0
    for data in islice(shortened(files[-1], family.layout), 100):
        path.write_bytes(data)
        tried += 1
        try:
            use(open_photo(path, LIMITS), partial(opened, tmp_path, suffix=family.suffix))
        except EffaceError as error:
            assert isinstance(error, InputError | RefusedError)
            refused += 1
    assert refused > tried / 10 > 0


@pytest.mark.parametrize("family", DESCRIBED, ids=lambda family: family.family.name)
def test_only_our_errors_come_out(
    family: Described, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    files = sources(family.family.name)
    counts: Counter[Stage] = Counter()

    def start(data: bytes, name: str = "input") -> Photo:
        path = tmp_path / f"{name}{family.suffix}"
        path.write_bytes(data)
        return open_photo(path, LIMITS)

    def again(data: bytes) -> Photo:
        return start(data, "output")

    @settings(max_examples=FILES, suppress_health_check=[HealthCheck.nested_given])
    @given(seed=st.integers(0, 2**63))
    def attempt(seed: int) -> None:
        source = files[seed % len(files)]
        data = mutated(source, family.layout, seed)
        header = source[: family.layout.header]
        stage = stage_of(data, family.family, header, start, partial(use, again=again))
        counts[stage] += 1

    attempt()
    record_property("stages", told(counts))
    tried = sum(counts.values())
    assert counts[Stage.SIGNATURE] + counts[Stage.HEADER] < tried / 2, told(counts)
    assert counts[Stage.STRUCTURE] + counts[Stage.DECODING] > tried / 10, told(counts)
    assert counts[Stage.DECODING] + counts[Stage.WHOLE] > tried / 8, told(counts)
    assert counts[Stage.WHOLE] > tried / 20, told(counts)
