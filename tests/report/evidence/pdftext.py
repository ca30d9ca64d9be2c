"""What a reader of PDF would make of ours: text, fonts and pages.

As much of the format as reportlab writes: streams in ASCII85 and deflate, strings that stand for
glyphs of subset fonts, and tables from these to Unicode.
"""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import dataclass

_STREAM = re.compile(rb"(?P<head><<(?:(?!endobj).)*?>>)\s*stream\r?\n(?P<data>.*?)endstream", re.S)
_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)endobj", re.S)
_SHOW = re.compile(rb"/(F\d+(?:\+\d+)?) [\d.]+ Tf|\((?P<text>(?:\\.|[^\\()])*)\) Tj", re.S)
_ESCAPE = re.compile(rb"\\(\d{1,3}|.)", re.S)
_CHARACTER = re.compile(rb"<([0-9A-Fa-f]{2})> <([0-9A-Fa-f]{4,})>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]{2})> <([0-9A-Fa-f]{2})> \[(.*?)\]", re.S)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True)
class Read:
    """A PDF as it was read."""

    pages: tuple[str, ...]
    """Text of each, a line for each piece that was drawn."""
    fonts: tuple[str, ...]
    """Names of those that are embedded, and of those that are not."""
    embedded: bool
    """Whether all are."""

    @property
    def text(self) -> str:
        return "\n".join(self.pages)


def read(pdf: bytes) -> Read:
    """Take a PDF apart."""
    objects = {int(n): body for n, body in _OBJECT.findall(pdf)}
    fonts = {n: body for n, body in objects.items() if b"/Type /Font " in body + b" "}
    names = _names(objects)
    tables = {name: _table(objects, objects[n]) for name, n in names.items()}
    pages = [body for body in objects.values() if re.search(rb"/Type /Page\b", body)]
    contents = [int(found[1]) for body in pages if (found := re.search(rb"/Contents (\d+)", body))]
    used = [body for body in fonts.values() if b"/BaseFont" in body]
    return Read(
        tuple(_shown(_stream(objects[n]), tables) for n in sorted(contents)),
        tuple(_text(re.search(rb"/BaseFont /([^\s/]+)", body)) for body in used),
        all(b"/FontDescriptor" in body for body in used),
    )


def _names(objects: dict[int, bytes]) -> dict[bytes, int]:
    """Objects of the fonts, by the names that pages call them."""
    return {
        name: int(number)
        for body in objects.values()
        for name, number in re.findall(rb"/(F\d+(?:\+\d+)?) (\d+) 0 R", body)
    }


def _table(objects: dict[int, bytes], font: bytes) -> dict[int, str]:
    found = re.search(rb"/ToUnicode (\d+) 0 R", font)
    if found is None:
        return {}
    cmap = _stream(objects[int(found[1])])
    table = {}
    for first, _, values in _RANGE.findall(cmap):
        for place, value in enumerate(re.findall(rb"<([0-9A-Fa-f]+)>", values)):
            table[int(first, 16) + place] = bytes.fromhex(value.decode()).decode("utf-16-be")
    for code, value in _CHARACTER.findall(_RANGE.sub(b"", cmap)):
        table[int(code, 16)] = bytes.fromhex(value.decode()).decode("utf-16-be")
    return table


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found is not None
    data = found["data"]
    if b"/ASCII85Decode" in found["head"]:
        data = base64.a85decode(b"<~" + data.strip(), adobe=True)
    if b"/FlateDecode" in found["head"]:
        data = zlib.decompress(data)
    return data


def _shown(content: bytes, tables: dict[bytes, dict[int, str]]) -> str:
    out, table = [], dict[int, str]()
    for found in _SHOW.finditer(content):
        if found[1]:
            table = tables[found[1]]
        else:
            out.append("".join(table[code] for code in _unescaped(found["text"])))
    return "\n".join(out)


def _unescaped(text: bytes) -> bytes:
    def one(found: re.Match[bytes]) -> bytes:
        mark = found[1]
        return bytes((int(mark, 8),)) if mark.isdigit() else _NAMED.get(mark, mark)

    return _ESCAPE.sub(one, text)


def _text(found: re.Match[bytes] | None) -> str:
    assert found is not None
    return found[1].decode("ascii")
