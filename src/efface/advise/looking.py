"""The faces of one file, each looked at in the frame in which it is largest, and zones in which no
face was seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from efface.advise.advice import FaceAdvice, advise_on
from efface.advise.estimator import estimate
from efface.advise.finding.frame import SeenFace, look_at
from efface.advise.finding.zones import ZONE_OF_FACE
from efface.advise.leak_map import LeakMap
from efface.advise.result import AdvisedFace, FileAdvice
from efface.events import Listener, StepStarted, ignore
from efface.geometry import Rect
from efface.media.file import MediaFile, Picture
from efface.media.interface import Photo
from efface.regions import Box, Regions, Track

SAMPLES = 6
"""Frames of a video in which zones are looked for, besides those in which a face is largest."""

_TOLD_EVERY = 50


def advise_zone(known: LeakMap, picture: Picture, box: Box, *, video: bool = False) -> FaceAdvice:
    """What to say of a zone that was given.

    Args:
        known: the map.
        picture: RGB, upright.
        box: the zone that was changed.
        video: the picture is a frame of a video.
    """
    width = box.width / ZONE_OF_FACE
    seen = estimate(picture, Rect.covering(box.x, box.y, box.width, box.height), width)
    return advise_on(known, seen, width, video=video)


def advise_media(
    known: LeakMap,
    media: MediaFile,
    regions: Regions,
    *,
    search: bool = False,
    allow_damaged: bool = False,
    listen: Listener = ignore,
) -> FileAdvice:
    """What to say of every face of a file.

    Args:
        known: the map.
        media: photo or video.
        regions: its faces, found or given; tracks marked ``keep`` are left out.
        search: look for redacted zones, too, where no face is.
        allow_damaged: of a damaged video, what can be read.

    Raises:
        InputError: a frame cannot be decoded whole.
    """
    view = _View(known, not isinstance(media, Photo))
    due = _largest(regions.tracks)
    frames = regions.media.frames
    step = max(1, frames // SAMPLES) if view.video else 1
    last = frames - 1 if search else max(due, default=-1)
    found: dict[str, AdvisedFace] = {}
    apart: list[list[AdvisedFace]] = []
    for frame in media.frames(allow_damaged=allow_damaged):
        if frame.index > last:
            break
        if frame.index % _TOLD_EVERY == 0:
            listen(StepStarted(media.path, "look", frame.index, last + 1))
        here = due.get(frame.index, [])
        searched = search and (bool(here) or frame.index % step == 0)
        if here or searched:
            faces, zones = view.look(frame.picture(), frame.index, here, search=searched)
            found |= faces
            shown = _boxes(regions.tracks, frame.index) if zones else []
            apart.append([one for one in zones if not any(_same(one.box, b) for b in shown)])
    # of a video the frame with the most of them: the same zones stand in the others
    chosen = (
        max(apart, key=len, default=[]) if view.video else [z for zones in apart for z in zones]
    )
    named = (AdvisedFace(f"z{n}", one.box, one.found) for n, one in enumerate(chosen, 1))
    in_order = (found[track.id] for track in regions.tracks if track.id in found)
    return FileAdvice(media.path, regions.media, (*in_order, *named))


def _largest(tracks: Sequence[Track]) -> Mapping[int, list[tuple[Track, Box]]]:
    """By frame: the tracks that are largest there."""
    due: defaultdict[int, list[tuple[Track, Box]]] = defaultdict(list)
    for track in tracks:
        if track.action != "keep":
            largest = max(track.every_box(), key=lambda box: box.width * box.height)
            due[largest.frame].append((track, largest))
    return due


def _boxes(tracks: Sequence[Track], frame: int) -> list[Box]:
    """Of the tracks that show in a frame, whichever frame they are looked at in."""
    return [box for track in tracks for box in track.every_box() if box.frame == frame]


def _same(zone: Box, face: Box) -> bool:
    """The face's middle lies in the zone."""
    x, y = face.x + face.width / 2 - zone.x, face.y + face.height / 2 - zone.y
    return 0 <= x <= zone.width and 0 <= y <= zone.height


@dataclass(frozen=True, slots=True)
class _View:
    """What frames are looked at with."""

    known: LeakMap
    video: bool

    def look(
        self, picture: Picture, index: int, due: Sequence[tuple[Track, Box]], *, search: bool
    ) -> tuple[dict[str, AdvisedFace], list[AdvisedFace]]:
        """The tracks that are due, by their ids, and zones without a face."""
        size = picture.shape[1], picture.shape[0]
        inside = [(track, box) for track, box in due if box.touches(*size)]
        found = {
            track.id: AdvisedFace(
                track.id, box, advise_zone(self.known, picture, box, video=self.video)
            )
            for track, box in inside
            if track.zone
        }
        faces = [(track, box) for track, box in inside if not track.zone]
        boxes = [Rect.covering(b.x, b.y, b.width, b.height) for _, b in faces]
        apart = []
        for one in look_at(picture, boxes, search=search):
            if one.face is None:
                box = Box(index, one.box.x0, one.box.y0, one.box.width, one.box.height)
                apart.append(AdvisedFace("z", box, self._advice(one, one.width_px)))
            else:
                track, box = faces[one.face]
                found[track.id] = AdvisedFace(track.id, box, self._advice(one, box.width))
        return found, apart

    def _advice(self, one: SeenFace, width_px: float) -> FaceAdvice:
        return advise_on(self.known, one.redaction, width_px, video=self.video)
