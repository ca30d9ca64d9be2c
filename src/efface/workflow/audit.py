"""One file of an archive, looked through for faces that other tools have redacted."""

from __future__ import annotations

import base64
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.advise.following import Followed, PlaceFollower
from efface.advise.sweep import sweep
from efface.events import Listener, StepStarted, ignore
from efface.media.interface import Photo
from efface.media.opening import open_media
from efface.policy import Policy
from efface.workflow.sight_form import (
    MOST_PLACES,
    THUMBNAIL_PX,
    PlaceEntry,
    SightEntry,
    ThumbnailEntry,
)

EVERY = 25
"""Frames of a video from one that is looked at to the next, at most in a short one, …"""

FEWEST = 8
"""… of which so many are looked at if it has them, …"""

MOST = 200
"""… and about so many of a long one."""


def look_through(
    path: Path, policy: Policy, *, thumbnails: bool = False, listen: Listener = ignore
) -> SightEntry:
    """What a file shows of redacted faces.

    Args:
        path: only read.
        policy: limits, and which track of a video.
        thumbnails: add small pictures of them.
        listen: is told of frames.

    Raises:
        InputError: the file cannot be read whole.
        RefusedError: its format cannot be handled, or a limit is exceeded.
    """
    media = open_media(path, policy.limits, policy.video.track)
    about = media.media()
    video = not isinstance(media, Photo)
    step = step_of(about.frames) if video else 1
    follower = PlaceFollower(linked=video)
    looked, clear = 0, 0
    for frame in media.frames():
        if frame.index % step:
            continue
        listen(StepStarted(path, "look", frame.index, about.frames))
        picture = frame.picture()
        seen = sweep(picture)
        follower.add(frame.index, seen.redacted, picture)
        looked += 1
        clear = max(clear, seen.clear) if video else clear + seen.clear
    places = sorted(follower.places, key=lambda place: place.frame)[:MOST_PLACES]
    return SightEntry(
        sha256=media.sha256,
        kind=about.kind,
        width=about.width,
        height=about.height,
        frames=about.frames,
        looked=max(looked, 1),
        clear=clear,
        places=[_place(one, step, about.frames, thumbnails=thumbnails) for one in places],
    )


def step_of(frames: int) -> int:
    """Frames of a video from one that is looked at to the next."""
    return max(min(EVERY, frames // FEWEST), frames // MOST, 1)


def _place(found: Followed, step: int, frames: int, *, thumbnails: bool) -> PlaceEntry:
    one = found.best
    return PlaceEntry(
        frame=found.frame,
        box=[float(v) for v in (one.box.x0, one.box.y0, one.box.width, one.box.height)],
        face=one.face is not None,
        width_px=one.width_px,
        kind=one.redaction.kind,
        strength_px=one.redaction.strength_px,
        sure=min(max(one.redaction.sure, 0.0), 1.0),
        share=min(max(one.redaction.share, 0.0), 1.0),
        angle_deg=one.redaction.angle_deg,
        frames=max(1, min(found.sightings * step, frames)),
        thumbnail=_thumbnail(found.crop) if thumbnails else None,
    )


def _thumbnail(crop: NDArray[np.uint8]) -> ThumbnailEntry | None:
    if not crop.size:
        return None
    factor = min(1.0, THUMBNAIL_PX / max(crop.shape[:2]))
    width, height = (max(1, round(n * factor)) for n in crop.shape[1::-1])
    small = cv2.resize(crop, (width, height), interpolation=cv2.INTER_AREA)
    rgb = base64.b64encode(np.ascontiguousarray(small, np.uint8).tobytes()).decode("ascii")
    return ThumbnailEntry(width=width, height=height, rgb=rgb)
