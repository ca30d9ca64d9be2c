"""Bad files: a clear error of the right kind, never anything else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from efface.errors import InputError, RefusedError
from efface.media.sniff import open_photo
from efface.policy import Limits

from . import samples

GOOD = samples.encoded(samples.scene(60, 44))
PROGRESSIVE = samples.encoded(samples.scene(60, 44), progressive=True)
FRAME = GOOD.index(b"\xff\xc0")
SCAN = GOOD.index(b"\xff\xda")
CODED = SCAN + 14


def _at(where: int, value: bytes, data: bytes = GOOD) -> bytes:
    return data[:where] + value + data[where + len(value) :]


def _without(marker: bytes) -> bytes:
    """Every segment of a kind left out."""
    data = GOOD
    while (at := data.find(marker, 0, data.index(b"\xff\xda"))) >= 0:
        data = data[:at] + data[at + 2 + int.from_bytes(data[at + 2 : at + 4], "big") :]
    return data


RESTARTED = samples.encoded(samples.scene(60, 44), restart_marker_blocks=1)


GREY = samples.encoded(samples.scene(60, 44), "L")


def _use(data: bytes) -> None:
    """Everything a run does with a file."""
    photo = samples.opened(data)
    photo.findings()
    assert photo.picture(0).shape[:2] == photo.sizes[0][::-1]
    samples.written(photo, [samples.zone(photo, (5, 5, 20, 20))])


DAMAGED: dict[str, bytes] = {
    "empty": b"",
    "text": b"this is a text file named .jpg\n",
    "start only": b"\xff\xd8\xff",
    "cut in the header": GOOD[:100],
    "cut before the scan": GOOD[:SCAN],
    "cut in the scan": GOOD[: CODED + 200],
    "zeros for the last part": GOOD[: CODED + 200] + bytes(3000),
    "zeros for the last part of a progressive file": PROGRESSIVE[:-60] + bytes(3000),
    "cut progressive without an end marker": PROGRESSIVE[: PROGRESSIVE.rindex(b"\xff\xc4")],
    "colour components without a scan": GREY.replace(
        b"\x01\x01\x11\0\xff", b"\3\1\x11\0\2\x11\0\3\x11\0\xff"
    ).replace(b"\xff\xc0\0\x0b", b"\xff\xc0\0\x11"),
    "restart markers out of order": RESTARTED.replace(b"\xff\xd1", b"\xff\xd3"),
    "half, with an end marker": GOOD[: CODED + 200] + b"\xff\xd9",
    "cut progressive": PROGRESSIVE[: len(PROGRESSIVE) // 2] + b"\xff\xd9",
    "no scan": GOOD[:SCAN] + b"\xff\xd9",
    "no quantisation table": _without(b"\xff\xdb"),
    "no frame header": _without(b"\xff\xc0"),
    "a zero quantisation step": _at(GOOD.index(b"\xff\xdb") + 5, b"\0"),
    "a cut quantisation table": samples.inserted(GOOD, 0xDB, b"\x02abc"),
    "a quantisation table of unknown precision": samples.inserted(GOOD, 0xDB, b"\x22" + bytes(64)),
    "a cut Huffman table": samples.inserted(GOOD, 0xC4, b"\0\x01"),
    "a wrong Huffman table": _at(GOOD.index(b"\xff\xc4") + 5, b"\xff" * 16),
    "more rows in the header than coded": _at(FRAME + 5, b"\1\0"),
    "no pixels": _at(FRAME + 7, b"\0\0"),
    "sampling factor 0": _at(FRAME + 11, b"\x02"),
    "sampling factor 15": _at(FRAME + 11, b"\xf1"),
    "two frame headers": GOOD[:FRAME] + GOOD[FRAME : FRAME + 19] * 2 + GOOD[FRAME + 19 :],
    "second start marker": GOOD[:20] + b"\xff\xd8" + GOOD[20:],
    "frame header with a byte more": samples.inserted(GOOD, 0xC0, bytes(16)),
    "restart interval with more bytes": samples.inserted(GOOD, 0xDD, b"\0\4secret"),
    "restart interval without markers": samples.inserted(GOOD, 0xDD, b"\0\1"),
    "scan header with more bytes": _at(SCAN + 3, b"\x10", GOOD[:CODED] + b"secr" + GOOD[CODED:]),
    "segment length 1": GOOD[:20] + b"\xff\xe5\0\1" + GOOD[20:],
    "segment past the end": GOOD[:20] + b"\xff\xe5\xff\xff" + GOOD[20:],
    "scan of an unknown component": _at(SCAN + 5, b"\x77"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damage_is_an_input_error(name: str) -> None:
    with pytest.raises(InputError) as caught:
        _use(DAMAGED[name])
    assert caught.value.exit_code == 5


def _frame(marker: int = 0xC0, precision: int = 8) -> bytes:
    return _at(FRAME, bytes((0xFF, marker)) + GOOD[FRAME + 2 : FRAME + 4] + bytes([precision]))


REFUSED: dict[str, tuple[bytes, str]] = {
    "12 bits": (_frame(0xC1, 12), "12 bits"),
    "lossless": (_frame(0xC3), "lossless"),
    "hierarchical": (_frame(0xC5), "hierarchical"),
    "arithmetic lossless": (_frame(0xCB), "lossless arithmetic"),
    "hierarchical (DHP)": (samples.inserted(GOOD, 0xDE, bytes(6)), "hierarchical"),
    "2 components": (samples.odd_sampling(20, 20, [(1, 1), (1, 1)]), "2 colour components"),
    "height in DNL": (_at(FRAME + 5, b"\0\0"), "DNL"),
    "huge": (_at(FRAME + 5, b"\xff\xdc\xff\xdc"), "limit of 250"),
    "changing tables": (
        GOOD[:SCAN] + b"\xff\xdb\0\x43\0" + bytes([9] * 64) + GOOD[SCAN:],
        "quantisation tables",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_kept_is_refused_by_name(name: str) -> None:
    data, word = REFUSED[name]
    with pytest.raises(RefusedError, match=word) as caught:
        _use(data)
    assert caught.value.hint


def test_too_many_scans_are_refused() -> None:
    first = PROGRESSIVE.index(b"\xff\xda")
    second = PROGRESSIVE.index(b"\xff\xc4", first)
    scan = PROGRESSIVE[first:second]
    with pytest.raises(RefusedError, match="100 scans"):
        samples.opened(PROGRESSIVE[:first] + scan * 101 + PROGRESSIVE[second:])


def test_too_many_segments_are_an_input_error() -> None:
    with pytest.raises(InputError, match="segments"):
        samples.opened(GOOD[:20] + b"\xff\xfe\0\2" * 20_001 + GOOD[20:])


def test_missing_huffman_tables_are_the_standard_ones() -> None:
    """Frames of a Motion JPEG video have none."""
    photo = samples.opened(_without(b"\xff\xc4"))
    np.testing.assert_array_equal(photo.picture(0), samples.opened(GOOD).picture(0))


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        open_photo(tmp_path / "missing.jpg", Limits())
    with pytest.raises(InputError, match="a folder"):
        open_photo(tmp_path, Limits())


def test_it_is_opened_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(GOOD)
    photo = open_photo(path, Limits())
    assert (photo.format, photo.sizes) == ("JPEG", ((60, 44),))
    assert path.read_bytes() == GOOD


def test_a_frame_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="frame 0"):
        samples.opened(GOOD).picture(1)
