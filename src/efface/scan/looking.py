"""Closer looks at the faces of one file, and what they come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from efface.detect.around import photo_sphere
from efface.detect.face_quality import assess, assess_around
from efface.detect.identifiable import judge
from efface.events import Listener, StepStarted, ignore
from efface.media.file import Picture
from efface.media.interface import Photo
from efface.media.video.interface import Movie
from efface.regions import Box, Regions, Track
from efface.regions.timeline import Timeline
from efface.scan.result import FaceScan, FileScan, ScanLook, ScanSpan
from efface.scan.segments import stretches
from efface.sphere.picture import Sphere

LOOK_EVERY_S = 0.5
"""Each face is looked at this often, and in the frames in which its track begins, ends, and is
largest."""

_TOLD_EVERY = 50
"""Frames between two events of progress."""


def scan_photo(photo: Photo, regions: Regions, listen: Listener = ignore) -> FileScan:
    """Look closer at every face of a photo.

    Raises:
        InputError: a frame cannot be decoded whole.
    """
    looks: defaultdict[str, list[ScanLook]] = defaultdict(list)
    timeline = Timeline(regions)
    for frame in range(regions.media.frames):
        faces = [(t, b) for t, b in timeline.at(frame) if b.touches(*regions.media.size(frame))]
        if faces:
            listen(StepStarted(photo.path, "look", frame, regions.media.frames))
            seen = _looks(photo.picture(frame), faces, photo_sphere(photo, frame))
            for (track, _), look in zip(faces, seen, strict=True):
                looks[track.id].append(look)
    return FileScan(photo.path, regions.media, _in_order(regions, looks))


def scan_movie(
    movie: Movie, regions: Regions, *, allow_damaged: bool = False, listen: Listener = ignore
) -> FileScan:
    """Decode a video once, look closer at its faces, and sum up by stretches.

    Args:
        allow_damaged: scan what can be read of a damaged video.

    Raises:
        InputError: a frame is missing or cannot be decoded whole.
    """
    looks: defaultdict[str, list[ScanLook]] = defaultdict(list)
    times: list[float] = []
    start = 0
    timeline, watch = Timeline(regions), {t.id: _Watch.of(t) for t in regions.tracks}
    for frame in movie.frames(allow_damaged=allow_damaged):
        start = frame.pts if not times else start
        now = float((frame.pts - start) * movie.coding.time_base)
        times.append(now)
        if frame.index % _TOLD_EVERY == 0:
            listen(StepStarted(movie.path, "look", frame.index, movie.expected_frames))
        due = [
            (track, box)
            for track, box in timeline.at(frame.index)
            if box.touches(*movie.size) and watch[track.id].due(frame.index, now)
        ]
        if due:
            seen = _looks(frame.picture(), due, movie.sphere, now)
            for (track, _), look in zip(due, seen, strict=True):
                looks[track.id].append(look)
    times.append(times[-1] + float(1 / movie.coding.frame_rate))
    faces = tuple(
        FaceScan(face.id, face.looks, ScanSpan(times[a.frame], times[b.frame + 1]))
        for face in _in_order(regions, looks)
        for a, b in ((face.looks[0], face.looks[-1]),)
    )
    shown, free = stretches(faces, times)
    return FileScan(movie.path, regions.media, faces, times[-1], shown, free)


@dataclass(slots=True)
class _Watch:
    """When a track is looked at next."""

    always: frozenset[int]
    """Frames in which it begins, ends, and is largest."""
    next_s: float = field(default=0.0)

    @classmethod
    def of(cls, track: Track) -> _Watch:
        frames = [box.frame for box in track.boxes]
        largest = max(track.boxes, key=lambda box: box.height)
        return cls(frozenset({min(frames), max(frames), largest.frame}))

    def due(self, frame: int, now_s: float) -> bool:
        if now_s < self.next_s and frame not in self.always:
            return False
        self.next_s = now_s + LOOK_EVERY_S
        return True


def _looks(
    picture: Picture,
    faces: Sequence[tuple[Track, Box]],
    sphere: Sphere | None,
    time_s: float | None = None,
) -> Iterable[ScanLook]:
    boxes = [box for _, box in faces]
    found = assess(picture, boxes) if sphere is None else assess_around(picture, boxes, sphere)
    for box, face in zip(boxes, found, strict=True):
        yield ScanLook(box.frame, time_s, face, *judge(face))


def _in_order(regions: Regions, looks: dict[str, list[ScanLook]]) -> tuple[FaceScan, ...]:
    """The tracks that were seen; one whose boxes all lie outside the picture was not."""
    return tuple(FaceScan(t.id, tuple(looks[t.id])) for t in regions.tracks if looks.get(t.id))
