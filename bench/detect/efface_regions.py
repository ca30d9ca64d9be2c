"""efface's detector over a folder of pictures, as regions documents.

Prints the CPU-seconds of detection, model loading left out.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from documents import write_regions
from PIL import Image

from efface.detect.faces import face_detector


def main() -> None:
    """Detect and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--recall", choices=["fast", "default", "high"], default="default")
    args = parser.parse_args()
    detector = face_detector(args.recall)
    detector.detect(np.zeros((64, 64, 3), np.uint8))
    used = 0.0
    for path in sorted(args.pictures.glob("*.jpg")):
        with Image.open(path) as image:
            picture = np.asarray(image.convert("RGB"))
        start = time.process_time()
        found = detector.detect(picture)
        used += time.process_time() - start
        height, width = picture.shape[:2]
        boxes = [(f.x, f.y, f.width, f.height, f.score) for f in found]
        write_regions(args.out / f"{path.stem}.json", path.name, (width, height), boxes)
    print(f"{used:.2f}")


if __name__ == "__main__":
    main()
