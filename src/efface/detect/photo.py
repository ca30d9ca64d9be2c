"""The faces of a photo, as regions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from efface.detect.around import check_joined, found_in, photo_sphere
from efface.detect.faces import face_detector
from efface.detect.interface import Detection, Detector
from efface.detect.stereo import in_other_views
from efface.events import Listener, StepStarted, ignore
from efface.media.file import Picture
from efface.media.interface import Photo
from efface.media.sniff import open_photo
from efface.policy import Limits, Recall
from efface.regions import Box, Regions, Track
from efface.sphere.picture import Sphere


def find_faces(photo: Photo, recall: Recall, listen: Listener = ignore) -> tuple[Regions, str]:
    """Detect faces in every frame; also returns the detector's name.

    Tracks are numbered ``t1``, ``t2``, … from the top of the first frame down, as a person reads;
    last come faces that were seen in one view of a stereo pair alone, at their place in the other.
    """
    media, detector = photo.media(), face_detector(recall)
    tracks: list[Track] = []
    doubtful: list[Box] = []
    for frame in range(media.frames):
        listen(StepStarted(photo.path, "detect", frame, media.frames))
        sphere = photo_sphere(photo, frame)
        picture = photo.picture(frame)
        check_joined(picture, sphere, photo.path)
        found, near = found_in(picture, detector, sphere)
        for boxes in _from_the_top(_boxes(found, frame, media.size(frame), sphere)):
            tracks.append(Track(f"t{len(tracks) + 1}", boxes))
        doubtful += chain.from_iterable(_boxes(near, frame, media.size(frame), sphere))
    for box in in_other_views(photo, [box for t in tracks for box in t.boxes], detector):
        tracks.append(Track(f"t{len(tracks) + 1}", (box,)))
    doubtful.sort(key=lambda box: -(box.score or 0.0))
    return Regions(media, tuple(tracks), tuple(doubtful)), detector.name


def faces_in(
    picture: Picture, frame: int, detector: Detector, sphere: Sphere | None = None
) -> list[tuple[Box, ...]]:
    """The boxes of each face in a picture, from the top down, as a person reads."""
    height, width = picture.shape[:2]
    found, _ = found_in(picture, detector, sphere)
    return _from_the_top(_boxes(found, frame, (width, height), sphere))


def _from_the_top(faces: Iterable[tuple[Box, ...]]) -> list[tuple[Box, ...]]:
    return sorted(faces, key=lambda boxes: (boxes[0].y, boxes[0].x))


def _boxes(
    found: Iterable[tuple[Detection, ...]],
    frame: int,
    size: tuple[int, int],
    sphere: Sphere | None,
) -> Iterator[tuple[Box, ...]]:
    """Those of each face that are in the picture."""
    for face in found:
        boxes = (_box(d, frame, size, sphere) for d in face)
        inside = tuple(box for box in boxes if box is not None)
        if inside:
            yield inside


def _box(d: Detection, frame: int, size: tuple[int, int], sphere: Sphere | None) -> Box | None:
    """The part in the picture; on the sphere, where a face may go on at the other edge, all."""
    if sphere is not None:
        return Box(frame, d.x, d.y, d.width, d.height, min(max(d.score, 0.0), 1.0))
    width, height = size
    x0, y0 = max(d.x, 0.0), max(d.y, 0.0)
    x1, y1 = min(d.x + d.width, float(width)), min(d.y + d.height, float(height))
    if x1 <= x0 or y1 <= y0:
        return None
    return Box(frame, x0, y0, x1 - x0, y1 - y0, min(max(d.score, 0.0), 1.0))


def detect_photo(
    path: Path, recall: Recall, limits: Limits, listen: Listener = ignore
) -> tuple[Regions, Photo]:
    """Open a photo and find its faces."""
    photo = open_photo(path, limits)
    regions, _ = find_faces(photo, recall, listen)
    return regions, photo
