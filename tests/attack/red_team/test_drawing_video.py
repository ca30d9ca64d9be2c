"""*Removed* is said of a drawing in a video only where the file follows from it, and every way to
make it say so of a face that is still there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.attack.red_team.fakes import Blind, team
from tests.walks import FACE, place, walk, write_clip

from efface.attack.pair import paired
from efface.attack.red_team import drawing_video
from efface.attack.red_team.attacker import Attacker
from efface.attack.red_team.drawing import Covering, DrawingSettings
from efface.attack.red_team.drawn import drawn_in
from efface.attack.red_team.verdict import verdict_on
from efface.colour import Colour
from efface.media.video.interface import Movie
from efface.media.video.opening import open_video
from efface.media.video.writing import write_video
from efface.policy import Limits, MethodPolicy, Policy, VideoPolicy
from efface.redact.methods.figure import DrawnHead
from efface.regions import Box, Regions, Track
from efface.workflow.known_methods import drawings
from efface.zones.filling import Filling, Surroundings
from efface.zones.moving import MovingZones
from efface.zones.zone import Zone

Picture = NDArray[np.uint8]

POLICY = Policy(method=MethodPolicy("figure"), video=VideoPolicy(reproducible=True))
FRAMES = 6


def box(frame: int) -> Box:
    (left, top), (x, y, width, height) = place(frame), FACE
    return Box(frame, left + x, top + y, width, height)


@pytest.fixture(scope="module")
def movie(portrait: Picture, tmp_path_factory: pytest.TempPathFactory) -> Movie:
    path = tmp_path_factory.mktemp("original") / "walk.mp4"
    write_clip(path, walk(portrait, FRAMES), sound=False)
    return open_video(path, Limits())


def regions_of(movie: Movie) -> Regions:
    return Regions(movie.media(FRAMES), (Track("t1", tuple(map(box, range(FRAMES)))),))


def written(movie: Movie, folder: Path, filling: Filling) -> Path:
    grid, reach = movie.grid()
    zones = MovingZones(regions_of(movie), POLICY.zones, grid, reach)
    path = folder / "redacted.mp4"
    write_video(movie, path, zones.at, filling, POLICY.video)
    return path


def drawn(movie: Movie, redacted: Path, policy: Policy = POLICY) -> Covering:
    settings = DrawingSettings(drawings(policy.method), policy.zones)
    return drawn_in(paired(movie, open_video(redacted, Limits())), regions_of(movie), settings)


@dataclass(frozen=True)
class Faint(Filling):
    """A drawing with a little of the face in it, which it should not be able to see."""

    drawing: Filling
    portrait: Picture
    steps: float

    def pixels(self, zone: Zone, around: Surroundings) -> Picture:
        shown = self.drawing.pixels(zone, around).astype(np.float32)
        frame = walk(self.portrait, zone.frame + 1)[-1]
        r = zone.rect
        face = frame[r.y0 : r.y1, r.x0 : r.x1].astype(np.float32)
        shown += self.steps * (face - face.mean()) / face.std()
        return np.clip(np.rint(shown), 0, 255).astype(np.uint8)


def test_a_figure_is_a_removal(movie: Movie, tmp_path: Path) -> None:
    redacted = written(movie, tmp_path, DrawnHead(POLICY.method).filling())
    attacker = Attacker(POLICY, drawings=drawings(POLICY.method))
    attacker.__dict__["team"] = team(Blind())
    found = attacker.attack(paired(movie, open_video(redacted, Limits())), regions_of(movie))
    (person,) = found.people
    assert person.kind == "removed"
    assert "efface's figure 'bust'" in verdict_on(person)
    assert found.passed


def test_one_of_efface_s_own_is_known_without_being_named(movie: Movie, tmp_path: Path) -> None:
    redacted = written(movie, tmp_path, DrawnHead(POLICY.method).filling())
    assert drawn(movie, redacted, Policy()).name == "efface's figure 'bust'"
    other = DrawnHead(replace(POLICY.method, fill=Colour(200, 10, 10))).filling()
    (tmp_path / "other").mkdir()
    assert drawn(movie, written(movie, tmp_path / "other", other), Policy()).name is None


def test_what_several_threads_coded_cannot_be_repeated(movie: Movie, tmp_path: Path) -> None:
    """A file that is not written to the byte again is not proven, however it looks."""
    redacted = written(movie, tmp_path, DrawnHead(POLICY.method).filling())
    (data := bytearray(redacted.read_bytes()))[-1] ^= 1
    redacted.write_bytes(data)
    assert drawn(movie, redacted).name is None


@pytest.mark.parametrize("steps", [1.0, 8.0])
def test_a_face_that_shows_through_is_none(
    steps: float, movie: Movie, portrait: Picture, tmp_path: Path
) -> None:
    faint = Faint(DrawnHead(POLICY.method).filling(), portrait, steps)
    assert drawn(movie, written(movie, tmp_path, faint)).name is None


@pytest.mark.parametrize("steps", [0.0, 1.0, 2.0])
def test_it_is_asked_of_what_writes_too(
    steps: float,
    movie: Movie,
    portrait: Picture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A writer that lets the face through lets it through twice."""
    faint = Faint(DrawnHead(POLICY.method).filling(), portrait, steps)
    redacted = written(movie, tmp_path, faint)
    monkeypatch.setattr(drawing_video, "write_video", copying(redacted))
    assert (drawn(movie, redacted).name is None) == (steps > 0)


def copying(redacted: Path) -> Callable[..., None]:
    def write(movie: Movie, target: Path, *_: object) -> None:
        shutil.copy(redacted, target)

    return write


def test_zones_have_to_cover_the_face(movie: Movie, tmp_path: Path) -> None:
    found = drawn(movie, written(movie, tmp_path, DrawnHead(POLICY.method).filling()))
    boxes = [box(frame) for frame in range(FRAMES)]
    assert found.name == "efface's figure 'bust'"
    assert found.covers(boxes)
    wider = replace(boxes[2], x=boxes[2].x - 40, width=boxes[2].width + 80)
    assert not found.covers([*boxes[:2], wider, *boxes[3:]])
