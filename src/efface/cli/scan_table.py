"""What people read of a scan, on stdout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from efface.api.scans import JUDGEMENTS, FileScan, ScanLook, ScanSpan, clock
from efface.cli.text import say

_NAME_WIDTH = 60
"""Longer names push the rest of their line to the right."""


def print_scan(scan: FileScan) -> None:
    """One file: of a video first what can be used, then its stretches; of a photo its faces."""
    media = scan.media
    if scan.length_s is None:
        pages = f", {media.frames} frames" if media.frames > 1 else ""
        say(f"{scan.path}: {media.width}x{media.height}{pages}, {len(scan.faces)} face(s)")
        for face in scan.faces:
            page = f"  frame {face.best.frame}" if media.frames > 1 else ""
            say(f"  {face.id:>5}{page}  {_how(face.best)}")
        if not scan.faces:
            say("  No face seen.")
        return
    say(
        f"{scan.path}: {clock(scan.length_s)} long, {media.width}x{media.height}, "
        f"{len(scan.faces)} face track(s)"
    )
    _print_free(scan.without_face, scan.length_s)
    if scan.stretches:
        say("")
        say("Faces show, each stretch at its most telling moment:")
        say("       from - to           faces  largest  could be identified")
    for stretch in scan.stretches:
        size = f"{stretch.largest_px} px"
        say(f"  {_span(stretch.span)}  {len(stretch.faces):>5}  {size:>7}  {_how(stretch.best)}")


def _print_free(free: Sequence[ScanSpan], length_s: float) -> None:
    say("")
    if not free:
        say("No face seen: nowhere for a second or more.")
        return
    total = sum(span.length_s for span in free)
    share = 100 * total / length_s if length_s else 0.0
    say(f"No face seen, the longest first ({clock(total)} in all, {share:.0f} %):")
    for span in free:
        say(f"  {_span(span)}  {span.length_s:8.1f} s")


def print_scans(scans: Sequence[FileScan]) -> None:
    """A line for each of several files, and totals."""
    wide = min(max((len(str(scan.path)) for scan in scans), default=4), _NAME_WIDTH)
    say(f"{'file':<{wide}}    length  no face seen  faces  largest  could be identified")
    for scan in scans:
        best = scan.best
        length = "photo" if scan.length_s is None else clock(scan.length_s)
        nobody = clock(sum(span.length_s for span in scan.without_face))
        if scan.length_s is None:
            nobody = "all of it" if best is None else "-"
        size = "-" if best is None else f"{scan.largest_px} px"
        how = "no face seen" if best is None else _how(best)
        say(
            f"{scan.path!s:<{wide}}  {length:>8}  {nobody:>12}  {len(scan.faces):>5}  "
            f"{size:>7}  {how}"
        )
    counts = Counter("none" if s.best is None else s.best.identifiable for s in scans)
    words = [f"{counts[judgement]} {judgement}" for judgement in JUDGEMENTS]
    say(
        f"{len(scans)} file(s). A face that could be identified: {', '.join(words)}; "
        f"no face seen in {counts['none']}."
    )
    free = sum(span.length_s for scan in scans for span in scan.without_face)
    whole = sum(scan.length_s or 0.0 for scan in scans)
    if whole:
        say(f"Video: {clock(whole)} in all; no face seen for {clock(free)} of it.")


def _span(span: ScanSpan) -> str:
    return f"{clock(span.start_s):>9} - {clock(span.end_s):<9}"


def _how(look: ScanLook) -> str:
    light = {"lit": "", "dim": ", dim", "shadow": ", in shadow"}[look.face.light]
    return f"{look.identifiable:<8}  {look.why}{light}"
