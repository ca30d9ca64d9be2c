"""A user's drawing is a hostile file: what could reach out, run or cost much is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from efface.errors import InputError, RefusedError
from efface.redact.methods.artwork import MOST_PX
from efface.redact.methods.svg import DEEPEST, MOST_BYTES, MOST_ELEMENTS, read_svg

HEAD = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
SHAPE = '<circle cx="5" cy="5" r="4" fill="#336699"/>'


def svg(inside: str, attributes: str = 'viewBox="0 0 10 20"') -> str:
    return f"<svg {HEAD} {attributes}>{inside}</svg>"


def saved(folder: Path, text: str | bytes) -> Path:
    path = folder / "own.svg"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_plain_drawing_is_drawn_at_its_shape(tmp_path: Path) -> None:
    drawing = read_svg(saved(tmp_path, svg(SHAPE)))
    assert drawing.rgba.shape == (MOST_PX, MOST_PX // 2, 4)
    assert tuple(drawing.rgba[MOST_PX // 4, MOST_PX // 4]) == (0x33, 0x66, 0x99, 255)
    assert drawing.rgba[-1, -1, 3] == 0


@pytest.mark.parametrize(
    "inside",
    [
        '<g style="fill:#336699;stroke-dasharray:none" opacity="0.5">' + SHAPE + "</g>",
        '<defs><linearGradient id="a"><stop offset="0" stop-color="red"/></linearGradient>'
        '<linearGradient id="b" xlink:href="#a"/></defs><rect width="9" height="9" '
        'fill="url(#b)"/>',
        '<x:view xmlns:x="http://example.org" zoom="1"/>' + SHAPE,
        '<path d="M0 0 L9 0 L9 9 Z" fill="red" clip-path="none"/>',
    ],
)
def test_what_drawing_programs_write_is_taken(inside: str, tmp_path: Path) -> None:
    assert read_svg(saved(tmp_path, svg(inside))).rgba[..., 3].any()


@pytest.mark.parametrize(
    ("inside", "says"),
    [
        ('<image href="face.png" width="9" height="9"/>', "image"),
        ('<image xlink:href="data:image/png;base64,AAAA"/>', "image"),
        ('<use xlink:href="other.svg#a"/>', "use"),
        ("<script>alert(1)</script>", "script"),
        ('<rect width="9" height="9" onload="alert(1)"/>', "script"),
        ("<style>@import 'http://example.org/a.css';</style>", "style"),
        ("<text>somebody</text>", "text"),
        ("<foreignObject/>", "foreignObject"),
        ('<svg width="9" height="9"/>', "svg"),
        ('<rect width="9" height="9" fill="url(http://example.org/#a)"/>', "outside"),
        ('<rect width="9" height="9" fill="url( \'file:///etc/passwd\')"/>', "outside"),
        ('<rect width="9" height="9" style="fill:u\\72l(http://example.org)"/>', "outside"),
        ('<linearGradient id="a" xlink:href="http://example.org/#b"/>', "outside"),
        ('<line x2="1e6" stroke="red" stroke-dasharray="0.0001"/>', "dasharray"),
        ('<line x2="1e6" style="stroke:red; STROKE-DASHARRAY: .0001"/>', "dasharray"),
        ('<line x2="1e6" style="/**/stroke-dasharray: .0001"/>', "dasharray"),
        ('<rect width="9" height="9" filter="url(#f)"/>', "filter"),
        ('<rect width="9" height="9" mask="url(#m)"/>', "mask"),
        ('<x:a xmlns:x="q"><image href="face.png"/></x:a>', "image"),
        ("<?xml-stylesheet href='a.css'?>", "instruction"),
        ("<g>" * DEEPEST + "</g>" * DEEPEST, "in each other"),
        ("<g/>" * MOST_ELEMENTS, "elements"),
        ("", "draws nothing"),
        ('<rect width="0" height="9"/>', "draws nothing"),
    ],
)
def test_all_else_is_refused_by_name(inside: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=says):
        read_svg(saved(tmp_path, svg(inside)))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (svg(SHAPE, ""), "no size"),
        (svg(SHAPE, 'viewBox="0 0 10"'), "no size"),
        (svg(SHAPE, 'viewBox="0 0 1 1000"'), "no size"),
        (svg(SHAPE, 'viewBox="0 0 nan nan"'), "no size"),
        (svg(SHAPE, 'width="100%" height="100%"'), "no size"),
        ("<html/>", "no SVG"),
        ("<svg/>", "no SVG"),
        ("no markup at all", "XML"),
        ("", "XML"),
        (svg(SHAPE)[:-4], "XML"),
        (b"\xff\xfe" + svg(SHAPE).encode("utf-16-le"), "XML"),
        (b"\x1f\x8b" + bytes(40), "XML"),
        ('<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + svg(SHAPE), "document type"),
        ('<!DOCTYPE svg SYSTEM "http://example.org/a.dtd">' + svg(SHAPE), "document type"),
        (svg(SHAPE + "<!--" + "x" * MOST_BYTES + "-->"), "larger"),
    ],
)
def test_what_is_no_such_file_is_refused(text: str | bytes, says: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=says):
        read_svg(saved(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"own\.svg"):
        read_svg(tmp_path / "own.svg")
