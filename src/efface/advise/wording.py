"""Figures and redactions in words."""

from __future__ import annotations

from efface.advise.leak_map import LeftOver
from efface.advise.redaction import SURE, RedactionKind, SeenRedaction

_NAMES: dict[RedactionKind, str] = {
    "none": "not redacted",
    "gaussian": "a Gaussian blur",
    "box": "a box blur",
    "mosaic": "a mosaic of mean colours",
    "sampled-mosaic": "a mosaic of single pixels' colours",
    "median": "a median filter",
    "swirl": "a swirl",
    "solid": "a solid fill",
    "bar": "a bar",
    "unknown": "something that is not known",
}


def share(value: float) -> str:
    """A share in per cent."""
    percent = 100 * value
    return f"{percent:.0f} %" if percent >= 9.5 or percent == 0 else f"{percent:.1f} %"


def named(redaction: SeenRedaction, strength: float | None, *, told: bool) -> str:
    """What was done, and how strongly."""
    size = ""
    px = redaction.strength_px
    if redaction.kind in ("mosaic", "sampled-mosaic") and strength is not None and px is not None:
        about = "" if told else "about "
        size = f", {about}{strength:.3g} cells across the face (cells of {px:.3g} px)"
    elif redaction.kind == "solid" and strength is not None:
        size = f", {strength:.2g} times as wide as the face"
    elif px is not None and strength is not None:
        what = "sigma" if redaction.kind == "gaussian" else "a window of"
        size = f", {what} {px:.3g} px, {strength:.2g} of the face's width"
    elif redaction.angle_deg is not None:
        size = f" of about {abs(redaction.angle_deg):.0f} degrees"
    name = _NAMES[redaction.kind]
    if told:
        return f"{name[0].upper()}{name[1:]}{size}."
    if redaction.kind == "none":
        return f"Not redacted, as it seems ({redaction.why})."
    if redaction.kind == "unknown":
        return f"Changed, in a way that is not known ({redaction.why})."
    lead = "It is" if redaction.sure >= SURE else "It may be"
    return f"{lead} {name}{size} (sure {redaction.sure:.2f})."


def left_words(k2: LeftOver, k0: LeftOver | None) -> str:
    """What attackers found, the strongest first."""
    low, high = k2.rank1_interval
    said = (
        f"An attacker who knows the method and trained on other people (K2) found the right one of "
        f"{k2.people} for {share(k2.rank1)} ({share(low)} to {share(high)}; chance "
        f"{share(k2.chance)}), {k2.bits:.1f} bits"
    )
    if k0 is None:
        return said + "."
    return said + (
        f"; one with an ordinary recogniser (K0) for {share(k0.rank1)} "
        f"({share(k0.rank1_interval[0])} to {share(k0.rank1_interval[1])})."
    )
