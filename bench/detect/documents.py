"""Writing boxes as ``efface.regions/1``, for the scorer; needs nothing but the standard library.

Also run by deface's own Python, which has no efface.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path


def write_regions(
    path: Path, name: str, size: tuple[int, int], boxes: Iterable[tuple[float, ...]]
) -> None:
    """Write one document.

    Args:
        path: where to.
        name: file name of the picture.
        size: (width, height) in pixels.
        boxes: x, y, width, height, score.
    """
    tracks = [
        {
            "id": f"t{n}",
            "source": "detector",
            "boxes": [{"frame": 0, "box": box[:4], "score": box[4]}],
        }
        for n, box in enumerate(boxes, start=1)
    ]
    media = {"file": name, "sha256": "", "kind": "image", "width": size[0], "height": size[1]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps({"schema": "efface.regions/1", "media": media, "tracks": tracks}),
        encoding="utf-8",
    )
