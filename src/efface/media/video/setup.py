"""Setting an encoder up for a video, so that what it writes says the same of its pictures."""

from __future__ import annotations

import os
from typing import Any

import av
from av.codec.context import Flags

from efface.errors import RefusedError
from efface.media.video import encoders
from efface.media.video.clock import Clock
from efface.media.video.encoders import NEVER, Choice
from efface.media.video.facts import StreamFacts
from efface.media.video.interface import Movie
from efface.media.video.scheduling import ordinary_scheduling

_FIELD_CODECS = ("h264", "mpeg2video", "mpeg4", "prores", "dnxhd", "ffv1", "rawvideo", "huffyuv",
                 "ffvhuff", "utvideo", "mjpeg", "v210", "qtrle", "png")  # fmt: skip
"""Codecs that are written interlaced, or code each frame so that its lines do not mix."""


def set_up(
    encoder: Any,
    choice: Choice,
    movie: Movie,
    facts: StreamFacts,
    clock: Clock,
    *,
    single: bool,
    global_header: bool,
) -> None:
    """Set an encoder up and open it.

    Args:
        single: one thread.
        global_header: parameter sets lie in the container, not with the pictures.

    Raises:
        RefusedError: the encoder cannot write such pictures.
    """
    _check_pictures(choice, movie, facts)
    encoder.width, encoder.height = facts.width, facts.height
    encoder.pix_fmt = _format(choice, movie, facts)
    encoder.time_base, encoder.framerate = clock.base, clock.rate
    if facts.sample_aspect:
        encoder.sample_aspect_ratio = facts.sample_aspect
    encoder.color_primaries, encoder.color_trc = facts.primaries, facts.transfer
    encoder.colorspace, encoder.color_range = facts.matrix, facts.colour_range
    encoder.gop_size = NEVER
    flags = Flags.bitexact | Flags.frame_duration
    if global_header:
        flags |= Flags.global_header
    if facts.interlaced and choice.codec in ("h264", "mpeg2video", "mpeg4", "prores", "dnxhd"):
        flags |= Flags.interlaced_dct | Flags.interlaced_me
        encoder.field_order = facts.field_order
    encoder.flags |= flags
    encoder.options = _options(encoder, choice, movie, facts, single, clock.numbered or 0)
    if clock.in_order and choice.encoder.name in ("libx264", "libx265"):
        encoder.max_b_frames = 0
    encoder.thread_count = 1 if single else 0
    # SVT-AV1 talks on standard error otherwise
    os.environ.setdefault("SVT_LOG", "1")
    with ordinary_scheduling():
        encoder.open()


def _options(  # noqa: PLR0917 - one thing each
    encoder: Any, choice: Choice, movie: Movie, facts: StreamFacts, single: bool, late: int
) -> dict[str, str]:
    pixels = facts.width * facts.height
    options = dict(choice.encoder.options)
    options |= encoders.thread_options(choice, single=single)
    options |= encoders.lookahead_options(choice, pixels)
    if choice.preset and choice.encoder.preset_option:
        options[choice.encoder.preset_option] = choice.preset
    if choice.profile:
        options["profile"] = choice.profile
    if movie.container == "avi":
        options |= _reordering(choice, late)
    if choice.quality is not None and choice.encoder.scale:
        if choice.encoder.scale.option == "qscale":
            encoder.qscale = True
            encoder.global_quality = round(choice.quality)
        else:
            options["crf"] = f"{choice.quality:g}"
    name = choice.encoder.name
    if name == "libx264":
        params = [f"{k}={v}" for k, v in _x264_names(facts).items()]
        if facts.constant_rate:
            params.append("force-cfr=1")
        if single:  # its AVX-512 code else gives other bytes now and then, with one thread too
            params.append("cpu-independent=1")
        options["x264-params"] = ":".join(params)
    elif name == "libx265":
        params = encoders.x265_params(choice, pixels, single=single)
        params += [f"{k}={v}" for k, v in facts.hdr.x26x_params().items()]
        options["x265-params"] = ":".join(params)
    elif name == "libsvtav1":
        params = [*encoders.svt_params(pixels, single=single), *facts.hdr.svt_params()]
        options["svtav1-params"] = ":".join(params)
    return {k: v for k, v in options.items() if v}


_REORDERING: dict[str, tuple[dict[str, str], ...]] = {
    "libx264": ({"bf": "0"}, {"bf": "3", "b-pyramid": "none"}, {"bf": "3"}),
    "mpeg4": ({"bf": "0"}, {"bf": "2"}),
    "mpeg2video": ({"bf": "0"}, {"bf": "2"}),
    "mpeg1video": ({"bf": "0"}, {"bf": "2"}),
}
"""Options with which an encoder holds a picture back by none, one or two."""


def _reordering(choice: Choice, late: int) -> dict[str, str]:
    """AVI numbers pictures as they are coded and does not say when they are shown: the first is
    shown as many pictures late as the encoder holds back, so it has to hold back the same."""
    delays = _REORDERING.get(choice.encoder.name, ({},))
    if late >= len(delays):
        raise RefusedError(
            f"its first picture is shown {late} pictures late, which the encoder "
            f"{choice.encoder.name} cannot write to AVI.",
            hint="Put it into Matroska first, for instance with ffmpeg -i IN -c copy OUT.mkv.",
        )
    return delays[late]


def _x264_names(facts: StreamFacts) -> dict[str, str]:
    """x264's names for what x265 calls by others."""
    names = {"master-display": "mastering-display", "max-cll": "cll"}
    return {names[k]: v for k, v in facts.hdr.x26x_params().items()}


def _check_pictures(choice: Choice, movie: Movie, facts: StreamFacts) -> None:
    name, wanted = choice.encoder.name, facts.pixel_format
    odd = (facts.width % 2 and _halved_across(wanted)) or (facts.height % 2 and "420" in wanted)
    if odd and name in ("libx264", "libx265"):
        raise RefusedError(
            f"the encoder {name} cannot write {facts.width}x{facts.height} pixels of {wanted}: "
            "a side is odd.",
            path=movie.path,
            hint=encoders.nearest("av1"),
        )
    if facts.interlaced and choice.codec not in _FIELD_CODECS:
        raise RefusedError(
            f"the encoder {name} cannot write interlaced pictures.",
            path=movie.path,
            hint=encoders.nearest(),
        )


def _format(choice: Choice, movie: Movie, facts: StreamFacts) -> str:
    """The pixel format to encode: the input's, or for the ``yuvj`` formats, which only say that the
    range is full, the one of the same samples.

    Raises:
        RefusedError: the encoder has neither.
    """
    name, wanted = choice.encoder.name, facts.pixel_format
    known = _formats(name)
    for form in (wanted, wanted.replace("yuvj", "yuv")):
        if not known or form in known:
            return form
    raise RefusedError(
        f"the encoder {name} cannot write the pixel format {wanted}.",
        path=movie.path,
        hint=encoders.nearest("hevc" if name != "libx265" else "h264"),
    )


def _formats(encoder: str) -> set[str]:
    return {form.name for form in av.codec.Codec(encoder, "w").video_formats or ()}


def _halved_across(pixel_format: str) -> bool:
    return any(kind in pixel_format for kind in ("420", "422", "nv12", "nv16", "p010", "p210"))
