"""What must hold before a file is released, and what is said when it does not: of photos and of
videos alike. Each gate raises, or returns what the user accepted in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from efface.errors import GateError, InputError, NoFaceError, VerificationError
from efface.media.interface import Fidelity
from efface.media.trace import Trace
from efface.policy import EncodePolicy
from efface.regions import Regions
from efface.workflow.redact.report import Rescan

if TYPE_CHECKING:
    from efface.attack.red_team.outcome import Outcome
    from efface.workflow.redact.likeness import AlikePair

NO_RESCAN = "The rescan was switched off by the policy."
NOBODY = "No face of the regions is covered: there was nobody to attack."

_PLACES = 10
"""Uncovered faces whose places are named, at most."""

_PLEASE_REPORT = "Nothing was released. Please report this file's format."


def some_face(regions: Regions, source: Path, *, accepted: bool) -> tuple[str, ...]:
    """There is something to cover, or to keep.

    Args:
        regions: with what a person chose and drew.
        accepted: the user takes a file without.

    Raises:
        NoFaceError: there is not.
    """
    if regions.tracks:
        return ()
    if not accepted:
        what = "video" if regions.media.kind == "video" else "picture"
        raise NoFaceError(
            "no face was found, so nothing was written.",
            path=source,
            hint=f"Look at the {what}: draw a zone with --zone, add a face with --regions, or "
            "accept it with --allow-no-face.",
        )
    return ("No face was found; the user accepted that.",)


@contextmanager
def read_back(source: Path) -> Iterator[None]:
    """The written file can be read as any file is.

    Raises:
        VerificationError: it cannot.
    """
    try:
        yield
    except InputError as error:
        raise VerificationError(
            f"the written file cannot be read back ({error.message})", path=source
        ) from error


def same_sphere(same: bool, source: Path) -> None:
    """How pictures lie around the camera is written as it was read.

    Raises:
        VerificationError: it is not.
    """
    if not same:
        raise VerificationError(
            "the written file does not say as the input does how its pictures lie around the "
            "camera.",
            path=source,
            hint=_PLEASE_REPORT,
        )


def nothing_left(traces: Sequence[Trace], source: Path) -> None:
    """Nothing rides along.

    Args:
        traces: what the written file carries besides pixels and sound.

    Raises:
        VerificationError: something does.
    """
    if traces:
        named = ", ".join(f"{trace.kind} ({trace.where})" for trace in traces)
        raise VerificationError(
            f"the written file still carries {named}", path=source, hint=_PLEASE_REPORT
        )


def looks_alike(fidelity: Fidelity, least: EncodePolicy, source: Path) -> None:
    """Outside the zones a photo that was encoded again looks as it did. (Of a video that is a part
    of reading it back, since a rehearsal asks for it before faces are looked for.)

    Args:
        least: that it must come up to.

    Raises:
        VerificationError: it does not.
    """
    if fidelity.ssim is not None and fidelity.ssim < least.min_ssim:
        raise VerificationError(
            f"outside the zones the written picture has an SSIM of {fidelity.ssim:.4f}, "
            f"less than {least.min_ssim}.",
            path=source,
            hint="Raise the encode quality in the policy, or lower encode.min_ssim.",
        )
    if fidelity.shift is not None and fidelity.shift > least.max_shift:
        raise VerificationError(
            f"outside the zones the written picture's colours moved by {fidelity.shift:.1f} of "
            f"255, more than {least.max_shift:g}.",
            path=source,
            hint="The file's colours are not kept: convert it to PNG or TIFF first, and redact "
            "that.",
        )


def rescanned(rescan: Rescan | None, source: Path, *, accepted: bool) -> tuple[str, ...]:
    """The second detector saw no face that is neither covered nor kept.

    Args:
        rescan: ``None``: the policy left it out.
        accepted: the user releases it all the same.

    Raises:
        GateError: it saw one.
    """
    if rescan is None:
        return (NO_RESCAN,)
    if not rescan.uncovered:
        return ()
    places = [
        f"frame {frame}: {face.width:.0f}x{face.height:.0f} at ({face.x:.0f}, {face.y:.0f})"
        for frame, face in rescan.uncovered
    ]
    shown = "; ".join(places[:_PLACES]) + ("; …" if len(places) > _PLACES else "")
    sentence = f"the rescan saw {len(places)} face(s) neither covered nor kept: {shown}."
    if not accepted:
        raise GateError(
            sentence,
            path=source,
            hint="Add them to the regions ('efface detect --json', then --regions), mark them "
            '"action": "keep", draw a zone with --zone, or release the file as it is with '
            "--accept-rescan.",
        )
    return (f"{sentence[0].upper()}{sentence[1:]} The user accepted that.",)


class LookAlikeError(GateError):
    """A head that was drawn is like somebody in the file."""


def like_nobody(found: Sequence[AlikePair], source: Path) -> None:
    """No head that was drawn is like somebody in the file.

    Args:
        found: those that are.

    Raises:
        LookAlikeError: there is one.
    """
    if not found:
        return
    worst = min(found, key=lambda one: one.rate)
    whom = (
        "the face that it covers"
        if worst.person == worst.track
        else f"{worst.person!r} in the file"
    )
    heads = len({one.track for one in found})
    raise LookAlikeError(
        f"{heads} head(s) that were drawn are too much like somebody in the file: that in place of "
        f"{worst.track!r} is like {whom} by {worst.recogniser}, as {worst.rate:.2%} of "
        "strangers are.",
        path=source,
        hint="Run it again with --redraw 3: other heads are drawn then. Some are like somebody by "
        "chance. The head of somebody named by --person stays: give them another name, in every "
        "file.",
    )


def attacked(outcome: Outcome | None, source: Path) -> tuple[str, ...]:
    """The red team found nobody.

    Args:
        outcome: ``None``: nobody is covered.

    Raises:
        GateError: it found somebody, or could not prove that nobody is left.
    """
    if outcome is None:
        return (NOBODY,)
    if not outcome.passed:
        raise GateError(
            f"the attack on what was written failed it: {' '.join(outcome.reasons)}",
            path=source,
            hint="Widen the zones in the policy, add the faces that were missed, or see in "
            "--json what each attack found.",
        )
    return ()
