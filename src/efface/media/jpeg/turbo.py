"""TurboJPEG (libjpeg-turbo 3 API) through ctypes: coefficients in place, and decoding.

The constants are those of ``turbojpeg.h`` of libjpeg-turbo 3.0. All work is from memory to memory.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import re
import sys
from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from efface.errors import RefusedError

INIT_DECOMPRESS, INIT_TRANSFORM = 1, 2
PARAM_STOP_ON_WARNING, PARAM_WIDTH, PARAM_HEIGHT, PARAM_SCAN_LIMIT = 0, 5, 6, 13
OPTION_NO_OUTPUT, OPTION_PROGRESSIVE, OPTION_COPY_NONE = 16, 32, 64
OPTION_ARITHMETIC, OPTION_OPTIMIZE = 128, 256
FORMAT_RGB, FORMAT_CMYK = 0, 11

Rows = Callable[[int, int, NDArray[np.int16]], None]
"""Gets a component, a block row, and the row's blocks, shape (blocks, 64), natural order: a view of
the codec's own memory, valid during the call; what is written to it is encoded."""


class CodecError(Exception):
    """The codec refused the data, or warned that it is corrupt; the text is the codec's own."""


_EXTRANEOUS = re.compile(r"(\d+) extraneous bytes before marker 0x([0-9a-f]{2})")
"""libjpeg's warning for bytes between the last coded block of a stretch and the marker after it."""


def extraneous(complaint: str) -> tuple[int, int] | None:
    """How many bytes a ``CodecError`` finds too many, and the marker they stand before; ``None`` if
    it is about something else. Up to 8 more, which the codec had read ahead, are not counted."""
    found = _EXTRANEOUS.search(complaint)
    return (int(found[1]), int(found[2], 16)) if found else None


def is_unsupported(complaint: str) -> bool:
    """Whether a ``CodecError`` is about a kind of JPEG rather than about damage."""
    return any(word in complaint for word in ("subsampling", "nsupported", "not implemented"))


class _Region(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int) for name in ("x", "y", "w", "h")]


class _Transform(ctypes.Structure):
    pass


_Filter = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_void_p,
    _Region,
    _Region,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.POINTER(_Transform),
)
_Transform._fields_ = [
    ("r", _Region),
    ("op", ctypes.c_int),
    ("options", ctypes.c_int),
    ("data", ctypes.c_void_p),
    ("filter", _Filter),
]


@cache
def library() -> ctypes.CDLL:
    """The shared library: the one the package carries, or else one the system has.

    Raises:
        RefusedError: there is none, or it is older than version 3.
    """
    place = _library_place()
    if place is None:
        raise RefusedError(
            "the JPEG library (libturbojpeg) is missing.",
            hint="Install efface from its wheel, which carries it, or libjpeg-turbo 3 or later.",
        )
    try:
        return _declared(ctypes.CDLL(place))
    except (OSError, AttributeError) as error:
        raise RefusedError(
            f"the JPEG library at {place} cannot be used ({error}).",
            hint="Install efface from its wheel, which carries it, or libjpeg-turbo 3 or later.",
        ) from error


def carried_library() -> Path:
    """Where the package carries its own copy, if it does."""
    names = {"win32": "turbojpeg.dll", "darwin": "libturbojpeg.dylib"}
    name = names.get(sys.platform, "libturbojpeg.so")
    return Path(str(resources.files("efface"))) / "lib" / name


def _library_place() -> str | None:
    own = carried_library()
    return str(own) if own.is_file() else ctypes.util.find_library("turbojpeg")


def _declared(turbo: ctypes.CDLL) -> ctypes.CDLL:
    handle, integer, size = ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t
    source = (handle, ctypes.c_char_p, size)
    turbo.tj3Init.argtypes, turbo.tj3Init.restype = (integer,), handle
    turbo.tj3Set.argtypes = (handle, integer, integer)
    turbo.tj3GetErrorStr.argtypes, turbo.tj3GetErrorStr.restype = (handle,), ctypes.c_char_p
    turbo.tj3Get.argtypes = (handle, integer)
    turbo.tj3Destroy.argtypes, turbo.tj3Destroy.restype = (handle,), None
    turbo.tj3Free.argtypes, turbo.tj3Free.restype = (handle,), None
    turbo.tj3DecompressHeader.argtypes = source
    turbo.tj3Decompress8.argtypes = (*source, handle, integer, integer)
    turbo.tj3Transform.argtypes = (
        *source,
        integer,
        ctypes.POINTER(ctypes.c_void_p),
        ctypes.POINTER(size),
        ctypes.POINTER(_Transform),
    )
    return turbo


