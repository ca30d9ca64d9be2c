"""Where things are in a GIF file: frames and what does not belong; nothing is decoded."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path

from efface.errors import InputError, RefusedError
from efface.media.metadata import credentials, icc, xmp
from efface.media.trace import Risk, Trace

LOOP_BLOCKS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
PROFILE_BLOCK = b"ICCRGBG1012"
XMP_BLOCK = b"XMP DataXMP"
C2PA_BLOCK = b"C2PA_GIF\1\0\0"


@dataclass(frozen=True, slots=True)
class StoredGif:
    """One stored picture and how it is shown."""

    x: int
    y: int
    width: int
    height: int
    interlaced: bool
    palette: bytes
    """Red, green, blue of each entry; empty when there is none."""
    bits: int
    """Initial LZW code size."""
    data: bytes
    """The LZW blocks with their lengths, and the empty one at the end."""
    delay: int = 0
    """Hundredths of a second."""
    dispose: int = 1
    """1 leave, 2 clear to transparent, 3 restore what was before."""
    transparent: int | None = None


@dataclass(slots=True)
class GifLayout:
    """A GIF file, taken apart."""

    width: int
    height: int
    aspect: int
    """Pixel aspect ratio as stored; 0 when none is given."""
    frames: list[StoredGif] = field(default_factory=list)
    loop: int | None = None
    """How often it is repeated, 0 for ever; ``None`` when it is played once."""
    profile: bytes | None = None
    """The cleaned ICC profile."""
    profile_lost: bool = False
    found: list[Trace] = field(default_factory=list)


def read_layout(path: Path, data: bytes, max_frames: int) -> GifLayout:
    """Take a file apart.

    Raises:
        InputError: it is damaged or truncated.
        RefusedError: it has more frames than allowed.
    """
    try:
        return _Reader(path, data, max_frames).read()
    except (IndexError, struct.error) as error:
        raise InputError("the file ends too early.", path=path) from error


class _Reader:
    def __init__(self, path: Path, data: bytes, max_frames: int) -> None:
        self.path, self.data, self.max_frames = path, data, max_frames
        self.at = 13
        self.delay, self.dispose, self.transparent = 0, 1, None
        self.shared = b""

    delay: int
    dispose: int
    transparent: int | None

    def read(self) -> GifLayout:
        width, height, flags, _, aspect = struct.unpack_from("<HHBBB", self.data, 6)
        layout = GifLayout(width, height, aspect)
        self.shared = self._palette(flags)
        while (kind := self.data[self.at]) != 0x3B:
            self.at += 1
            if kind == 0x2C:
                if len(layout.frames) >= self.max_frames:
                    raise RefusedError(
                        f"the animation has more than {self.max_frames} frames.",
                        path=self.path,
                        hint="Raise limits.max_frames in the policy if you trust it.",
                    )
                layout.frames.append(self._frame(layout))
            elif kind == 0x21:
                self._extension(layout)
            else:
                raise InputError("it is not made of GIF blocks all through.", path=self.path)
        if not layout.frames:
            raise InputError("the file has no picture.", path=self.path)
        if rest := len(self.data) - self.at - 1:
            text = "data after the end of the picture"
            layout.found.append(Trace("trailing-data", "after the trailer", text, "shows", rest))
        return layout

    def _take(self, count: int) -> bytes:
        out = self.data[self.at : self.at + count]
        if len(out) != count:
            raise IndexError
        self.at += count
        return out

    def _palette(self, flags: int) -> bytes:
        return self._take(3 << ((flags & 7) + 1)) if flags & 0x80 else b""

    def _blocks(self) -> tuple[int, bytes]:
        """Skip data blocks; where they began, and what they hold."""
        start, parts = self.at, []
        while length := self._take(1)[0]:
            parts.append(self._take(length))
        return start, b"".join(parts)

    def _frame(self, layout: GifLayout) -> StoredGif:
        x, y, width, height, flags = struct.unpack("<HHHHB", self._take(9))
        palette = self._palette(flags) or self.shared
        bits = self._take(1)[0]
        start, _ = self._blocks()
        if not (width and height and 1 <= bits <= 8):
            raise InputError("a frame is not valid.", path=self.path)
        if x + width > layout.width or y + height > layout.height:
            text = "pixels outside the canvas"
            where = f"frame {len(layout.frames)}"
            layout.found.append(Trace("outside-canvas", where, text, "shows"))
        out = StoredGif(
            x,
            y,
            width,
            height,
            bool(flags & 0x40),
            palette,
            bits,
            self.data[start : self.at],
            self.delay,
            self.dispose,
            self.transparent,
        )
        self.delay, self.dispose, self.transparent = 0, 1, None
        return out

    def _extension(self, layout: GifLayout) -> None:
        kind = self._take(1)[0]
        if kind == 0xF9:
            _, body = self._blocks()
            flags, self.delay, index = struct.unpack_from("<BHB", body)
            # 4 is what some encoders wrote for 3, and browsers take it as that
            self.dispose = {2: 2, 3: 3, 4: 3}.get(flags >> 2 & 7, 1)
            self.transparent = index if flags & 1 else None
            if len(body) > 4:
                self._found(layout, "unknown-extension", "graphic control", len(body) - 4)
        elif kind == 0xFF:
            name = self._take(self._take(1)[0])
            self._application(layout, name)
        else:
            _, body = self._blocks()
            name_of = {0xFE: ("comment", "comment"), 0x01: ("plain-text", "plain text")}
            found, where = name_of.get(kind, ("unknown-extension", f"0x{kind:02x}"))
            self._found(layout, found, where, len(body))

    def _application(self, layout: GifLayout, name: bytes) -> None:
        start, body = self._blocks()
        if name in LOOP_BLOCKS and layout.loop is None and len(body) >= 3 and body[0] == 1:
            (layout.loop,) = struct.unpack_from("<H", body, 1)
            if len(body) > 3:
                self._found(layout, "unknown-extension", "loop", len(body) - 3)
        elif name == XMP_BLOCK:
            packet = self.data[start : self.at]
            layout.found += xmp.findings(packet, "application extension XMP")
        elif name == C2PA_BLOCK:
            layout.found.append(credentials.finding(body, "application extension C2PA"))
        elif name == PROFILE_BLOCK and layout.profile is None and not layout.profile_lost:
            layout.profile = icc.cleaned(body)
            layout.profile_lost = layout.profile is None
            layout.found += icc.findings(body, "application extension ICC")
        else:
            self._found(layout, "unknown-extension", "application", len(body))

    @staticmethod
    def _found(layout: GifLayout, kind: str, where: str, size: int) -> None:
        text = {
            "comment": "free text",
            "plain-text": "text that old viewers draw over the picture",
            "unknown-extension": "data of some program",
        }[kind]
        risk: Risk = "unknown" if kind == "unknown-extension" else "names"
        layout.found.append(Trace(kind, f"{where} extension", text, risk, size))
