"""docs/evidence.md names every file, statement, action and number of a pack as the code does."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from tests.docs.manual import DOCS, code, rows, sections

from efface.evidence import forms
from efface.evidence.commitment import figures, grid, pixels, stills, video
from efface.evidence.commitment.format import MAGIC, VIDEO_MAGIC
from efface.evidence.commitment.interface import Kind
from efface.evidence.credentials.regions import MAX_REGIONS
from efface.evidence.custody.entry import MAX_DETAILS_BYTES, Action
from efface.evidence.keys import pkcs8
from efface.evidence.pack import layout
from efface.evidence.seal.recipients import MAX_RECIPIENTS
from efface.media.metadata.credentials import EVIDENCE_LABEL

PAGE = DOCS / "evidence.md"
TEXT = re.sub(r"\s+", " ", PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "name",
    [
        layout.PACK,
        f"{layout.INTAKE}.json",
        f"{layout.INTAKE}.sig",
        f"{layout.ORIGIN}.json",
        layout.LOG,
        f"{layout.CERTIFICATES}/KEYID.pem",
        f"{layout.TIMESTAMPS}/SHA256.tsr",
        *(f"{layout.SEALED}/{n}" for n in (layout.ORIGINAL, layout.SECRET, layout.PASSPHRASE)),
        f"{layout.SEALED}/{layout.CAPTURE}",
        f"{layout.SEALED}/companion-N.age",
        f"{layout.RELEASED}/NAME.json",
        f"{layout.REDACTED}/N/{layout.STATEMENT}.json",
        *(f"{layout.REDACTED}/N/{n}" for n in (layout.PROOF, layout.DETAILS, layout.SIDECAR)),
    ],
)
def test_every_file_is_named(name: str) -> None:
    files = {name for cells in rows(sections(PAGE)["Files of a pack"]) for name in code(cells[0])}
    assert name in files


@pytest.mark.parametrize(
    "schema",
    [
        forms.PACK,
        forms.INTAKE,
        forms.ORIGIN,
        forms.REDACTION,
        forms.SECRET,
        forms.CAPTURE,
        forms.SEALED_CAPTURE,
        forms.RELEASE,
        forms.EVIDENCE,
        forms.LOG,
        forms.COMMITMENT,
        MAGIC.rstrip(b"\0").decode("ascii"),
        VIDEO_MAGIC.rstrip(b"\0").decode("ascii"),
        EVIDENCE_LABEL,
    ],
)
def test_every_schema_is_named(schema: str) -> None:
    assert f"`{schema}`" in TEXT


def test_every_action_is_named() -> None:
    assert {str(action) for action in Action} <= code(sections(PAGE)["Custody log"])


def test_every_kind_of_commitment_is_named() -> None:
    table = rows(sections(PAGE)["Commitment and proof"])
    assert {kind for cells in table for kind in code(cells[0]) if "." not in kind} == set(
        get_args(Kind)
    )


def test_the_numbers_are_the_real_ones() -> None:
    assert f"more than {grid.LEAVES:,}" in TEXT
    assert f"{pixels.SIDES[0]}x{pixels.SIDES[0]} pixels, up to {pixels.SIDES[-1]}x" in TEXT
    side, big = figures.PHOTO_CELL_PX, figures.BIG_PHOTO_CELL_PX
    assert f"2x2 cells of {side}x{side} pixels, in photos of more than" in TEXT
    assert f"{stills.MOST_PX / 1e6:.1f} megapixels of {big}x{big}" in TEXT
    assert f"in segments of {video.SEGMENT} groups of {video.GROUP} frames" in TEXT
    side, big = figures.CELL_PX, figures.BIG_CELL_PX
    assert f"2x2 cells of {side}x{side} pixels in {video.GROUP} frames; one, in pictures" in TEXT
    assert f"up to {figures.SMALL_PX // 10**6} megapixel; one of {big}x{big} above" in TEXT
    assert f"a cell, {video.EXACT_LONG_SIDE} along the longer side, in {video.GROUP}" in TEXT
    assert f"At most {MAX_REGIONS} regions" in TEXT
    assert f"up to {MAX_RECIPIENTS};" in TEXT
    assert f"at most {MAX_DETAILS_BYTES >> 10} KiB" in TEXT
    assert f"documents over {forms.MAX_BODY_BYTES >> 20} MiB" in TEXT
    assert (pkcs8.SCRYPT_N, pkcs8.SCRYPT_R, pkcs8.SCRYPT_P) == (1 << 14, 8, 16)
    assert "scrypt (N 2^14, r 8, p 16)" in TEXT


def test_every_name_of_a_check_is_documented_and_none_else() -> None:
    from efface.evidence import names  # noqa: PLC0415

    cells = [row[1] for row in rows(sections(PAGE)["What is checked"])]
    listed = set(re.findall(r"`(\w+\.\w+|timestamp)`", " ".join(cells)))
    for room, things in re.findall(r"`(\w+)\.…`: ([a-z, ]+)", " ".join(cells)):
        listed |= {f"{room}.{thing}" for thing in things.split(", ")}
    real = {value for name, value in vars(names).items() if name.isupper()}
    assert listed == real
