"""efface's detector over a folder of pictures, as regions documents.

``--scale`` shrinks the picture first, as deface's own does. Prints the CPU-seconds of detection,
model loading left out.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from PIL import Image

from documents import write_regions
from efface.detect.faces import face_detector


def main() -> None:
    """Detect and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--recall", choices=["fast", "default", "high"], default="default")
    parser.add_argument("--scale", type=float, default=1.0)
    args = parser.parse_args()
    detector = face_detector(args.recall)
    detector.detect(np.zeros((64, 64, 3), np.uint8))
    used = 0.0
    for path in sorted(args.pictures.glob("*.jpg")):
        with Image.open(path) as image:
            whole = image.convert("RGB")
        start = time.process_time()
        size = round(whole.width * args.scale), round(whole.height * args.scale)
        seen = whole if args.scale == 1 else whole.resize(size, Image.Resampling.BILINEAR)
        found = detector.detect(np.asarray(seen))
        used += time.process_time() - start
        boxes = [(*(v / args.scale for v in (f.x, f.y, f.width, f.height)), f.score) for f in found]
        write_regions(args.out / f"{path.stem}.json", path.name, whole.size, boxes)
    print(f"{used:.2f}")


if __name__ == "__main__":
    main()
