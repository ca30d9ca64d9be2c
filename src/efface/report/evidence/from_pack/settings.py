"""The settings of a redaction in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from efface.colour import Colour
from efface.policy import Audio, Policy, VideoPolicy
from efface.regions import Kind

RECALL = {
    "fast": "fast: fewer scales, no turned heads, in a video not every frame",
    "default": "default",
    "high": "high: more faces and more false ones, for a person who reviews them",
}
_COLOURS = {(0, 0, 0): "black", (255, 255, 255): "white", (128, 128, 128): "grey"}
_SHAPES = {"box": "rectangles", "rounded": "rectangles with rounded corners"}
_RATIOS = {True: ", all in one ratio of width to height", False: ""}
_QUALITY = {"WebP": "webp_quality", "AVIF": "avif_quality", "HEIC": "heic_quality"}
"""Formats that are encoded again (WebP only where it is lossy), and their settings."""


def method_in_words(settings: Mapping[str, Any]) -> str:
    """How zones are filled; a sentence."""
    policy = _policy(settings)
    if policy is None:
        return "It is told below, in the words of the settings"
    if policy.method.name == "figure":
        return f"A drawn head was put into each zone ({_figure(policy)}), whatever was under it"
    if policy.method.name == "layered":
        return (
            f"Each face was replaced by a soft shape in its own colours, {_layered(policy)}: that "
            "is friction for whoever wants to know who it is, and no removal"
        )
    if policy.method.name == "replace":
        return (
            "In place of each face a network drew the head of somebody who does not exist, to suit "
            "what lies around the zone; what is drawn follows from nothing that was under it"
        )
    colour = _colour(policy.method.colour)
    return f"Each zone was filled with one colour, {colour}, whatever was under it"


def recall_of(settings: Mapping[str, Any]) -> str | None:
    """How hard faces were looked for, as the policy names it."""
    policy = _policy(settings)
    return None if policy is None else policy.detect.recall


def alpha_of(settings: Mapping[str, Any]) -> float:
    """Chance that the red team fails a face of which nothing is left."""
    return (_policy(settings) or Policy()).attack.alpha


def settings_in_words(
    settings: Mapping[str, Any], kind: Kind, format: str
) -> tuple[tuple[str, str], ...]:
    """What was set, and how; those of another version as they stand.

    Args:
        kind: of the file.
        format: as a person says it: ``JPEG``.
    """
    policy = _policy(settings)
    return tuple(_plain(settings)) if policy is None else tuple(_in_words(policy, kind, format))


def _policy(settings: Mapping[str, Any]) -> Policy | None:
    try:
        policy = Policy.parse(settings)
    except (ValueError, TypeError):
        return None
    if "one_ratio" in settings.get("zones", {}):
        return policy
    return replace(policy, zones=replace(policy.zones, one_ratio=False))  # there was none then


def _plain(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for section, values in settings.items():
        if isinstance(values, dict):
            yield from ((f"{section}.{name}", str(value)) for name, value in values.items())
        else:
            yield section, str(values)


def _in_words(policy: Policy, kind: Kind, format: str) -> Iterator[tuple[str, str]]:
    zones, rescan, attack = policy.zones, policy.rescan, policy.attack
    yield "fill", _fill(policy)
    yield (
        "zones",
        f"{zones.width:g} times the width and {zones.height:g} times the height of the face, at "
        f"least {zones.min_margin_px} pixels more on every side; {_SHAPES[zones.shape]}"
        f"{_RATIOS[zones.one_ratio]}",
    )
    yield "search for faces", RECALL[policy.detect.recall]
    score = "" if rescan.threshold is None else f", for faces from a score of {rescan.threshold:g}"
    yield "second detector on the finished file", f"on{score}" if rescan.enabled else "off"
    chance = f"on; chance of a false alarm for each face (alpha): {attack.alpha:g}"
    yield "red team on the finished file", chance if attack.enabled else "off"
    if kind == "video":
        yield from _video(policy.video)
    elif format in _QUALITY:
        encode = policy.encode
        quality = getattr(encode, _QUALITY[format])
        said = "by that of the original, the default" if quality is None else f"{quality:g}"
        yield "quality, where the file is encoded again", said
        yield (
            "refused, outside the zones",
            f"below an SSIM of {encode.min_ssim:g}, or where colours move by more than "
            f"{encode.max_shift:g} of 255",
        )


def _video(video: VideoPolicy) -> Iterator[tuple[str, str]]:
    quality = "visually lossless, the default" if video.quality is None else f"{video.quality:g}"
    yield "codec", "that of the original" if video.codec == "same" else video.codec
    yield "quality, on the encoder's scale", quality
    yield "the encoder's speed", video.preset
    yield "sound", _SOUND[video.audio]
    yield "subtitles", "kept as they were" if video.subtitles == "copy" else "left out"
    yield "video track", "the main one" if not video.track else f"number {video.track}"
    yield "same bytes each time", "yes, one thread" if video.reproducible else "not asked for"
    yield "refused, outside the zones", f"below a mean SSIM of {video.min_ssim:g}"


_SOUND: dict[Audio, str] = {
    "copy": "kept as it was",
    "aac": "encoded anew as AAC where it was something else",
    "drop": "left out",
}


def _fill(policy: Policy) -> str:
    if policy.method.name == "figure":
        return f"a drawn head, {_figure(policy)}"
    if policy.method.name == "layered":
        return f"layered, {_layered(policy)}"
    if policy.method.name == "replace":
        return "heads of people who do not exist, drawn by a network"
    return f"one colour, {_colour(policy.method.colour)}"


def _layered(policy: Policy) -> str:
    cells = policy.method.cells
    return f"in {cells} x {cells} cells with noise {policy.method.noise:g}, which is secret"


def _figure(policy: Policy) -> str:
    method = policy.method
    behind = f"before {_colour(method.background)}"
    if not method.own_figure:
        return f"the user's own drawing, {behind}"
    return f"{method.figure}, in shades of {_colour(method.fill)}, {behind}"


def _colour(colour: Colour) -> str:
    name = _COLOURS.get(colour.rgb)
    return str(colour) if name is None else f"{name} ({colour})"
