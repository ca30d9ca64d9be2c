"""Which kind of JPEG XL file it is."""

from __future__ import annotations

from efface.media.interface import Photo
from efface.media.isobmff.photo import located
from efface.media.jpeg import JpegPhoto
from efface.media.jxl import codec, container, header
from efface.media.jxl.packed import PackedJpeg
from efface.media.jxl.photo import JxlPhoto
from efface.media.sniff import check_sizes
from efface.media.source import Source
from efface.policy import Limits


def open_jxl(source: Source, limits: Limits) -> Photo:
    """Open a JPEG XL file.

    Raises:
        InputError: unreadable, truncated or damaged.
        RefusedError: a feature that cannot be kept, or a limit is exceeded.
    """
    path, data = source.path, source.data()
    file = located(path, lambda: container.read(data))
    head = located(path, lambda: header.read(file.codestream))
    check_sizes(path, ((head.width, head.height),), limits)
    if file.packed_jpeg:
        jpeg = located(path, lambda: codec.jpeg_of(data))
        file.others = [
            (box, inside)
            for box, inside in file.others
            if not container.of_jpeg(box.kind, inside, jpeg)
        ]
        return PackedJpeg(source, file, JpegPhoto(source, jpeg, limits))
    return JxlPhoto(source, file, head)
