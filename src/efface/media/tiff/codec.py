"""TIFF strips and tiles: stored samples from compressed bytes, and back.

A page's samples have shape (height, width, samples), also when the file keeps them in planes.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from efface.errors import InputError
from efface.media.jpeg import structure, turbo
from efface.media.tiff import page as pages
from efface.media.tiff.directory import TiffSource
from efface.media.tiff.page import TiffPage

FAILURES = (ValueError, TypeError, RuntimeError, MemoryError, OverflowError, IndexError, OSError)
"""What the decompressors raise on hostile data; their own errors are RuntimeErrors."""

LEVEL = 4
"""Of deflate; little larger than zlib's default of 6, and a third faster."""

_DECODERS = {
    pages.LZW: imagecodecs.lzw_decode,
    pages.DEFLATE: imagecodecs.zlib_decode,
    pages.OLD_DEFLATE: imagecodecs.zlib_decode,
    pages.PACKBITS: imagecodecs.packbits_decode,
    pages.LZMA: imagecodecs.lzma_decode,
    pages.ZSTD: imagecodecs.zstd_decode,
}


def decode(source: TiffSource, page: TiffPage) -> NDArray[Any]:
    """All samples of a page.

    Raises:
        InputError: a strip or tile cannot be decoded whole.
    """
    try:
        out = np.empty((page.height, page.width, page.samples), page.dtype)
    except MemoryError as error:
        raise InputError("a page does not fit into memory.", path=source.path) from error
    width, height, across, down = page.grid
    with source.opened() as file:
        for index, (at, length) in enumerate(page.segments):
            plane, place = divmod(index, across * down)
            y, x = (place // across) * height, (place % across) * width
            rows = min(height, page.height - y)
            try:
                data = source.read_from(file, at, length)
                part = _segment(data, page, width, height if page.tile else rows)
            except FAILURES as error:
                raise _damaged(source.path, error) from error
            if part.shape != (height if page.tile else rows, width, page.depth):
                raise _damaged(source.path, "wrong size")
            target = out[y : y + rows, x : x + width]
            if page.separate:
                target = target[..., plane : plane + 1]
            target[:] = part[: target.shape[0], : target.shape[1]]
    return out


def slack(page: TiffPage) -> int:
    """Bytes of uncompressed strips or tiles behind the last row of pixels."""
    if page.compression != pages.NONE:
        return 0
    width, height, across, down = page.grid
    row = (width * page.depth * page.bits + 7) // 8
    extra = 0
    for index, (_, length) in enumerate(page.segments):
        y = index % (across * down) // across * height
        rows = height if page.tile else min(height, page.height - y)
        extra += max(0, length - row * rows)
    return extra


def _damaged(path: Path, why: object) -> InputError:
    return InputError(f"part of a page cannot be decoded ({why}).", path=path)


def _segment(data: bytes, page: TiffPage, width: int, rows: int) -> NDArray[Any]:
    """One strip or tile, shape (rows, width, depth)."""
    if page.compression == pages.JPEG:
        return _jpeg(data, page, width, rows)
    if page.reversed_bits:
        data = bytes(imagecodecs.bitorder_decode(data))
    if page.compression in (pages.CCITT_RLE, pages.CCITT_3, pages.CCITT_4):
        return _fax(data, page, width, rows)
    row_bytes = (width * page.depth * page.bits + 7) // 8
    if page.compression in _DECODERS:
        # some writers fill the last strip up to the height of the others
        room = row_bytes * (page.tile[1] if page.tile else min(page.rows, page.height))
        data = bytes(_DECODERS[page.compression](data, out=room))
    if len(data) < row_bytes * rows:
        raise ValueError("it is too short")
    return _samples(data[: row_bytes * rows], page, width, rows)


def _samples(data: bytes, page: TiffPage, width: int, rows: int) -> NDArray[Any]:
    """Uncompressed bytes as samples."""
    shape = (rows, width, page.depth)
    if page.bits % 8:
        run = width * page.depth
        if page.bits == 1:
            planes = np.frombuffer(data, np.uint8).reshape(rows, -1)
            return np.unpackbits(planes, axis=1, count=run).reshape(shape)
        kind = "u1" if page.bits < 8 else ">u2"
        unpacked = imagecodecs.packints_decode(data, kind, page.bits, runlen=run)
        return np.asarray(unpacked).astype(page.dtype, copy=False).reshape(shape)
    if page.predictor == 3:
        raw = np.frombuffer(data, page.dtype).reshape(shape).copy()
        return np.asarray(imagecodecs.floatpred_decode(raw, axis=-2))
    out = np.frombuffer(data, _stored_type(page)).reshape(shape).astype(page.dtype)
    if page.predictor == 2:
        whole = out.view(f"u{page.dtype.itemsize}")
        out = np.asarray(imagecodecs.delta_decode(whole, axis=-2)).view(page.dtype)
    return out


def _fax(data: bytes, page: TiffPage, width: int, rows: int) -> NDArray[np.uint8]:
    if page.bits != 1 or page.depth != 1:
        raise ValueError("fax compression is for one bit a pixel")
    if page.compression == pages.CCITT_RLE:
        out = imagecodecs.ccittrle_decode(data, rows, width)
    elif page.compression == pages.CCITT_3:
        out = imagecodecs.ccittfax3_decode(data, rows, width, t4options=page.t4_options)
    else:
        out = imagecodecs.ccittfax4_decode(data, rows, width)
    return np.asarray(out, np.uint8).reshape(rows, width, 1)


def _jpeg(data: bytes, page: TiffPage, width: int, rows: int) -> NDArray[Any]:
    if page.bits not in (8, 12, 16) or page.kind != "u":
        raise ValueError(f"JPEG does not have samples of {page.bits} bits")
    # some writers fill the last strip up to the height of the others
    whole = page.grid[1]
    if (size := _jpeg_size(data)) not in ((width, rows), (width, whole)):
        raise ValueError("the JPEG in it has another size")
    if page.bits == 8:
        _check_jpeg(data, page.jpeg_tables)
    colourspace = outspace = None
    if page.separate:
        outspace = 1
    elif page.photometric == pages.YCBCR:
        outspace = pages.RGB
    elif page.photometric == pages.RGB:
        jfif = data[6:10] == b"JFIF"
        colourspace, outspace = (None if jfif else pages.RGB), pages.RGB
    elif page.photometric == pages.CMYK:
        outspace = 4
    out = imagecodecs.jpeg_decode(
        data,
        bitspersample=page.bits,
        tables=page.jpeg_tables,
        colorspace=colourspace,
        outcolorspace=outspace,
    )
    if out.dtype != page.dtype or int(out.max()) >> page.bits:
        raise ValueError("the JPEG in it has another depth")
    return np.asarray(out).reshape(size[1], width, page.depth)[:rows]


def _check_jpeg(data: bytes, tables: bytes | None) -> None:
    """Hold a stream against libjpeg's warnings, which decoding passes over.

    Raises:
        ValueError: what is coded is damaged or incomplete.
    """
    whole = data if tables is None else tables.removesuffix(b"\xff\xd9") + data[2:]
    try:
        turbo.transform(
            whole,
            lambda component, row, blocks: None,
            options=turbo.OPTION_NO_OUTPUT,
            scan_limit=structure.MAX_SCANS,
        )
    except turbo.CodecError as error:
        too_many = turbo.extraneous(str(error))
        every_block = too_many is not None and too_many[1] == structure.EOI
        if not (every_block or turbo.is_unsupported(str(error))):
            raise ValueError(f"the JPEG in it is damaged ({error})") from error


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height of a JPEG stream, from its frame header."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 1 if marker == 0xFF else 2 + length
    raise ValueError("the JPEG in it has no frame")


def _stored_type(page: TiffPage) -> np.dtype[Any]:
    return page.dtype.newbyteorder("<" if page.order == "<" else ">")


def encode(samples: NDArray[Any], page: TiffPage) -> Iterator[bytes]:
    """Strips or tiles of samples, compressed as the page says."""
    width, height, across, down = page.grid
    planes = range(page.samples) if page.separate else (None,)
    for plane in planes:
        view = samples if plane is None else samples[..., plane : plane + 1]
        for y in range(0, down * height, height):
            for x in range(0, across * width, width):
                part = view[y : y + height, x : x + width]
                if page.tile and part.shape[:2] != (height, width):
                    whole = np.zeros((height, width, page.depth), samples.dtype)
                    whole[: part.shape[0], : part.shape[1]] = part
                    part = whole
                yield _compressed(_packed(part, page), page, len(part))


def _packed(part: NDArray[Any], page: TiffPage) -> bytes:
    """Samples as uncompressed bytes."""
    part = np.ascontiguousarray(part)
    rows = part.reshape(len(part), -1)
    if page.bits == 1:
        return np.packbits(rows, axis=1).tobytes()
    if page.bits % 8:
        runs = rows.astype("u1" if page.bits < 8 else "u2")
        return bytes(imagecodecs.packints_encode(runs, page.bits, runlen=rows.shape[1]))
    if page.predictor == 3:
        return np.asarray(imagecodecs.floatpred_encode(part, axis=-2)).tobytes()
    if page.predictor == 2:
        whole = part.view(f"u{page.dtype.itemsize}")
        part = np.asarray(imagecodecs.delta_encode(whole, axis=-2)).view(page.dtype)
    return part.astype(_stored_type(page)).tobytes()


def _compressed(data: bytes, page: TiffPage, rows: int) -> bytes:
    if page.compression == pages.NONE:
        return data
    if page.compression == pages.PACKBITS:  # TIFF 6.0, section 9: no run crosses the end of a row
        step = len(data) // rows
        lines = (data[i : i + step] for i in range(0, len(data), step))
        return b"".join(imagecodecs.packbits_encode(line) for line in lines)
    if page.compression == pages.DEFLATE:
        return zlib.compress(data, LEVEL)
    encoder = {
        pages.LZW: imagecodecs.lzw_encode,
        pages.LZMA: imagecodecs.lzma_encode,
        pages.ZSTD: imagecodecs.zstd_encode,
    }[page.compression]
    return bytes(encoder(data))
