"""Every format that efface writes, signed: it holds, and nothing else of it changed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av
import c2pa  # type: ignore[import-untyped]
import numpy as np
import pytest
from tests.evidence.credentials.files import BESIDE, EDIT, PHOTOS, VIDEOS, desk
from tests.media.lossless import BLACK_FILL
from tests.media.video.contract_clips import packets

from efface.api import inspect
from efface.errors import RefusedError
from efface.evidence import credentials, names
from efface.evidence.credentials import Credentials, formats
from efface.evidence.credentials.bare import bare_sha256
from efface.evidence.credentials.formats import media_type
from efface.files.paths import sha256
from efface.media.families import HEAD_BYTES, JPEG, PHOTO_FAMILIES, VIDEO_FAMILIES, family_of
from efface.media.jpeg import structure
from efface.media.sniff import open_photo
from efface.media.video import open_video
from efface.policy import Limits

Make = Callable[[str], Path]
EMBEDDED = [name for name in (*PHOTOS, *VIDEOS) if name not in BESIDE]


def wrong(found: Credentials) -> dict[str, str]:
    """What does not hold, but that nobody knows the signer."""
    findings = credentials.check(found, now=datetime.now(UTC))
    return {f.name: f.says for f in findings if not f.ok and f.name != names.CREDENTIALS_TRUST}


@pytest.mark.parametrize("name", EMBEDDED)
def test_they_lie_in_the_file_and_hold(name: str, make: Make) -> None:
    path = make(name)
    before, bare = contents(path), sha256(path)
    assert credentials.can_hold(path)
    assert credentials.read(path) is None
    credentials.write(path, path, EDIT, desk(), overwrite=True)
    found = credentials.read(path)
    assert found is not None
    assert wrong(found) == {}
    assert found.embedded
    assert found.evidence == EDIT.evidence
    assert found.chain is not None
    assert found.chain.key_id == desk().key_id
    assert [f.kind for f in findings(path)] == ["efface-credentials"]
    assert credentials.check_carried(path, found, Limits()).ok
    assert_same(before, contents(path))
    assert bare_sha256(path, embedded=True) == bare


@pytest.mark.parametrize("name", ["jpeg", "webp", "tiff", "bigtiff", "mp4", "avi"])
def test_what_lies_in_no_file_is_not_taken_out_of_it(name: str, make: Make) -> None:
    path = make(name)
    bare = sha256(path)
    assert bare_sha256(path, embedded=True) in (None, bare)
    assert bare_sha256(path, embedded=False) == bare
    path.write_bytes(path.read_bytes()[:60])
    assert bare_sha256(path, embedded=True) != bare


@pytest.mark.parametrize("name", sorted(BESIDE))
def test_they_lie_beside_it_and_hold(name: str, make: Make) -> None:
    path = make(name)
    before = path.read_bytes()
    assert not credentials.can_hold(path)
    with pytest.raises(RefusedError, match="cannot lie in this file"):
        credentials.write(path, path, EDIT, desk(), overwrite=True)
    beside = credentials.write_sidecar(path, credentials.sidecar(path, EDIT, desk()))
    assert beside == path.with_suffix(".c2pa")
    found = credentials.read(path)
    assert found is not None
    assert wrong(found) == {}
    assert not found.embedded
    assert found.evidence == EDIT.evidence
    assert credentials.check_carried(path, found, Limits()).ok
    assert path.read_bytes() == before
    assert {entry.name for entry in path.parent.iterdir()} == {"done.c2pa", path.name}
    (named,) = [f for f in inspect(path) if f.where == "beside it: *.c2pa"]
    assert (named.kind, named.size) == ("efface-credentials", len(found.store))
    changed = bytearray(before)
    changed[len(before) // 2] ^= 1
    path.write_bytes(changed)
    found = credentials.read(path)
    assert found is not None
    assert set(wrong(found)) == {"credentials.file"}


@pytest.mark.parametrize("algorithm", ["ed25519", "es256", "es384", "ps256"])
def test_every_algorithm(algorithm: str, jpeg: Path) -> None:
    found = credentials.write(jpeg, jpeg, EDIT, desk(algorithm), overwrite=True)
    assert wrong(found) == {}
    assert found.chain is not None
    assert found.chain.algorithm == algorithm
    assert found.certificates == desk(algorithm).chain


@pytest.mark.parametrize("name", ["jpeg", "png", "mp4", "heic", "mkv"])
def test_the_librarys_own_reader_finds_nothing_but_that_nobody_knows_the_signer(
    name: str, make: Make
) -> None:
    path = make(name)
    store = None
    if name in BESIDE:
        store = credentials.sidecar(path, EDIT, desk())
    else:
        credentials.write(path, path, EDIT, desk(), overwrite=True)
    with path.open("rb") as file, c2pa.Reader(media_type(path), file, store) as reader:
        report = json.loads(reader.json())
    assert report["validation_state"] == "Valid"
    assert [s["code"] for s in report["validation_status"]] == ["signingCredential.untrusted"]


def test_an_anchor_vouches_for_the_signer(jpeg: Path) -> None:
    credentials.write(jpeg, jpeg, EDIT, desk("es256"), overwrite=True)
    found = credentials.read(jpeg, anchors=desk("es256").chain[-1:])
    assert found is not None
    assert found.trusted
    other = credentials.read(jpeg, anchors=desk("es384").chain[-1:])
    assert other is not None
    assert not other.trusted


@pytest.mark.parametrize("name", ["jpeg", "png", "gif-animated", "webp", "avi"])
def test_without_them_the_bytes_are_those_before(name: str, make: Make) -> None:
    path = make(name)
    before = path.read_bytes()
    credentials.write(path, path, EDIT, desk(), overwrite=True)
    assert path.read_bytes() != before
    assert stripped(path.read_bytes()) == before


def test_every_coefficient_of_a_jpeg_is_as_before(make: Make, tmp_path: Path) -> None:
    path = make("jpeg-progressive")
    signed = tmp_path / "signed.jpg"
    credentials.write(path, signed, EDIT, desk())
    fidelity = open_photo(path, Limits()).compare(open_photo(signed, Limits()), (), BLACK_FILL)
    assert (fidelity.exact, fidelity.unit) == (True, "coefficients")


def test_what_is_hidden_in_a_tiffs_former_directory_is_named(make: Make) -> None:
    """The library leaves the old directory behind; inspect passes over it if it says no more."""
    path = make("tiff")
    with path.open("rb") as file:
        place = int.from_bytes(file.read(8)[4:], "little")
    credentials.write(path, path, EDIT, desk(), overwrite=True)
    data = bytearray(path.read_bytes())
    assert int.from_bytes(data[4:8], "little") > place
    data[place + 2 + 8] ^= 1  # the first entry's value
    path.write_bytes(data)
    assert {f.kind for f in findings(path)} == {"efface-credentials", "trailing-data"}


def test_another_format_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "a.jpg"
    other.write_bytes(b"%PDF-1.7 is none")
    for do in (
        lambda: credentials.sidecar(other, EDIT, desk()),
        lambda: credentials.read(other),
        lambda: credentials.write(other, other, EDIT, desk(), overwrite=True),
    ):
        with pytest.raises(RefusedError):
            do()


def findings(path: Path) -> tuple[Any, ...]:
    opened = open_video if path.suffix in {suffix for suffix, _ in VIDEOS.values()} else open_photo
    return opened(path, Limits()).findings()


def contents(path: Path) -> list[Any]:
    """What the file shows, and of JPEG and video what is coded."""
    with path.open("rb") as file:
        family = family_of(file.read(HEAD_BYTES))
    if family is not None and family.kind == "video":
        with av.open(str(path)) as container:
            frames = [f.to_ndarray(format="rgb24") for f in container.decode(video=0)]
        return [packets(path, ("video", "audio")), frames]
    photo = open_photo(path, Limits())
    frames = [photo.picture(frame).copy() for frame in range(len(photo.sizes))]
    if family is not JPEG:
        return frames
    data = path.read_bytes()
    parsed = structure.parse(data)
    coded = [data[start:end] for start, end in parsed.coded.values()]
    return [*frames, *coded, parsed.frame]


def assert_same(before: Any, after: Any) -> None:
    if isinstance(before, np.ndarray):
        np.testing.assert_array_equal(before, after)
    elif isinstance(before, list | tuple):
        assert len(before) == len(after)
        for a, b in zip(before, after, strict=True):
            assert_same(a, b)
    else:
        assert before == after


def stripped(data: bytes) -> bytes:
    """The file without its Content Credentials."""
    if data[:2] == b"\xff\xd8":
        for segment in reversed(structure.parse(data).segments):
            if segment.marker == 0xEB:
                data = data[: segment.start] + data[segment.end :]
        return data
    if data[:4] == b"RIFF":
        kept = b"".join(chunk for name, chunk in riff(data) if name != b"C2PA")
        return b"RIFF" + (4 + len(kept)).to_bytes(4, "little") + data[8:12] + kept
    if data[:4] == b"GIF8":
        start = data.index(b"\x21\xff\x0bC2PA_GIF\1\0\0")
        at = start + 14
        while data[at]:
            at += 1 + data[at]
        return data[:start] + data[at + 1 :]
    start = data.index(b"caBX") - 4
    return data[:start] + data[start + 12 + int.from_bytes(data[start : start + 4]) :]


def riff(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    source = io.BytesIO(data)
    source.seek(12)
    while name := source.read(4):
        size = source.read(4)
        length = int.from_bytes(size, "little")
        yield name, name + size + source.read(length + length % 2)


def test_every_format_that_efface_writes_has_a_place_for_them() -> None:
    """Nothing is refused when all the work is done."""
    held = {family.name for family in (*formats._EMBEDDED, *formats._BESIDE)}
    assert held == {family.name for family in (*PHOTO_FAMILIES, *VIDEO_FAMILIES)}
