"""Which encoder writes a codec again, and with what settings.

The default qualities are visually lossless: docs/formats.md says what that means.
Key frames stand where the input has them and nowhere else, so no encoder may place its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from efface.errors import RefusedError
from efface.media.video.grids import LOSSLESS
from efface.policy import VideoPolicy

_X26X_PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow",
                 "slower", "veryslow", "placebo")  # fmt: skip

NEVER = 1 << 30
"""A key-frame interval that no video reaches."""


@dataclass(frozen=True, slots=True)
class Scale:
    """An encoder's quality setting."""

    option: str
    """``crf``, or ``qscale`` for a constant quantiser."""
    default: float
    lowest: float
    highest: float
    unit: float = 0
    """The quality at which the quantiser's step is about one of 255."""
    doubling: float | None = None
    """By how much the quality rises while the step doubles; ``None``: the step is twice the
    quality."""

    def step(self, quality: float) -> float:
        """Of the quantiser, about, in steps of 255."""
        return (
            2 * quality if self.doubling is None else 2 ** ((quality - self.unit) / self.doubling)
        )


@dataclass(frozen=True, slots=True)
class Encoder:
    """An encoder of FFmpeg's and its fixed settings."""

    name: str
    scale: Scale | None = None
    """``None``: lossless, or of fixed quality."""
    preset_option: str | None = None
    presets: tuple[str, ...] = ()
    preset: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, float] = field(default_factory=dict)
    """Of the quantiser of one of fixed quality, about, in steps of 255, by profile."""


_QSCALE = Scale("qscale", 2, 1, 31)

_PRORES_STEPS = {"0": 24.0, "1": 20.0, "2": 12.0, "3": 6.0, "4": 6.0, "5": 6.0}
_DNXHR_STEPS = {"dnxhr_lb": 24.0, "dnxhr_sq": 12.0, "dnxhr_hq": 6.0, "dnxhr_hqx": 6.0,
                "dnxhr_444": 6.0}  # fmt: skip
"""These hold a rate: what a picture loses depends on how hard it is; this is for the hardest."""

_PRORES_PROFILES = {"Proxy": "0", "LT": "1", "Standard": "2", "HQ": "3", "4444": "4",
                    "4444XQ": "5", "XQ": "5"}  # fmt: skip
_DNXHR_PROFILES = {"DNXHR LB": "dnxhr_lb", "DNXHR SQ": "dnxhr_sq", "DNXHR HQ": "dnxhr_hq",
                   "DNXHR HQX": "dnxhr_hqx", "DNXHR 444": "dnxhr_444"}  # fmt: skip

