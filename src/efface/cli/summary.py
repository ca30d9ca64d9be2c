"""What people read of a redaction: the summary, on stderr."""

from __future__ import annotations

from collections.abc import Iterator

from efface.api.redaction import LIMITS, FileReport, Report, VideoSummary, covered_words
from efface.cli.regions_table import place_of
from efface.cli.text import say

FAST_SAYS = (
    "Looked fast: in photographed crowds that covers 3.7 things a photo that are no faces, where "
    "the default covers 2.0, and heads that lie are not looked for. See what was covered."
)
"""The figures are those of docs/bench-photos.md."""

DOUBTS_SHOWN = 5
"""Places that were nearly taken for a face and are named in a summary, for each file."""


def print_summary(report: Report, *, failures_only: bool) -> None:
    """Name every file and what became of it, on stderr; or only those that failed."""
    if not failures_only:
        _print_done(report)
    failed = [file for file in report.files if file.exit_code]
    shown = [file for file in failed if file.status not in ("not-begun", "unhandled")]
    if len(shown) > 1 and not failures_only:
        say("Not done:", err=True)
    for file in shown:
        say(_line(file), err=True)
    unhandled = [file for file in failed if file.status == "unhandled"]
    if len(unhandled) > 1 and not failures_only:
        say("Can hold pictures, and were not looked at:", err=True)
    for file in unhandled:
        say(_line(file), err=True)
    if report.interrupted:
        _print_stopped(report, sum(file.status == "not-begun" for file in failed))


def _print_done(report: Report) -> None:
    """What went well, then counts and reminders; failures come last, where they are read."""
    for file in report.files:
        if file.exit_code:
            continue
        say(_line(file), err=True)
        if file.video is not None and file.target is not None:
            for line in _video_lines(file, file.video):
                say(f"    {line}", err=True)
        if file.attack is not None:
            say(f"    Attacked: {file.attack.attacked}. {file.attack.verdict}", err=True)
        if file.pack is not None:
            said = f"{file.pack.folder}, redaction {file.pack.redaction}"
            say(f"    Proven and signed: {said}, key {file.pack.key[:16]}.", err=True)
        for line in _doubtful_lines(file):
            say(f"    {line}", err=True)
        for note in file.notes:
            say(f"    {note}", err=True)
        for finding in file.beside:
            say(f"    Beside it and untouched: {finding.detail}.", err=True)
    if any(file.target is not None for file in report.files):
        say(f"Remember: {LIMITS[0]} {LIMITS[1]}", err=True)
    if any(file.target is not None and file.recall == "fast" for file in report.files):
        say(FAST_SAYS, err=True)
    if report.policies:
        say(f"Policy: {', '.join(report.policies)}.", err=True)
    counts = ", ".join(f"{number} {status}" for status, number in report.counts().items())
    say(f"{len(report.files)} file(s): {counts or 'none'}.", err=True)


def _print_stopped(report: Report, not_begun: int) -> None:
    """How to go on."""
    rest = f" {not_begun} file(s) were not begun." if not_begun else ""
    again = " with --skip-existing" if len(report.files) > 1 else ""
    say(
        f"Interrupted.{rest} No unfinished output was left. Run the same command again{again} to "
        "go on; what was seen of a video so far is kept for that ('efface clean' removes it).",
        err=True,
    )


def _line(file: FileReport) -> str:
    if file.planned is not None:
        size = f"{file.format}, {file.width}x{file.height}"
        return f"{file.source} -> {file.planned}: would be looked at and written ({size})."
    if file.target is None:
        why = f"{file.message or ''} {file.hint or ''}".strip()
        code = f" (exit code {file.exit_code})" if file.exit_code else ""
        return f"{file.source}: {file.status}{code}: {why}"
    counts = file.counts.words()
    covered = covered_words(file)
    share = "; nothing is covered" if covered is None else f"; zones cover {covered}"
    dropped = f", {len(file.dropped)} hidden item(s) dropped" if file.dropped else ""
    outside = ""
    if file.fidelity is not None:
        if file.fidelity.exact:
            outside = f"; every one of the {file.fidelity.unit} outside the zones is unchanged"
        elif file.fidelity.ssim is not None:
            outside = f"; encoded again, SSIM {file.fidelity.ssim:.4f} outside the zones"
    return f"{file.source} -> {file.target}: {counts}{share}{dropped}{outside}."


def _doubtful_lines(file: FileReport) -> Iterator[str]:
    """What was nearly found, in sentences."""
    if not file.doubtful or file.target is None:
        return
    look = "efface detect --preview" if file.video is None else "efface contact-sheet"
    yield (
        f"{len(file.doubtful)} place(s) were nearly taken for a face and are NOT covered; the "
        f"likeliest first (see them with '{look}'):"
    )
    for number, box in enumerate(file.doubtful[:DOUBTS_SHOWN], start=1):
        yield f"  d{number}: {place_of(box)}"
    if len(file.doubtful) > DOUBTS_SHOWN:
        yield f"  and {len(file.doubtful) - DOUBTS_SHOWN} more, in --json"


def _video_lines(file: FileReport, video: VideoSummary) -> Iterator[str]:
    """What became of a video, in sentences."""
    yield f"{video.frames_covered} of {file.frames} frames have a zone."
    if video.gaps:
        yield (
            f"{video.gaps} gap(s) in which a face was followed without being seen were bridged, "
            f"the longest of {video.longest_gap_s:.1f} s: look at them ('efface contact-sheet')."
        )
    if video.closer_looks:
        yield (
            f"The rescan of a first try saw a face in {video.closer_looks} frame(s): they were "
            "looked at closer, and the video was written again."
        )
    if file.rescan is not None:
        yield (
            f"Rescan: {len(file.rescan.uncovered)} uncovered face(s) in the {file.rescan.frames} "
            "frames that the second detector looked at; all frames were compared."
        )
    if video.fidelity is not None and video.fidelity.ssim is not None:
        psnr = video.fidelity.psnr_db
        noise = "no sample differs" if psnr is None else f"PSNR {psnr:.1f} dB"
        yield (
            f"Encoded again ({video.encoder}): SSIM {video.fidelity.ssim:.4f}, {noise} outside the "
            f"zones, in {video.fidelity.sampled} frames that were compared by pixels."
        )
    for item in file.dropped:
        yield f"Dropped: {item.detail} ({item.where})."
