"""Writing a sample of a video before the work begins, so that what cannot be written is known then.

The sample is a few pictures, filled whole, and the first packets of each track that stays, by the
same encoder, muxer and checks as the whole file.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from efface.errors import EffaceError, InputError, OutputError, RefusedError, VerificationError
from efface.geometry import Grid, Rect
from efface.media.trace import Trace
from efface.media.video.checking import Check
from efface.media.video.encoders import nearest
from efface.media.video.interface import Movie, MovieFrame, VideoWritten
from efface.media.video.opening import open_video
from efface.media.video.writing import write_video
from efface.policy import Colour, Policy
from efface.zones.filling import ConstantFilling
from efface.zones.zone import Zone

_MATROSKA = ("Matroska", "mkv")
_BLACK = ConstantFilling(Colour(0, 0, 0))
_FRAMES = 4
"""Encoders that hold pictures back get the first times wrong of a single one."""


def rehearse(movie: Movie, policy: Policy, *, allow_damaged: bool = False) -> None:
    """Find out whether a video can be written again.

    Raises:
        InputError: not even its first frames can be decoded.
        OSError: there is no room for temporary files.
        RefusedError: its codec, pixels, tracks or properties cannot be written as they are; the
            message says which, and the hint what to do.
    """
    sample = _Sample(movie, allow_damaged)
    everything = Rect(0, 0, *movie.size)

    def zones(frame: int) -> tuple[Zone, ...]:
        return (Zone("", frame, everything, everything),)

    with TemporaryDirectory(prefix="efface-", ignore_cleanup_errors=True) as folder:
        target = Path(folder) / "sample"
        try:
            written = write_video(sample, target, zones, _BLACK, policy.video, sample=True)
            _read_back(sample, written, target, policy)
        except RefusedError as error:
            error.path = movie.path
            raise
        except (OutputError, VerificationError) as error:
            raise _refused(error, movie, policy) from error


def _read_back(sample: Movie, written: VideoWritten, target: Path, policy: Policy) -> None:
    try:
        again = open_video(target, policy.limits)
        check = Check(sample, written)
        for frame in again.frames():
            check.see(frame)
        check.finish(again)
        left = ", ".join(f"{f.kind} ({f.where})" for f in again.findings())
    except InputError as error:
        raise VerificationError(f"a sample cannot be read back ({error.message})") from error
    if left:
        raise VerificationError(f"a sample still carries {left}")


def _refused(error: EffaceError, movie: Movie, policy: Policy) -> RefusedError:
    hint = nearest()
    if movie.coding.codec == "h264" and policy.video.codec == "same":
        name, ending = ("MP4", "mp4") if movie.format in ("Matroska", "WebM") else _MATROSKA
        hint = f"Put it into {name} first, for instance with ffmpeg -i IN -c copy OUT.{ending}."
    return RefusedError(
        f"it cannot be written again as it is: {error.message}", path=movie.path, hint=hint
    )


class _Sample(Movie):
    """The first frames of a video."""

    def __init__(self, movie: Movie, allow_damaged: bool) -> None:
        self._first = list(islice(movie.frames(allow_damaged=allow_damaged), _FRAMES))
        self.source, self.format, self.container = movie.source, movie.format, movie.container
        self.coding, self.end = movie.coding, None
        self.schedule = replace(
            movie.schedule, times=array("q", [frame.pts for frame in self._first])
        )
        self.layered = movie.layered
        self._movie = movie

    @property
    def expected_frames(self) -> int:
        return len(self._first)

    def frames(self, *, allow_damaged: bool = False) -> Iterator[MovieFrame]:
        yield from self._first

    def grid(self) -> tuple[Grid, int]:
        return self._movie.grid()

    def findings(self) -> tuple[Trace, ...]:
        return ()
