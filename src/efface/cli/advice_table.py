"""What people read of advice, on stdout."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from efface.api.advice import FaceAdvice, FileAdvice, MethodAdvice, Verdict
from efface.cli.text import say

_WIDE = 100

_ANSWERS: dict[Verdict, str] = {
    "shows": "No: the face shows.",
    "not enough": "No: that is not enough.",
    "not known": "No: nobody knows that it is enough.",
    "nothing found": "Attacks found nobody in faces redacted so.",
}
"""To "is that enough?", first of all."""


def print_advice(files: Sequence[FileAdvice]) -> None:
    """Each file's faces, and what to do about them."""
    for file in files:
        media = file.media
        say(f"{file.path}: {media.width}x{media.height}, {len(file.faces)} face(s) found")
        for face in file.faces:
            where = f", frame {face.box.frame}" if media.frames > 1 else ""
            say(f"  {face.id}  {face.found.width_px:.0f} px wide{where}: {face.found.verdict}")
            _said(face.found, "      ")
        if not file.faces:
            say("  No face found: name the zones with --regions to ask about them.")


def print_asked(found: FaceAdvice) -> None:
    """What was asked without a file."""
    say(_ANSWERS[found.verdict])
    _said(found, "  ")


def _said(found: FaceAdvice, before: str) -> None:
    for line in textwrap.wrap(found.advice, _WIDE - len(before)):
        say(f"{before}{line}")
    if found.methods:
        say(f"{before}method      K0      K2 (rank-1)        what it costs")
    for method in found.methods:
        say(f"{before}{_method(method)}")


def _method(one: MethodAdvice) -> str:
    k0, k2 = one.answer.k0, one.answer.k2
    weak = "-" if k0 is None else f"{100 * k0.rank1:.1f} %"
    strong = "not measured"
    if k2 is not None:
        low, high = k2.rank1_interval
        strong = f"{100 * k2.rank1:.0f} % ({100 * low:.0f} to {100 * high:.0f})"
    return f"{one.method:<10} {weak:>6}  {strong:<18} {one.cost}"
