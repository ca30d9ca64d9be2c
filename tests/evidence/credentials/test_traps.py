"""What rides along: with the library's defaults a face, with ours nothing."""

from __future__ import annotations

import base64
import os
import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.evidence.credentials import forging
from tests.evidence.credentials.files import EDIT, desk
from tests.media.lossless import opened, written, zone

from efface.attack.leaks.embedded import in_bytes
from efface.errors import RefusedError
from efface.evidence import credentials
from efface.evidence.credentials import Credentials
from efface.evidence.credentials.edit import MAX_BYTES, SourceType
from efface.media.sniff import open_photo
from efface.policy import Limits

Picture = NDArray[np.uint8]
FACE = (96, 48, 192, 176)
"""Around the portrait's face."""
ALIKE = 0.8
"""Correlation with the face from which on a picture shows it."""


def pictures_in(data: bytes, store: bytes) -> Iterator[Picture]:
    """Every picture that can be decoded from any byte on, as it is or written out as text.

    In a JPEG a large manifest lies in parts, with other bytes between them, so its own bytes are
    searched, too.
    """
    for part in (data, store):
        yield from (np.asarray(found.pixels) for found in in_bytes(part))


def shows(picture: Picture, original: Picture) -> bool:
    """Whether a picture of the whole scene shows the face as it was."""
    height, width = original.shape[:2]
    grey = [
        cv2.cvtColor(p, cv2.COLOR_RGB2GRAY)
        for p in (cv2.resize(picture, (width, height)), original)
    ]
    x0, y0, x1, y1 = FACE
    a, b = (p[y0:y1, x0:x1].astype(float).ravel() for p in grey)
    return a.std() > 1 and float(np.corrcoef(a, b)[0, 1]) > ALIKE


@pytest.fixture
def original(tmp_path: Path, portrait: Picture) -> bytes:
    """The portrait as a camera signs it: with a name, a place, and a thumbnail of its own."""
    path = tmp_path / "jane-roe.jpg"
    Image.fromarray(portrait).save(path, quality=92)
    return forging.sign(forging.CAMERA, path.read_bytes(), "image/jpeg", defaults=True)[0]


@pytest.fixture
def redacted(tmp_path: Path, original: bytes) -> Path:
    path = tmp_path / "done.jpg"
    path.write_bytes(written(opened(tmp_path, original, ".jpg"), [zone(*FACE)])[0])
    return path


def test_the_librarys_defaults_embed_the_unredacted_face(
    original: bytes, redacted: Path, portrait: Picture
) -> None:
    data, store = forging.sign(
        forging.manifest(), redacted.read_bytes(), "image/jpeg", original=original, defaults=True
    )
    assert any(shows(picture, portrait) for picture in pictures_in(data, store))
    redacted.write_bytes(data)
    found = read(redacted)
    assert "credentials.pictures" in wrong(found)
    assert not [s for s in found.failed if s.code != "signingCredential.untrusted"]  # it is valid


def test_without_thumbnails_a_signed_original_still_brings_its_own(
    original: bytes, redacted: Path, portrait: Picture
) -> None:
    data, store = forging.sign(
        forging.manifest(), redacted.read_bytes(), "image/jpeg", original=original
    )
    assert any(shows(picture, portrait) for picture in pictures_in(data, store))
    assert forging.NAME.encode() in store
    assert forging.PLACE.encode() in store


def test_nothing_of_the_original_rides_along(
    original: bytes, redacted: Path, portrait: Picture
) -> None:
    found = credentials.write(redacted, redacted, EDIT, desk(), overwrite=True)
    data = redacted.read_bytes()
    assert list(pictures_in(data, found.store)) == []
    for secret in (forging.NAME, forging.PLACE, "Jane", "jane-roe", "Camera"):
        assert secret.encode() not in data
    assert found.others == ()
    assert wrong(found) == {}


def test_nothing_is_in_it_that_was_not_given(tmp_path: Path, jpeg: Path) -> None:
    found = credentials.write(jpeg, jpeg, EDIT, desk(), overwrite=True)
    data = jpeg.read_bytes()
    for secret in (jpeg.stem, tmp_path.name, str(Path.home()), "root", "Linux"):
        assert secret.encode() not in data, secret
    assert found.active.title is None
    assert found.stamped is None
    assert all(action.when is None for action in found.active.actions)
    assert re.search(rb"20[0-9]{2}-[0-9]{2}-[0-9]{2}", data) is None  # no time in words
    assert b"quiet-otter" in data  # the name that the signer chose


