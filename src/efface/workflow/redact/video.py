"""One video: find, write, verify, rescan; the output appears only if all of it held.

The written file is decoded once: every frame is held against what was meant to be written, and the
second detector looks at some. If it sees a face that lies in no zone, the original is looked at
closer there, and the video is written again, before the gate says no.
"""

from __future__ import annotations

from dataclasses import replace

from efface.detect.memory import keep_few_arenas
from efface.files.appearing import check_target
from efface.media.siblings import beside
from efface.media.sniff import check_ending
from efface.media.source import Source
from efface.media.video.encoders import check_settings
from efface.media.video.interface import Movie
from efface.media.video.opening import video_of
from efface.media.video.rehearsal import rehearse
from efface.workflow.redact import gates
from efface.workflow.redact.analysis import VideoAnalysis
from efface.workflow.redact.attempt import Attempt, SeenUncovered
from efface.workflow.redact.draft import Draft
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.methods import redrawn
from efface.workflow.redact.report import FileReport

ROUNDS = 2
"""Times that a video is written again because the rescan saw a face, at most."""

ONE_THREAD = (
    "It was written by one encoder thread, as with --reproducible, so that the attack can prove "
    "what is drawn."
)


def redact_video(asked: FileOrder, source: Source, draft: Draft) -> FileReport:
    """Redact a video.

    Args:
        source: the input.

    Raises:
        EffaceError: whatever kept the file from being released; nothing but the saved analysis is
            left behind then.
    """
    keep_few_arenas()
    asked = _provable(asked, draft)
    with draft.step("read"):
        draft.tell("read")
        movie = _opened(asked, source, draft)
    if asked.order.dry_run:
        return draft.planned(asked.target)
    analysis = VideoAnalysis(movie, asked, draft)
    with analysis.held() as observations:
        with draft.step("detect"):
            regions = analysis.regions()
        redraws = 0
        rounds_left = 0 if asked.regions is not None or asked.order.keep else ROUNDS
        while True:
            accepted = asked.order.allow_no_face
            without_face = gates.some_face(regions, asked.source, accepted=accepted)
            attempt = Attempt(movie, regions, asked, draft)
            try:
                written = attempt.run(observations, analysis.turned, repeatable=rounds_left > 0)
                break
            except SeenUncovered as seen:
                with draft.step("detect"):
                    regions = analysis.looked_closer(seen.frames)
                rounds_left -= 1
            except gates.LookAlikeError:
                redraws += 1
                if redraws > asked.order.policy.replace.redraw:
                    raise
    draft.note(*without_face, *redrawn(redraws))
    return draft.released(asked.target, written, regions)


def _provable(asked: FileOrder, draft: Draft) -> FileOrder:
    """The same; where a drawing is attacked, written so that it can be written once more to the
    byte: else nothing proves that the file follows from the drawing."""
    policy = asked.order.policy
    if asked.ports.gate is None or policy.method.name != "figure" or policy.video.reproducible:
        return asked
    draft.note(ONE_THREAD)
    policy = replace(policy, video=replace(policy.video, reproducible=True))
    return replace(asked, order=replace(asked.order, policy=policy))


def _opened(asked: FileOrder, source: Source, draft: Draft) -> Movie:
    """The input, if it and the target are what they have to be."""
    order = asked.order
    movie = video_of(source, order.policy.limits, order.policy.video.track)
    check_target(source.path, asked.target, order.overwrite)
    check_ending(asked.target, movie.format)
    check_settings(movie.coding.codec, order.policy.video)
    width, height = movie.size
    draft.report = replace(
        draft.report,
        format=movie.format,
        sha256=movie.sha256,
        width=width,
        height=height,
        beside=beside(source.path),
        video=draft.video,
    )
    asked.check_sealed(movie.sha256)
    rehearse(movie, order.policy, allow_damaged=order.allow_damaged)
    return movie
