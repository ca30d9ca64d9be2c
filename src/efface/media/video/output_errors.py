"""What FFmpeg says on encoding and writing, in efface's errors."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from av.error import FFmpegError

from efface.errors import OutputError
from efface.media.video.encoders import nearest


@contextlib.contextmanager
def output_errors(target: Path) -> Iterator[None]:
    """FFmpeg's errors on encoding and writing as efface's.

    Raises:
        OSError: the operating system would not take the file.
        OutputError: the encoder or the container would not.
    """
    try:
        yield
    except FFmpegError as error:
        if error.errno in _SYSTEM:
            raise OSError(error.errno, os.strerror(error.errno), str(target)) from error
        raise OutputError(
            f"the video cannot be written ({error.strerror}).",
            path=target,
            hint=nearest(),
        ) from error


_SYSTEM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EROFS,
           errno.ENAMETOOLONG, errno.EIO, errno.ENOENT, errno.EEXIST)  # fmt: skip
