"""*Removed* is said of a drawing only where zones hold it and nothing else: every way to make it
say so of a face that is still there."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.attack.red_team.fakes import FACE, Blind, Opinionated, Shown, team

from efface.attack.pair import paired
from efface.attack.red_team.attacker import Attacker
from efface.attack.red_team.outcome import Outcome
from efface.attack.red_team.verdict import verdict_on
from efface.colour import Colour
from efface.media.interface import Photo
from efface.media.sniff import open_photo
from efface.policy import EncodePolicy, Limits, MethodPolicy, Policy
from efface.redact.methods.figure import DrawnHead
from efface.regions import Box, Regions, Track
from efface.workflow.known_methods import drawings
from efface.zones.filling import Filling, Surroundings
from efface.zones.growth import zones_of
from efface.zones.zone import Zone

Picture = NDArray[np.uint8]

POLICY = Policy(method=MethodPolicy("figure", figure="short-hair"))
NAMES = ["a.png", "a.jpg", "a.webp", "b.webp", "a.tif", "a.bmp", "a.gif", "a.avif"]


def original(portrait: Picture, folder: Path, name: str) -> Photo:
    path = folder / "original" / name
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(portrait).save(path, lossless=name == "b.webp")
    return open_photo(path, Limits())


def zones(photo: Photo, box: Box = FACE) -> tuple[Zone, ...]:
    regions = Regions(photo.media(), (Track("t1", (box,)),))
    return photo.grown(zones_of(regions, POLICY.zones))


def written(photo: Photo, folder: Path, method: MethodPolicy = POLICY.method) -> Path:
    """As efface fills it."""
    out = io.BytesIO()
    photo.write(zones(photo), DrawnHead(method).filling(), EncodePolicy(), out)
    (path := folder / photo.path.name).write_bytes(out.getvalue())
    return path


def outcome(photo: Photo, redacted: Path, policy: Policy = POLICY, *attacks: object) -> Outcome:
    attacker = Attacker(policy, drawings=drawings(policy.method))
    attacker.__dict__["team"] = team(*(attacks or (Blind(),)))  # type: ignore[arg-type]
    regions = Regions(photo.media(), (Track("t1", (FACE,)),))
    return attacker.attack(paired(photo, open_photo(redacted, Limits())), regions)


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_a_removal_in_every_format(
    name: str, portrait: Picture, tmp_path: Path
) -> None:
    photo = original(portrait, tmp_path, name)
    (person,) = (found := outcome(photo, written(photo, tmp_path))).people
    assert person.kind == "removed"
    assert "efface's figure 'short-hair'" in verdict_on(person)
    assert found.passed


def test_one_of_efface_s_own_is_known_without_being_named(
    portrait: Picture, tmp_path: Path
) -> None:
    photo = original(portrait, tmp_path, "a.png")
    (person,) = outcome(photo, written(photo, tmp_path), Policy()).people
    assert person.kind == "removed"


def test_other_colours_are_not_known(portrait: Picture, tmp_path: Path) -> None:
    photo = original(portrait, tmp_path, "a.png")
    other = replace(POLICY.method, fill=Colour(200, 10, 10))
    (person,) = outcome(photo, written(photo, tmp_path, other)).people
    assert person.kind == "not-found"


def test_a_drawing_of_the_user_s_own_is_named_by_its_digest(
    portrait: Picture, tmp_path: Path
) -> None:
    svg = tmp_path / "own.svg"
    svg.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 12">'
        '<circle cx="4" cy="5" r="3" fill="#369"/></svg>'
    )
    policy = Policy(method=MethodPolicy("figure", figure=str(svg)))
    photo = original(portrait, tmp_path, "a.png")
    redacted = written(photo, tmp_path, policy.method)
    (person,) = outcome(photo, redacted, policy).people
    assert person.kind == "removed"
    assert "own.svg (SHA-256 " in verdict_on(person)
    assert outcome(photo, redacted, Policy()).people[0].kind == "not-found"


def test_what_an_attack_makes_of_a_drawing_is_luck(portrait: Picture, tmp_path: Path) -> None:
    photo = original(portrait, tmp_path, "a.png")
    face = team().recognisers[0].embed(portrait[None, 25:95, 82:134])[0]
    (person,) = outcome(photo, written(photo, tmp_path), POLICY, Opinionated(face)).people
    assert person.kind == "removed"
    assert person.bits == 0.0


def in_tones(picture: Picture, figure: Picture) -> Picture:
    """The face in the figure's tones."""
    tones = np.unique(figure.reshape(-1, 3), axis=0)[::8].astype(np.int64)
    apart = ((picture[:, :, None].astype(np.int64) - tones) ** 2).sum(axis=3)
    return np.asarray(tones[apart.argmin(axis=2)], np.uint8)


def one_step(picture: Picture, figure: Picture) -> Picture:
    """The figure, one step brighter where the face is bright."""
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return np.asarray(figure + (gray > np.median(gray))[..., None], np.uint8)


def one_tone(picture: Picture, figure: Picture) -> Picture:
    """The figure, its commonest tone alone shifted by a step where the face is dark."""
    tones, counts = np.unique(figure.reshape(-1, 3), axis=0, return_counts=True)
    common = (figure == tones[counts.argmax()]).all(axis=2)
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return np.asarray(figure - (common & (gray < np.median(gray)))[..., None], np.uint8)


def placed(picture: Picture, figure: Picture) -> Picture:
    """The figure where the eyes are, three pixels from where the zone has it."""
    return np.roll(figure, 3, axis=1)


def one_pixel(picture: Picture, figure: Picture) -> Picture:
    """The figure but for a pixel of the face."""
    out = figure.copy()
    middle = figure.shape[0] // 2, figure.shape[1] // 2
    out[middle] = picture[middle]
    return out


