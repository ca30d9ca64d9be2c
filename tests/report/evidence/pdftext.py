"""What a reader of PDF would make of ours: text, fonts, colours, structure."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream, DictionaryObject


@dataclass(frozen=True)
class Read:
    """A PDF as it was read."""

    pages: tuple[str, ...]
    """Text of each."""
    fonts: tuple[str, ...]
    """Names of those that are used."""
    embedded: bool
    """Whether all of them are in the file."""
    colours: frozenset[str]
    """Of letters and areas, as ``#rrggbb``."""
    tags: tuple[str, ...]
    """Of the structure, in its order: ``H1``, ``P``, ``Table``, …"""
    root: Any
    """The catalogue."""
    info: dict[str, str]

    @property
    def text(self) -> str:
        return "\n".join(self.pages)


def read(pdf: bytes) -> Read:
    """Take a PDF apart."""
    reader = PdfReader(io.BytesIO(pdf))
    fonts = [font for page in reader.pages for font in _fonts(page)]
    root = reader.root_object
    tree = root.get("/StructTreeRoot")
    return Read(
        tuple(page.extract_text() for page in reader.pages),
        tuple(dict.fromkeys(str(font["/BaseFont"])[1:] for font in fonts)),
        all(_in_it(font) for font in fonts),
        frozenset(colour for page in reader.pages for colour in _colours(page, reader)),
        () if tree is None else tuple(_tags(tree.get_object())),
        root,
        {str(name): str(value) for name, value in (reader.metadata or {}).items()},
    )


def squeezed(text: str) -> str:
    """Without what lines and cells come to begin and end with."""
    return re.sub(r"\s", "", text)


def _fonts(page: Any) -> Iterator[DictionaryObject]:
    for font in page["/Resources"].get("/Font", {}).values():
        yield font.get_object()


def _in_it(font: DictionaryObject) -> bool:
    inner: Any = font["/DescendantFonts"]
    described: Any = inner[0].get_object()["/FontDescriptor"]
    return bool({"/FontFile2", "/FontFile3"} & set(described.get_object()))


def _colours(page: Any, reader: PdfReader) -> Iterator[str]:
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator.lower() in (b"rg", b"sc", b"scn") and len(operands) == 3:
            yield "#" + "".join(f"{round(255 * float(value)):02x}" for value in operands)


def _tags(node: Any) -> Iterator[str]:
    node = node.get_object()
    if not isinstance(node, DictionaryObject):
        return
    if "/S" in node:
        yield str(node["/S"])[1:]
    below = node.get("/K", [])
    below = below.get_object() if hasattr(below, "get_object") else below
    for one in below if isinstance(below, list) else [below]:
        yield from _tags(one) if hasattr(one, "get_object") else ()