_ENCODERS = {
    "h264": Encoder(
        "libx264",
        Scale("crf", 17, 0, 51, 4, 6),
        "preset",
        _X26X_PRESETS,
        "medium",
        {"forced-idr": "1", "sc_threshold": "0", "a53cc": "0"},
    ),
    "hevc": Encoder(
        "libx265",
        Scale("crf", 18, 0, 51, 4, 6),
        "preset",
        _X26X_PRESETS,
        "medium",
        {"forced-idr": "1", "a53cc": "0"},
    ),
    "vp9": Encoder(
        "libvpx-vp9",
        Scale("crf", 22, 0, 63, -4, 10),
        "cpu-used",
        tuple(str(n) for n in range(9)),
        "3",
        {"deadline": "good", "row-mt": "1", "b": "0"},
    ),
    "vp8": Encoder(
        "libvpx",
        Scale("crf", 6, 4, 63, -2, 12),
        "cpu-used",
        tuple(str(n) for n in range(17)),
        "3",
        {"deadline": "good", "b": "200M", "qmin": "0"},
    ),
    "av1": Encoder(
        "libsvtav1",
        Scale("crf", 20, 1, 63, -4, 10),
        "preset",
        tuple(str(n) for n in range(14)),
        "8",
    ),
    "mpeg4": Encoder("mpeg4", _QSCALE),
    "mpeg2video": Encoder("mpeg2video", _QSCALE, options={"a53cc": "0"}),
    "mpeg1video": Encoder("mpeg1video", _QSCALE),
    "h263": Encoder("h263", _QSCALE),
    "msmpeg4v3": Encoder("msmpeg4", _QSCALE),
    "msmpeg4v2": Encoder("msmpeg4v2", _QSCALE),
    "mjpeg": Encoder("mjpeg", _QSCALE),
    "prores": Encoder("prores_ks", options={"vendor": "apl0"}, steps=_PRORES_STEPS),
    "dnxhd": Encoder("dnxhd", steps=_DNXHR_STEPS),
    "ffv1": Encoder("ffv1", options={"level": "3"}),
    "huffyuv": Encoder("huffyuv"),
    "ffvhuff": Encoder("ffvhuff"),
    "utvideo": Encoder("utvideo"),
    "rawvideo": Encoder("rawvideo"),
    "png": Encoder("png"),
    "qtrle": Encoder("qtrle"),
    "v210": Encoder("v210"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """An encoder with what was asked of it."""

    codec: str
    encoder: Encoder
    quality: float | None
    preset: str | None
    profile: str | None = None

    @property
    def step(self) -> float:
        """Of the quantiser, about, in steps of 255: no mean of a few samples comes out farther
        from what was encoded; 0 of codecs that lose nothing."""
        if self.codec in LOSSLESS:
            return 0.0
        if self.encoder.scale is not None and self.quality is not None:
            return self.encoder.scale.step(self.quality)
        return self.encoder.steps[self.profile or ""]

    @property
    def words(self) -> str:
        parts = [self.encoder.name]
        if self.preset:
            parts.append(f"{self.encoder.preset_option} {self.preset}")
        if self.quality is not None and self.encoder.scale:
            parts.append(f"{self.encoder.scale.option} {self.quality:g}")
        if self.profile:
            parts.append(f"profile {self.profile}")
        return ", ".join(parts)


def chosen(codec: str, profile: str | None, settings: VideoPolicy) -> Choice:
    """The encoder for a video, by the user's settings.

    Args:
        codec: the input's, FFmpeg's name.
        profile: the input's, FFmpeg's name.

    Raises:
        RefusedError: the codec cannot be written, or a setting is not one of the encoder's.
    """
    choice = check_settings(codec, settings)
    return replace(choice, profile=_profile(choice.codec, profile))


def check_settings(codec: str, settings: VideoPolicy) -> Choice:
    """The same without a profile: what can be known before the pictures are looked at.

    Raises:
        RefusedError: the codec cannot be written, or a setting is not one of the encoder's.
    """
    wanted = codec if settings.codec == "same" else settings.codec
    encoder = _ENCODERS.get(wanted)
    if encoder is None:
        raise RefusedError(
            f"its codec {wanted} cannot be written again: there is no encoder for it.",
            hint=nearest(),
        )
    return Choice(
        wanted,
        encoder,
        _quality(encoder, settings.quality),
        _preset(encoder, settings.preset),
    )


def nearest(codec: str = "h264") -> str:
    """A hint at the codec to take instead."""
    return f"Take another codec with --codec {codec} (video.codec in the policy)."


def _quality(encoder: Encoder, asked: float | None) -> float | None:
    scale = encoder.scale
    if scale is None:
        if asked is not None:
            raise RefusedError(
                f"the encoder {encoder.name} has no quality setting.", hint="Leave out --quality."
            )
        return None
    if asked is None:
        return scale.default
    if not scale.lowest <= asked <= scale.highest:
        raise RefusedError(
            f"the encoder {encoder.name} takes a quality ({scale.option}) from {scale.lowest:g} "
            f"to {scale.highest:g}, not {asked:g}.",
            hint="Lower is better; leave out --quality for one that is visually lossless.",
        )
    return asked


def _preset(encoder: Encoder, asked: str) -> str | None:
    if asked == "default":
        return encoder.preset or None
    if asked not in encoder.presets:
        known = ", ".join(encoder.presets)
        raise RefusedError(
            f"the encoder {encoder.name} has no preset {asked!r}.",
            hint=f"It knows {known}." if known else "Leave out --preset.",
        )
    return asked


def _profile(codec: str, profile: str | None) -> str | None:
    table = {"prores": _PRORES_PROFILES, "dnxhd": _DNXHR_PROFILES}.get(codec)
    if table is None:
        return None
    found = table.get(profile or "")
    if found is None:
        raise RefusedError(
            f"its {codec} profile {profile or '(not stated)'} cannot be written again.",
            hint=nearest(),
        )
    return found


_X264_LOOKS_AHEAD = {"veryfast": 10, "faster": 20, "fast": 30, "medium": 40, "slow": 50}
"""Frames; presets that are slower look 60 ahead, those that are faster none."""


def thread_options(choice: Choice, *, single: bool) -> dict[str, str]:
    """How many threads the encoder takes.

    Args:
        single: one thread, for bytes that are the same each time.
    """
    name = choice.encoder.name
    if name == "libvpx-vp9":
        return {"threads": "1", "row-mt": "0"} if single else {"threads": "4", "tile-columns": "2"}
    if name == "libvpx":
        return {"threads": "1" if single else "2"}
    return {"threads": "1"} if single and name not in ("libx265", "libsvtav1") else {}


def lookahead_options(choice: Choice, pixels: int) -> dict[str, str]:
    """How many frames x264 and VP9 look ahead: each is held in memory, 6.5 MB in x264 at 1080p."""
    if choice.encoder.name == "libvpx-vp9" and pixels > MANY_PX:
        return {"lag-in-frames": "16"}
    if choice.encoder.name != "libx264" or pixels <= MANY_PX:
        return {}
    usual = _X264_LOOKS_AHEAD.get(choice.preset or "", 60)
    if choice.preset in ("ultrafast", "superfast"):
        usual = 0
    return {"rc-lookahead": str(min(usual, 20 if pixels <= VERY_MANY_PX else 10))}


MANY_PX, VERY_MANY_PX = 1_500_000, 12_000_000


def x265_params(choice: Choice, pixels: int, *, single: bool) -> list[str]:
    """Settings of x265 that FFmpeg has no options for."""
    params = ["log-level=none", "keyint=-1", "scenecut=0", "open-gop=0", "info=0"]
    if single:
        params += ["pools=none", "frame-threads=1", "wpp=0"]
    else:
        params.append("frame-threads=1" if pixels > MANY_PX else "frame-threads=2")
    if pixels > MANY_PX and choice.preset not in ("ultrafast", "superfast"):
        params.append("rc-lookahead=10")
    return params


def svt_params(pixels: int, *, single: bool) -> list[str]:
    """Settings of SVT-AV1 that FFmpeg has no options for."""
    params = ["lp=1" if single or pixels > MANY_PX else "lp=2", "scd=0"]
    return params + (["hierarchical-levels=3"] if pixels > MANY_PX else [])
