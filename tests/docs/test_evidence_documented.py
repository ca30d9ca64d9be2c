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
from efface.evidence.commitment.tolerance import PHOTO, VIDEO
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


def test_what_figures_notice_follows_from_their_tolerances() -> None:
    text = re.sub(r"\s+", " ", " ".join(sections(PAGE)["What figures see"].split()))
    photo, film = PHOTO.main.surely[0], VIDEO.main.surely[0]
    cells = figures.PHOTO_CELL_PX, figures.CELL_PX
    whole = [2 * cell - 1 for cell in cells]
    assert f"{whole[0]}x{whole[0]} pixels in a photo ({whole[1]}x{whole[1]} in video" in text
    assert f"in {2 * video.GROUP - 1} frames" in text
    assert f"more than {photo} ({film}) lighter" in text
    assert f"noticed beyond {4 * photo} ({4 * film})" in text
    assert f"noticed beyond {video.GROUP * film}." in text
    edges = [
        figures.DEAD_ZONE + of.energy.surely[0] * (cell - 1)
        for of, cell in zip((PHOTO, VIDEO), cells, strict=True)
    ]
    lines = [
        figures.DEAD_ZONE + of.energy.surely[0] * (cell - 1) // 2
        for of, cell in zip((PHOTO, VIDEO), cells, strict=True)
    ]
    assert f"stronger than {edges[0]} ({edges[1]} in video)" in text
    assert f"stronger than {lines[0]} ({lines[1]})" in text
    by_name = {row[0]: row for row in rows(sections(PAGE)["What figures see"])}
    for name, photos, videos in (
        ("mean of luma", PHOTO.main, VIDEO.main),
        ("mean of a colour component", PHOTO.other, VIDEO.other),
        ("energy of edges, gained", PHOTO.energy, VIDEO.energy),
        ("roughness, gained", PHOTO.rough, VIDEO.rough),
    ):
        said = [f"{photos.up}", f"{photos.surely[0]}", f"{videos.up}, {videos.surely[0]}"]
        assert by_name[name][1:] == said
    for name, photos, videos in (
        ("energy of edges, lost", PHOTO.energy, VIDEO.energy),
        ("roughness, lost", PHOTO.rough, VIDEO.rough),
    ):
        part = "half of it" if photos.share == videos.share == 50 else f"{photos.share} % of it"
        assert by_name[name][1:] == [
            f"{photos.down}, or {part}",
            f"{photos.surely[1]}, or {part} and {photos.step}",
            f"{videos.down}, {videos.surely[1]}, or {part} and {videos.step}",
        ]
    assert f"differ by more than {PHOTO.rough.surely[0]} ({VIDEO.rough.surely[0]}) on" in text


def test_every_name_of_a_check_is_documented_and_none_else() -> None:
    from efface.evidence import names  # noqa: PLC0415

    cells = [row[1] for row in rows(sections(PAGE)["What is checked"])]
    listed = set(re.findall(r"`(\w+\.\w+|timestamp)`", " ".join(cells)))
    for room, things in re.findall(r"`(\w+)\.…`: ([a-z, ]+)", " ".join(cells)):
        listed |= {f"{room}.{thing}" for thing in things.split(", ")}
    real = {value for name, value in vars(names).items() if name.isupper()}
    assert listed == real