@cache
def version() -> str:
    """What the loaded library calls itself, such as ``libjpeg-turbo 2.1.92``.

    Raises:
        RefusedError: there is no library.
    """
    name = library()._name  # noqa: SLF001 - ctypes tells the path in no other way
    try:
        found = re.search(rb"libjpeg-turbo version (\d+\.\d+\.\d+)", Path(name).read_bytes())
    except OSError:  # a system library is opened by its name alone
        found = None
    return f"libjpeg-turbo {found[1].decode()}" if found else f"libjpeg-turbo ({name})"


class _Handle:
    """One codec instance that stops at the first sign of damage."""

    def __init__(self, kind: int, scan_limit: int) -> None:
        self.turbo = library()
        self.pointer = self.turbo.tj3Init(kind)
        if not self.pointer:
            raise MemoryError("the JPEG codec could not start")
        self.turbo.tj3Set(self.pointer, PARAM_STOP_ON_WARNING, 1)
        self.turbo.tj3Set(self.pointer, PARAM_SCAN_LIMIT, scan_limit)

    def __enter__(self) -> _Handle:
        return self

    def __exit__(self, *_: object) -> None:
        self.turbo.tj3Destroy(self.pointer)

    def check(self, status: int) -> None:
        if status != 0:
            text = self.turbo.tj3GetErrorStr(self.pointer) or b"unknown error"
            raise CodecError(text.decode("ascii", "replace").strip())


def transform(jpeg: bytes, rows: Rows, *, options: int, scan_limit: int) -> bytes:
    """Pass every coefficient of a JPEG through ``rows`` and encode what it leaves.

    Args:
        jpeg: a whole JPEG.
        rows: called for each block row of each component, component by component.
        options: ``OPTION_…`` flags; with ``OPTION_NO_OUTPUT`` the result is empty.
        scan_limit: most scans of a progressive file.

    Raises:
        CodecError: the data is corrupt, or not supported.
    """
    failure: list[BaseException] = []

    def each_row(
        address: int, row: _Region, _plane: _Region, component: int, _id: int, _transform: object
    ) -> int:
        try:
            memory = (ctypes.c_int16 * (row.w * row.h)).from_address(address)
            blocks = np.frombuffer(memory, np.int16).reshape(-1, 64)
            rows(component, row.y // 8, blocks)
        except BaseException as error:  # it must not unwind through the codec's frames
            failure.append(error)
            return -1
        return 0

    callback = _Filter(each_row)
    order = _Transform(_Region(), 0, options, None, callback)
    buffer, size = ctypes.c_void_p(None), ctypes.c_size_t(0)
    with _Handle(INIT_TRANSFORM, scan_limit) as codec:
        try:
            status = codec.turbo.tj3Transform(
                codec.pointer,
                jpeg,
                len(jpeg),
                1,
                ctypes.byref(buffer),
                ctypes.byref(size),
                ctypes.byref(order),
            )
            if failure:
                raise failure[0]
            codec.check(status)
            return ctypes.string_at(buffer.value, size.value) if buffer.value else b""
        finally:
            codec.turbo.tj3Free(buffer)


def complaint(jpeg: bytes, scan_limit: int = 100) -> str | None:
    """What the codec says about a file; ``None`` when nothing."""
    try:
        transform(jpeg, lambda *_: None, options=OPTION_NO_OUTPUT, scan_limit=scan_limit)
    except CodecError as error:
        return str(error)
    return None


def decoded(
    jpeg: bytes, width: int, height: int, *, cmyk: bool, scan_limit: int
) -> NDArray[np.uint8]:
    """Decode to samples, shape (height, width, 3) for RGB or (…, 4) for CMYK as stored.

    Raises:
        CodecError: the data is corrupt, or not supported.
    """
    channels = 4 if cmyk else 3
    with _Handle(INIT_DECOMPRESS, scan_limit) as codec:
        codec.check(codec.turbo.tj3DecompressHeader(codec.pointer, jpeg, len(jpeg)))
        size = tuple(codec.turbo.tj3Get(codec.pointer, p) for p in (PARAM_WIDTH, PARAM_HEIGHT))
        if size != (width, height):
            raise CodecError(f"expected {width}x{height} pixels, the codec sees {size}")
        out = np.empty((height, width, channels), np.uint8)
        codec.check(
            codec.turbo.tj3Decompress8(
                codec.pointer,
                jpeg,
                len(jpeg),
                out.ctypes.data,
                width * channels,
                FORMAT_CMYK if cmyk else FORMAT_RGB,
            )
        )
    return out
