"""Draw the figures that efface carries from the SVG files beside them.

    python training/figures.py

What is drawn goes into the package, so that everybody's figures are the same to the bit, whatever
version of the library that draws them is installed. Greys stand for shades of the policy's colour.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import resvg_py

FOLDER = Path(__file__).parents[1] / "src" / "efface" / "redact" / "methods" / "figures"
SIZE = (720, 1000)


def main() -> None:
    for source in sorted(FOLDER.glob("*.svg")):
        png = resvg_py.svg_to_bytes(
            svg_string=source.read_text(encoding="utf-8"),
            width=SIZE[0],
            height=SIZE[1],
            skip_system_fonts=True,
        )
        picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
        if picture is None or picture.shape != (SIZE[1], SIZE[0], 4):
            raise SystemExit(f"{source} cannot be drawn")
        cv2.imwrite(str(source.with_suffix(".png")), picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    main()
