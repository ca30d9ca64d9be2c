"""deface 1.5.0's own detector over a folder of pictures, as regions documents.

Run with the Python of an environment that has deface: its own code, its default backend (OpenCV on
a plain install), threshold 0.2. ``--scale`` shrinks the picture first, as deface's own does. Prints
the CPU-seconds of detection, model loading left out.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import imageio.v2 as imageio
from deface.centerface import CenterFace  # type: ignore[import-not-found]

from documents import write_regions

THRESHOLD = 0.2
"""deface's default."""


def main() -> None:
    """Detect and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--scale", type=float, default=1.0)
    args = parser.parse_args()
    whole = CenterFace()
    used = 0.0
    for path in sorted(args.pictures.glob("*.jpg")):
        picture = imageio.imread(path)
        height, width = picture.shape[:2]
        whole.in_shape = None
        if args.scale != 1.0:
            whole.in_shape = (round(width * args.scale), round(height * args.scale))
        start = time.process_time()
        found, _ = whole(picture, threshold=THRESHOLD)
        used += time.process_time() - start
        boxes = [
            (float(x0), float(y0), float(x1 - x0), float(y1 - y0), float(score))
            for x0, y0, x1, y1, score in found
            if x1 > x0 and y1 > y0
        ]
        write_regions(args.out / f"{path.stem}.json", path.name, (width, height), boxes)
    print(f"{used:.2f}")


if __name__ == "__main__":
    main()
