"""What redactions leave of faces, and what to do: ``efface.advise``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from efface.advise.advice import FaceAdvice, MethodAdvice, Verdict, advise_on
from efface.advise.leak_map import shipped_map
from efface.advise.redaction import RedactionKind, SeenRedaction
from efface.advise.result import LIMITS, AdvisedFace, FileAdvice
from efface.advise.result import advice_document as document
from efface.arguments import (
    AnyPath,
    GivenPolicy,
    GivenRegions,
    all_regions,
    path_from,
    reading_policy,
)
from efface.errors import EffaceError, RefusedError
from efface.events import Listener, ignore
from efface.regions import Regions
from efface.regions.choices import drawings
from efface.words import Recall
from efface.workflow import advise as workflow

__all__ = [
    "KINDS_ASKED",
    "LIMITS",
    "AdvisedFace",
    "FaceAdvice",
    "FileAdvice",
    "MethodAdvice",
    "Verdict",
    "advice_document",
    "advise",
    "advise_all",
    "ask",
]  # fmt: skip

KINDS_ASKED: tuple[str, ...] = tuple(
    kind for kind in get_args(RedactionKind) if kind not in ("none", "unknown")
)
"""What can be asked about without a file."""

_MOST_PX = 100_000


def advise(
    path: AnyPath,
    *,
    regions: GivenRegions = None,
    draw: str | Sequence[str] = (),
    recall: Recall | None = None,
    policy: GivenPolicy = None,
    allow_damaged: bool = False,
    listen: Listener = ignore,
) -> FileAdvice:
    """Say of each face of one photo or video how it was redacted, what that leaves, and what to do.

    Args:
        path: the file; it is only read.
        regions: its faces (or zones, marked so) in place of what is found.
        draw: zones to look at, as ``--zone`` takes them: ``X,Y,W,H``; no faces are looked for then.
        recall: how hard to look for faces; the policy's when left out.
        policy: the defaults when left out.
        allow_damaged: look at what can be read of a damaged video.
        listen: receives progress events.

    Raises:
        InputError: the file cannot be read whole.
        RefusedError: its format cannot be handled, or the regions are not its own.
        ValueError: there is no such recall.
    """
    return workflow.advise_file(
        path_from(path),
        shipped_map(),
        reading_policy(policy, recall),
        documents=_given(regions, draw),
        draw=drawings(draw),
        allow_damaged=allow_damaged,
        listen=listen,
    )


def advise_all(
    paths: Sequence[AnyPath],
    *,
    regions: GivenRegions = None,
    draw: str | Sequence[str] = (),
    policy: GivenPolicy = None,
    allow_damaged: bool = False,
    listen: Listener = ignore,
) -> tuple[list[FileAdvice], list[EffaceError]]:
    """The same for many photos and videos, folders opened; one bad file does not stop the others.

    Returns:
        The advice, and an error for each file that could not be read; after an interruption a
        ``StoppedError`` for each that was not looked at.

    Raises:
        RefusedError: the folders are empty, or policy or regions are not valid.
    """
    return workflow.advise_all(
        [path_from(path) for path in paths],
        shipped_map(),
        reading_policy(policy),
        documents=_given(regions, draw),
        draw=drawings(draw),
        allow_damaged=allow_damaged,
        listen=listen,
    )


def _given(regions: GivenRegions, draw: str | Sequence[str]) -> Mapping[str, Regions] | None:
    if regions is not None and draw:
        raise RefusedError("give regions or zones, not both.")
    return all_regions(regions)


def ask(
    kind: str,
    width_px: float,
    *,
    strength: float | None = None,
    strength_px: float | None = None,
    cells: float | None = None,
) -> FaceAdvice:
    """What a redaction would leave of a face, without a file.

    Args:
        kind: one of ``KINDS_ASKED``.
        width_px: of the face.
        strength: a Gaussian's sigma or a filter's width in face widths; of a solid fill how many
            times as wide as the face it is (1.8, efface's own, when left out).
        strength_px: the same in pixels, or the side of a mosaic's cell.
        cells: of a mosaic, across the face.

    Raises:
        RefusedError: what was given does not go together.
    """
    if kind not in KINDS_ASKED:
        raise RefusedError(
            f"there is no method {kind!r}.", hint=f"One of {', '.join(KINDS_ASKED)}."
        )
    chosen: RedactionKind = next(k for k in get_args(RedactionKind) if k == kind)
    given = [v for v in (width_px, strength, strength_px, cells) if v is not None]
    if not all(0 < v <= _MOST_PX for v in given):
        raise RefusedError("sizes and strengths are numbers above 0, of no more than 100,000.")
    size, relative = _size(kind, width_px, strength, strength_px, cells)
    redaction = SeenRedaction(chosen, size, 1.0, "as you say")
    return advise_on(shipped_map(), redaction, width_px, strength=relative, told=True)


_MOSAIC = "Cells across the face (--cells 8), or the side of one in pixels (--strength-px 4)."
_BLUR = "In widths of the face (--strength 0.2), or in pixels (--strength-px 6)."
_HOW_STRONG = {
    "mosaic": _MOSAIC,
    "sampled-mosaic": _MOSAIC,
    "gaussian": f"The Gaussian's sigma. {_BLUR}",
    "box": f"The filter's width. {_BLUR}",
    "median": f"The filter's width. {_BLUR}",
}
"""What to give, of each kind that has a strength; options as the command calls them."""


def _size(
    kind: str,
    width_px: float,
    strength: float | None,
    strength_px: float | None,
    cells: float | None,
) -> tuple[float | None, float | None]:
    """In pixels, and as the map has it."""
    count = sum(v is not None for v in (strength, strength_px, cells))
    if count > 1:
        raise RefusedError("give one of strength, strength in pixels, and cells.")
    if kind == "solid":
        if strength_px is not None or cells is not None:
            raise RefusedError("a solid fill has no cells and no strength in pixels.")
        return None, 1.8 if strength is None else strength
    if kind in ("swirl", "bar"):
        if count:
            raise RefusedError(f"what a {kind} leaves was measured at one strength only.")
        return None, None
    if not count:
        raise RefusedError("give a strength.", hint=_HOW_STRONG[kind])
    if kind in ("mosaic", "sampled-mosaic"):
        if strength is not None:
            raise RefusedError("a mosaic has cells across the face, or cells of so many pixels.")
        if cells is not None:
            return width_px / cells, cells
        assert strength_px is not None  # one is given
        return strength_px, width_px / strength_px
    if cells is not None:
        raise RefusedError(f"a {kind} has no cells.")
    if strength is not None:
        return strength * width_px, strength
    assert strength_px is not None  # one is given
    return strength_px, strength_px / width_px


def advice_document(
    files: Sequence[FileAdvice] = (),
    failed: Sequence[EffaceError] = (),
    asked: FaceAdvice | None = None,
) -> dict[str, Any]:
    """``efface.advice/1`` of files, or of what was asked."""
    return document(shipped_map(), files, failed, asked)
