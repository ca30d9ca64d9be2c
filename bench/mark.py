"""How often the mark of a drawn face is found, and how often where there is none.

    python bench/mark.py PICTURES --from 150 --count 100

Into each picture a soft zone is laid, with the mark and without it, at each of some sizes. Prints,
as one line of JSON, the share of pictures in which the mark is found as it is, after JPEG at
quality 70, after halving, after both, and after H.264 at crf 28 (48 frames, the zone moving by a
pixel a frame, of which four are looked at); and of the pictures as they are and under the same
changes without the mark: how many, how many are found, and the largest deviation.
"""

from __future__ import annotations

import argparse
import io
import json
from collections import defaultdict
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from efface.generate.mark import FOUND, marked, strongest
from efface.geometry import Rect

Picture = NDArray[np.uint8]
SIZES = (48, 72, 96, 144, 192)
SOFT = 2.0
FRAMES, LOOKED = 48, 12
CRF = 28


def as_jpeg(picture: Picture) -> Picture:
    """At quality 70."""
    bgr = np.ascontiguousarray(picture[..., ::-1])
    coded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 70])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)[..., ::-1]


def halved(picture: Picture) -> Picture:
    """By means over areas."""
    height, width = picture.shape[:2]
    return np.asarray(
        cv2.resize(picture, (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.uint8
    )


def filmed(frames: list[Picture]) -> list[Picture]:
    """Some of the frames, after H.264."""
    height, width = (side // 2 * 2 for side in frames[0].shape[:2])
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        stream = file.add_stream("libx264", rate=24, options={"crf": str(CRF), "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for frame in frames:
            part = np.ascontiguousarray(frame[:height, :width])
            file.mux(stream.encode(av.VideoFrame.from_ndarray(part, "rgb24")))
        file.mux(stream.encode())
    out.seek(0)
    with av.open(out, "r") as again:
        shown = [frame.to_ndarray(format="rgb24") for frame in again.decode(video=0)]
    return [np.asarray(one, np.uint8) for one in shown[::LOOKED]]


def laid(picture: Picture, rect: Rect, *, mark: bool) -> Picture:
    """With a soft zone."""
    out = picture.copy()
    part = cv2.GaussianBlur(picture[rect.y0 : rect.y1, rect.x0 : rect.x1], (0, 0), SOFT)
    soft = np.asarray(part, np.uint8)
    out[rect.y0 : rect.y1, rect.x0 : rect.x1] = marked(soft, rect) if mark else soft
    return out


def deviations(picture: Picture, rect: Rect, *, mark: bool) -> dict[str, float]:
    """By what was done to it."""
    still = laid(picture, rect, mark=mark)
    moving = [
        laid(picture, Rect(rect.x0 + n // 2, rect.y0, rect.x1 + n // 2, rect.y1), mark=mark)
        for n in range(FRAMES)
    ]
    changed = {
        "as it is": [still],
        "JPEG 70": [as_jpeg(still)],
        "halved": [halved(still)],
        "halved, JPEG 70": [as_jpeg(halved(still))],
        f"H.264 crf {CRF}": filmed(moving),
    }
    return {name: strongest(shown).deviations for name, shown in changed.items()}


def main() -> None:
    """Lay, change, look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    given = parser.parse_args()
    files = sorted(given.pictures.rglob("*.jpg"))[given.first : given.first + given.count]
    random = np.random.default_rng(1)
    found: dict[int, dict[str, list[float]]] = {s: defaultdict(list) for s in SIZES}
    without: list[float] = []
    for number, file in enumerate(files):
        bgr = cv2.imread(str(file))
        if bgr is None:
            continue
        picture = np.ascontiguousarray(bgr[..., ::-1], np.uint8)
        height, width = picture.shape[:2]
        without.append(strongest([picture]).deviations)
        size = SIZES[number % len(SIZES)]
        if min(height, width - FRAMES // 2) <= size:
            continue
        x, y = random.integers(0, [width - size - FRAMES // 2, height - size])
        rect = Rect(int(x), int(y), int(x) + size, int(y) + size)
        for name, value in deviations(picture, rect, mark=True).items():
            found[size][name].append(value)
        without += deviations(picture, rect, mark=False).values()
    shares = {
        size: {name: round(float(np.mean(np.array(v) >= FOUND)), 3) for name, v in rows.items()}
        for size, rows in found.items()
    }
    false = {
        "looks": len(without),
        "found": int((np.array(without) >= FOUND).sum()),
        "largest": round(max(without), 2),
    }
    print(json.dumps({"pictures": len(files), "found by size": shares, "without the mark": false}))


if __name__ == "__main__":
    main()
