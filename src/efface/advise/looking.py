"""The faces of one file, each looked at in the frame in which it is largest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from efface.advise.advice import FaceAdvice, advise_on
from efface.advise.estimator import estimate
from efface.advise.leak_map import LeakMap
from efface.advise.redaction import SeenRedaction
from efface.advise.result import AdvisedFace, FileAdvice
from efface.advise.solids import solid_zones
from efface.events import Listener, StepStarted, ignore
from efface.geometry import Rect
from efface.media.file import MediaFile, Picture
from efface.media.interface import Photo
from efface.regions import Box, Regions, Track

ZONE_OF_FACE = 1.3
"""How wide a tool's zone usually is, in face widths: what is taken where only the zone is known."""

CUT_OF_FACE = 1.6
"""What a tool cuts out around a face, in face widths, where the zone is not known: deface's, the
commonest, at its defaults."""

_TOLD_EVERY = 50


def face_of(box: Box, *, zone: bool) -> float:
    """Width of the face in a box, pixels."""
    return box.width / ZONE_OF_FACE if zone else box.width


def advise_frame(
    known: LeakMap, picture: Picture, box: Box, *, zone: bool = False, video: bool = False
) -> FaceAdvice:
    """What to say of one face of a picture.

    Args:
        known: the map.
        picture: RGB, upright.
        box: the face; or the zone that was changed.
        zone: it is the zone.
        video: the picture is a frame of a video.
    """
    width = face_of(box, zone=zone)
    rect = Rect.covering(box.x, box.y, box.width, box.height)
    cut = rect
    if not zone:
        dx, dy = (round(n * (CUT_OF_FACE - 1) / 2) for n in (box.width, box.height))
        tall, wide = picture.shape[:2]
        cut = rect.padded(dx, dy).clipped(wide, tall)
    redaction: SeenRedaction = estimate(picture, rect, width, cut)
    return advise_on(known, redaction, width, video=video)


def advise_media(
    known: LeakMap,
    media: MediaFile,
    regions: Regions,
    *,
    fills: bool = False,
    allow_damaged: bool = False,
    listen: Listener = ignore,
) -> FileAdvice:
    """What to say of every face of a file.

    Args:
        known: the map.
        media: photo or video.
        regions: its faces, found or given; tracks marked ``keep`` are left out.
        fills: look for solid fills of a photo, too, where no face is.
        allow_damaged: of a damaged video, what can be read.

    Raises:
        InputError: a frame cannot be decoded whole.
    """
    video = not isinstance(media, Photo)
    due: defaultdict[int, list[tuple[Track, Box]]] = defaultdict(list)
    for track in regions.tracks:
        if track.action == "keep":
            continue
        largest = max(track.every_box(), key=lambda box: box.width * box.height)
        due[largest.frame].append((track, largest))
    found: dict[str, AdvisedFace] = {}
    filled: list[AdvisedFace] = []
    if fills and isinstance(media, Photo):
        filled = _filled(known, media, {frame: [b for _, b in some] for frame, some in due.items()})
    last = max(due, default=-1)
    for frame in media.frames(allow_damaged=allow_damaged):
        if frame.index > last:
            break
        if frame.index % _TOLD_EVERY == 0:
            listen(StepStarted(media.path, "look", frame.index, last + 1))
        if frame.index not in due:
            continue
        picture = frame.picture()
        for track, box in due[frame.index]:
            if box.touches(picture.shape[1], picture.shape[0]):
                advice = advise_frame(known, picture, box, zone=track.zone, video=video)
                found[track.id] = AdvisedFace(track.id, box, advice)
    return FileAdvice(media.path, regions.media, (*_in_order(regions.tracks, found), *filled))


def _filled(known: LeakMap, photo: Photo, faces: Mapping[int, list[Box]]) -> list[AdvisedFace]:
    """What stands where a face may have been."""
    out: list[AdvisedFace] = []
    for frame in photo.frames():
        picture = frame.picture()
        boxes = [Rect.covering(b.x, b.y, b.width, b.height) for b in faces.get(frame.index, [])]
        for rect in solid_zones(picture, boxes):
            box = Box(frame.index, rect.x0, rect.y0, rect.width, rect.height)
            advice = advise_frame(known, picture, box, zone=True)
            if advice.redaction.kind == "solid":
                out.append(AdvisedFace(f"s{len(out) + 1}", box, advice))
    return out


def _in_order(tracks: Sequence[Track], found: dict[str, AdvisedFace]) -> tuple[AdvisedFace, ...]:
    return tuple(found[track.id] for track in tracks if track.id in found)
