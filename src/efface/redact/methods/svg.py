"""A user's drawing, an SVG file, read safely: what could reach outside of it, run, or cost more
than the drawing is worth is refused by name before anything is drawn.

The rest, a subset that drawing programs write as "plain SVG", is drawn once by resvg, a library in
Rust. What it drew is what is used and kept: no machine has to draw it the same way again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NoReturn
from xml.parsers import expat

from efface.errors import RefusedError
from efface.files.paths import opened
from efface.redact.methods.artwork import MOST_PX, Artwork

MOST_BYTES: Final = 256 * 1024
MOST_ELEMENTS: Final = 500
"""Each may cover the whole drawing."""
DEEPEST: Final = 32
"""Elements in each other: a group that is half transparent takes a layer of its own."""
SLIMMEST: Final = 8
"""A drawing may be longer than wide by this factor, or the other way."""

SVG: Final = "http://www.w3.org/2000/svg"
DRAWN: Final = frozenset(
    ["svg", "g", "defs", "title", "desc", "metadata", "path", "rect", "circle", "ellipse", "line",
     "polyline", "polygon", "linearGradient", "radialGradient", "stop"]
)  # fmt: skip
"""Elements that are understood."""
COSTLY: Final = ("stroke-dasharray", "clip-path", "mask", "filter", "marker")
"""What a few bytes of can take hours, or is drawn by parts that are not taken."""

HINT = "Save it as plain SVG of filled and stroked shapes (docs/methods.md says what is taken)."

_LENGTH = re.compile(r"\s*([0-9]+(?:\.[0-9]*)?)(?:px)?\s*")
_REFERENCE = re.compile(r"url\(\s*['\"]?(?!#)", re.IGNORECASE)


def read_svg(path: Path) -> Artwork:
    """Read a drawing.

    Raises:
        InputError: it cannot be read.
        RefusedError: it is no SVG file, holds what is not taken, or draws nothing.
    """
    with opened(path) as file:
        data = file.read(MOST_BYTES + 1)
    try:
        if len(data) > MOST_BYTES:
            raise ValueError(f"it is larger than {MOST_BYTES // 1024} kB")
        width, height = _Checked(data).size
        return _rendered(data, width, height)
    except ValueError as error:
        raise RefusedError(f"the drawing cannot be used: {error}.", path=path, hint=HINT) from error


class _Checked:
    """What the file says, held against what is taken."""

    def __init__(self, data: bytes) -> None:
        """
        Raises:
            ValueError: it holds something else.
        """
        self._elements = self._depth = 0
        self._size: tuple[float, float] | None = None
        parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.ProcessingInstructionHandler = self._instruction
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        try:
            data.decode("utf-8")
            parser.Parse(data, True)
        except (expat.ExpatError, UnicodeDecodeError) as error:
            raise ValueError(f"it is no well-formed XML in UTF-8 ({error})") from error

    @property
    def size(self) -> tuple[float, float]:
        """Width and height, in its own units."""
        if self._size is None:
            raise ValueError("it is no SVG")
        return self._size

    def _doctype(self, *_: object) -> NoReturn:
        raise ValueError("it declares a document type")

    def _instruction(self, target: str, _: str) -> NoReturn:
        raise ValueError(f"it holds a processing instruction ({target:.40})")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        self._elements += 1
        self._depth += 1
        if self._elements > MOST_ELEMENTS or self._depth > DEEPEST:
            raise ValueError(
                f"it has more than {MOST_ELEMENTS} elements, or more than {DEEPEST} in each other"
            )
        if self._size is None:
            if (space, local) != (SVG, "svg"):
                raise ValueError("it is no SVG")
            self._size = _size_of(attributes)
        elif space != SVG:  # a drawing program's own, never drawn
            return
        elif local == "svg" or local not in DRAWN:
            raise ValueError(f"it holds an element that is not taken: {local:.40}")
        for key, value in attributes.items():
            _check_attribute(key.rpartition(" ")[2], value)

    def _end(self, _: str) -> None:
        self._depth -= 1


def _check_attribute(key: str, value: str) -> None:
    if key == "style":
        for declaration in filter(str.strip, value.split(";")):
            name, _, said = declaration.partition(":")
            _check_attribute(name.strip().lower(), said)
        return
    costly = next((word for word in COSTLY if word in key), None)
    if "/*" in key or (costly is not None and value.strip() != "none"):
        raise ValueError(f"it uses {costly or 'comments in a style'}")
    if key == "href" and not value.strip().startswith("#"):
        raise ValueError(f"it refers to something outside of it ({value:.60})")
    if _REFERENCE.search(value) or "\\" in value or "@import" in value:
        raise ValueError(f"it refers to something outside of it ({value:.60})")
    if key.lower().startswith("on"):
        raise ValueError(f"it holds a script ({key:.40})")


def _size_of(attributes: Mapping[str, str]) -> tuple[float, float]:
    box = attributes.get("viewBox", "").replace(",", " ").split()
    try:
        if box:
            width, height = float(box[2]), float(box[3])
        else:
            found = [_LENGTH.fullmatch(attributes.get(name, "")) for name in ("width", "height")]
            width, height = (float(match[1]) if match else 0.0 for match in found)
    except (ValueError, IndexError):
        width = height = 0.0
    if not (0 < width < 1e6 and 0 < height < 1e6 and 1 / SLIMMEST <= width / height <= SLIMMEST):
        raise ValueError(
            "it states no size (viewBox, or width and height in pixels) that a head could have"
        )
    return width, height


def _rendered(data: bytes, width: float, height: float) -> Artwork:
    import resvg_py  # noqa: PLC0415 - needed for a user's own drawing alone

    scale = MOST_PX / max(width, height)
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=data.decode("utf-8"),
            width=max(1, round(width * scale)),
            height=max(1, round(height * scale)),
            skip_system_fonts=True,
        )
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic in Rust is no Exception
        raise ValueError(f"it cannot be drawn ({error})") from error
    drawing = Artwork.from_png(png)
    if not drawing.rgba[..., 3].any():
        raise ValueError("it draws nothing")
    return drawing