def test_ids_are_random(jpeg: Path, tmp_path: Path) -> None:
    labels, instances = set(), set()
    for number in range(3):
        found = credentials.write(jpeg, tmp_path / f"{number}.jpg", EDIT, desk())
        labels.add(found.active.label)
        (instance,) = re.findall(rb"xmp\.iid:([0-9a-f-]{36})", found.store)
        instances.add(instance.decode())
    assert len(labels) == len(instances) == 3
    for text in (*(label.removeprefix("urn:c2pa:") for label in labels), *instances):
        assert uuid.UUID(text).version == 4


def test_what_was_done_is_said_as_the_specification_asks(jpeg: Path) -> None:
    edit = replace(
        EDIT,
        source_type=SourceType.COMPOSITE_WITH_TRAINED,
        encoded_again=True,
        further={"c2pa.deleted": "The sound was left out."},
        when=datetime(2026, 3, 4, 5, 6, 7, 999_999, UTC),
        title="Market, morning",
    )
    found = credentials.write(jpeg, jpeg, edit, desk(), overwrite=True)
    assert [a.name for a in found.active.actions] == [
        "c2pa.opened",
        "c2pa.edited",
        "c2pa.edited.metadata",
        "c2pa.transcoded",
        "c2pa.deleted",
    ]
    edited, *others = found.active.actions[1:]
    assert others[-1].description == "The sound was left out."
    assert edited.regions == EDIT.regions
    assert edited.source_type == str(SourceType.COMPOSITE_WITH_TRAINED)
    assert edited.reason == "c2pa.PII.present"
    assert {a.when for a in (edited, *others)} == {"2026-03-04T05:06:07Z"}
    assert found.active.title == "Market, morning"
    (parent,) = found.active.ingredients
    assert (parent.relationship, parent.format) == ("parentOf", "image/jpeg")
    assert (parent.title, parent.manifest, parent.says_more) == (None, None, False)


def test_the_signer_speaks_for_every_assertion(jpeg: Path) -> None:
    """The actions must be among those; others count as hearsay (2.4, 18.15.2)."""
    store = credentials.write(jpeg, jpeg, EDIT, desk(), overwrite=True).store
    assert b"created_assertions" in store
    assert b"gathered_assertions" not in store


def test_without_zones_nothing_was_edited_but_metadata(jpeg: Path) -> None:
    edit = replace(EDIT, regions=())
    found = credentials.write(jpeg, jpeg, edit, desk(), overwrite=True)
    assert [a.name for a in found.active.actions] == ["c2pa.opened", "c2pa.edited.metadata"]


@pytest.mark.parametrize("size", [150_000, 700_000])
def test_a_large_proof_comes_through(size: int, jpeg: Path) -> None:
    proof = base64.b64encode(os.urandom(size)).decode("ascii")
    before = jpeg.stat().st_size
    edit = replace(EDIT, evidence={"proof": proof})
    found = credentials.write(jpeg, jpeg, edit, desk(), overwrite=True)
    assert found.evidence == {"proof": proof}
    assert jpeg.stat().st_size - before < size * 4 / 3 + 20_000
    assert [f.kind for f in open_photo(jpeg, Limits()).findings()] == ["efface-credentials"]


def test_what_the_library_cannot_take_is_refused(jpeg: Path) -> None:
    before = jpeg.read_bytes()
    edit = replace(EDIT, evidence={"proof": "A" * MAX_BYTES})
    with pytest.raises(RefusedError, match="too long"):
        credentials.write(jpeg, jpeg, edit, desk(), overwrite=True)
    assert jpeg.read_bytes() == before


def read(path: Path) -> Credentials:
    found = credentials.read(path)
    assert found is not None
    return found


def wrong(found: Credentials) -> dict[str, str]:
    now = datetime.now(UTC)
    findings = credentials.check(found, now=now, known={desk().key_id})
    return {f.name: f.says for f in findings if not f.ok}