FORGERIES = [in_tones, one_step, one_tone, placed, one_pixel]


@pytest.mark.parametrize("forge", FORGERIES)
@pytest.mark.parametrize("name", ["a.png", "a.jpg", "b.webp", "a.avif"])
def test_a_figure_that_carries_a_face_is_none(
    forge: Callable[[Picture, Picture], Picture], name: str, portrait: Picture, tmp_path: Path
) -> None:
    pillow_heif.register_heif_opener()
    photo = original(portrait, tmp_path, name)
    (zone,) = zones(photo)
    rect = np.s_[zone.rect.y0 : zone.rect.y1, zone.rect.x0 : zone.rect.x1]
    clean = written(photo, tmp_path)
    shown = np.asarray(open_photo(clean, Limits()).picture(0)).copy()
    shown[rect] = forge(photo.picture(0)[rect], shown[rect])
    options = {"quality": 95} if name.endswith(("jpg", "avif")) else {"lossless": True}
    forged = tmp_path / f"forged-{name}"
    Image.fromarray(shown).save(forged, **({} if name.endswith("png") else options))
    (person,) = outcome(photo, forged).people
    assert person.kind in ("not-found", "found", "unproven")
    assert person.person.drawing is None


def test_a_face_in_palette_entries_of_one_colour_is_none(portrait: Picture, tmp_path: Path) -> None:
    """The commonest colour twice: the figure is shown, and which of the two it is shows a face."""
    path = tmp_path / "a.png"
    Image.fromarray(portrait).quantize(100).save(path)
    photo = open_photo(path, Limits())
    (folder := tmp_path / "out").mkdir()
    clean = written(photo, folder)
    assert outcome(photo, clean).people[0].kind == "removed"
    held = Image.open(clean)
    palette = list(held.getpalette() or ())
    (zone,) = zones(photo)
    own, r = np.asarray(held).copy(), zone.rect
    part = own[r.y0 : r.y1, r.x0 : r.x1]
    common, free = int(np.bincount(part.ravel()).argmax()), len(palette) // 3
    bright = cv2.cvtColor(portrait, cv2.COLOR_RGB2GRAY)[r.y0 : r.y1, r.x0 : r.x1] > 128
    part[(part == common) & bright] = free
    forged = Image.fromarray(own, "P")
    forged.putpalette([*palette, *palette[3 * common : 3 * common + 3]])
    forged.save(tmp_path / "forged.png")
    assert free < 256
    assert (np.asarray(forged.convert("RGB")) == np.asarray(held.convert("RGB"))).all()
    (person,) = outcome(photo, tmp_path / "forged.png").people
    assert person.person.drawing is None


def test_a_jpeg_with_one_coefficient_more_is_none(portrait: Picture, tmp_path: Path) -> None:
    """Written with the figure over a face that shines through by one step of the quantiser."""
    photo = original(portrait, tmp_path, "a.jpg")
    (zone,) = zones(photo)
    figure = DrawnHead(POLICY.method).filling()

    class Shining(Filling):
        def pixels(self, zone: Zone, around: Surroundings) -> Picture:
            r, plain = zone.rect, figure.pixels(zone, around)
            face = photo.picture(0)[r.y0 : r.y1, r.x0 : r.x1].astype(float)
            return np.asarray(np.clip(plain + (face - face.mean()) / 12, 0, 255), np.uint8)

    out = io.BytesIO()
    photo.write([zone], Shining(), EncodePolicy(), out)
    (path := tmp_path / "a.jpg").write_bytes(out.getvalue())
    (person,) = outcome(photo, path).people
    assert person.person.drawing is None


def test_a_zone_too_small_for_the_face_is_no_removal(portrait: Picture, tmp_path: Path) -> None:
    photo = original(portrait, tmp_path, "a.png")
    policy = replace(POLICY, zones=replace(POLICY.zones, width=1.0, height=1.0, min_margin_px=0))
    regions = Regions(photo.media(), (Track("t1", (FACE,)),))
    small = photo.grown(zones_of(regions, policy.zones))
    out = io.BytesIO()
    photo.write(small, DrawnHead(POLICY.method).filling(), EncodePolicy(), out)
    (path := tmp_path / "a.png").write_bytes(out.getvalue())
    (person,) = outcome(photo, path, policy, Shown()).people
    assert person.kind != "removed"


def test_a_face_in_the_indices_of_a_gif_is_none(portrait: Picture, tmp_path: Path) -> None:
    """As with a palette of two entries of one colour; what is shown is the figure."""
    path = tmp_path / "a.gif"
    Image.fromarray(portrait).quantize(60).save(path)
    photo = open_photo(path, Limits())
    (folder := tmp_path / "out").mkdir()
    clean = written(photo, folder)
    assert outcome(photo, clean).people[0].kind == "removed"
    held = Image.open(clean)
    palette, own = list(held.getpalette() or ()), np.asarray(held).copy()
    free = int(own.max()) + 1
    (zone,) = zones(photo)
    r = zone.rect
    part = own[r.y0 : r.y1, r.x0 : r.x1]
    common = int(np.bincount(part.ravel()).argmax())
    bright = cv2.cvtColor(portrait, cv2.COLOR_RGB2GRAY)[r.y0 : r.y1, r.x0 : r.x1] > 128
    part[(part == common) & bright] = free
    forged = Image.fromarray(own, "P")
    forged.putpalette([*palette[: 3 * free], *palette[3 * common : 3 * common + 3]])
    forged.save(tmp_path / "forged.gif", optimize=False)
    (person,) = outcome(photo, tmp_path / "forged.gif").people
    assert person.person.drawing is None
