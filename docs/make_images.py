"""Makes the pictures in docs/images: the demonstration's wall before and after ``efface redact``.

Run it from the repository: ``python docs/make_images.py``. The portrait is NASA's of Eileen Collins
(public domain), the wall scikit-image's brick texture (CC0), the picture after what efface wrote.
"""

from __future__ import annotations

import sys
from pathlib import Path

from efface import detect, redact
from efface.demo import PORTRAITS, picture
from efface.media.sniff import open_photo
from efface.policy import Limits
from efface.report.preview import draw

FOLDER = Path(__file__).parent / "images"
QUALITY = 70


def main(folder: Path = FOLDER) -> None:
    """Write ``before.jpg``, ``numbered.jpg`` and ``after.jpg``."""
    folder.mkdir(parents=True, exist_ok=True)
    before, after = folder / "before.jpg", folder / "after.jpg"
    picture().save(before, "JPEG", quality=QUALITY, optimize=True)
    regions = detect(before)
    shown = draw(open_photo(before, Limits()).picture(0), regions)
    shown.save(folder / "numbered.jpg", "JPEG", quality=QUALITY, optimize=True)
    report = redact(before, after, overwrite=True)
    if report.faces != len(PORTRAITS):
        sys.exit(f"{report.faces} boxes for {len(PORTRAITS)} faces: the README would not be true")


if __name__ == "__main__":
    main()
