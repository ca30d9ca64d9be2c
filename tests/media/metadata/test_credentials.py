"""Content Credentials told apart: efface's own, others, and such that can show a face."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.media import jumbfs
from tests.media.jpeg import samples
from tests.media.lossless import CANARY, opened

from efface.media.metadata import credentials
from efface.media.trace import Trace

OWN = [
    jumbfs.assertion("c2pa.actions.v2"),
    jumbfs.assertion("org.efface.evidence"),
    jumbfs.assertion("c2pa.hash.bmff.v3"),
]


def found(*assertions: bytes) -> Trace:
    return credentials.finding(jumbfs.store(jumbfs.manifest(*assertions)), "here")


def test_effaces_own_are_named_as_such() -> None:
    own = credentials.finding(jumbfs.OWN, "here")
    assert (own.kind, own.risk, own.size) == ("efface-credentials", "names", len(jumbfs.OWN))


@pytest.mark.parametrize(
    ("assertions", "risk"),
    [
        ([*OWN, jumbfs.thumbnail()], "shows"),
        ([*OWN, jumbfs.assertion("x", b"packed", b"brob")], "shows"),
        ([*OWN, jumbfs.assertion("stds.exif")], "names"),
        ([*OWN, jumbfs.assertion("org.efface.evidence")], "names"),
        (OWN[:1], "names"),
    ],
    ids=["thumbnail", "packed", "another-assertion", "twice", "not-effaces"],
)
def test_others_are_not(assertions: list[bytes], risk: str) -> None:
    other = found(*assertions)
    assert (other.kind, other.risk) == ("content-credentials", risk)


def test_manifests_of_other_files_are_not_effaces() -> None:
    both = jumbfs.store(jumbfs.manifest(*OWN), jumbfs.manifest(*OWN, label="urn:c2pa:2"))
    update = jumbfs.store(jumbfs.manifest(*OWN, kind=b"c2um"))
    for data in (both, update):
        assert credentials.finding(data, "here").kind == "content-credentials"


@pytest.mark.parametrize(
    "data",
    [b"", b"nothing", jumbfs.OWN[:-4], jumbfs.OWN + b"hidden", jumbfs.superbox(b"json", "other")],
)
def test_what_cannot_be_read_can_show_anything(data: bytes) -> None:
    other = credentials.finding(data, "here")
    assert (other.kind, other.risk) == ("content-credentials", "shows")


def test_labels_are_shown_as_words_and_not_all_of_them() -> None:
    labels = ["<b>\x1b[31m", *(f"label.{index}" for index in range(30))]
    detail = found(*(jumbfs.assertion(label) for label in labels)).detail
    assert "b31m, label.0" in detail
    assert "23 more" in detail


def test_no_value_is_told() -> None:
    assert CANARY.decode() not in found(jumbfs.assertion("x", CANARY)).detail


def test_a_box_may_end_in_zeros_and_in_nothing_else() -> None:
    box = credentials.BOX_TYPE + bytes(4) + b"manifest\0" + bytes(8) + jumbfs.OWN
    assert credentials.box_finding(box + bytes(100), "here").kind == "efface-credentials"
    assert credentials.box_finding(box + b"hidden", "here").kind == "content-credentials"


def test_a_jpeg_holds_them_in_parts(tmp_path: Path) -> None:
    store = jumbfs.store(jumbfs.manifest(*OWN, jumbfs.assertion("org.x", b"x" * 100_000)))
    parts = [store[at : at + 60_000] for at in range(0, len(store), 60_000)]
    segments = b""
    for number, part in enumerate(parts, start=1):
        head = b"JP" + (7).to_bytes(2) + number.to_bytes(4) + (store[:8] if number > 1 else b"")
        body = head + part
        segments += b"\xff\xeb" + (2 + len(body)).to_bytes(2) + body
    plain = samples.encoded(samples.scene(24, 16))
    (one,) = opened(tmp_path, plain[:2] + segments + plain[2:], ".jpg").findings()
    assert (one.kind, one.size) == ("content-credentials", len(store))
    assert "org.x" in one.detail
