"""Whether a person could be identified by a face as it shows: a rule on the side of caution.

It is a rule of thumb, not a measurement of who would recognise whom. The sizes follow what is asked
of surveillance pictures: EN 62676-4 wants 125 pixels a metre to recognise someone one knows, which
is 28 pixels for a face, and 62.5 to observe a person, which is 14. People recognise those they know
well in much worse pictures (Burton et al. 1999, "Face recognition in poor-quality video"; Sinha et
al. 2006, "Face recognition by humans: nineteen results"), hence never "no".
"""

from __future__ import annotations

from typing import Literal

from efface.detect.face_quality import FaceQuality

Identifiable = Literal["yes", "perhaps", "unlikely"]
"""From the most telling to the least."""

YES_PX = 24
"""Height of a face box from which a face that is not turned away counts as identifiable."""

PERHAPS_PX = 16
"""Height from which it may be."""

HIDDEN_YES_PX = 48
"""Height from which a face that is partly hidden counts as identifiable all the same."""

_WAYS = {
    "towards": "turned towards the camera",
    "three-quarter": "turned half to the side",
    "profile": "seen from the side",
    "unclear": "direction unclear",
    "away": "turned away or covered",
}


def judge(face: FaceQuality) -> tuple[Identifiable, str]:
    """The judgement and its reason in words. Shadow and darkness never count: they can be lifted.

    * ``unlikely``: less than ``PERHAPS_PX`` high; or turned away or covered, and not blurred;
    * ``perhaps``: less than ``YES_PX`` high; or blurred; or barely seen, so that it is unclear
      which way it is turned; or partly hidden and less than ``HIDDEN_YES_PX`` high;
    * ``yes``: everything else; and whatever fills the picture, since eyes alone are known by others
      and are no face to the networks that say which way it is turned.
    """
    if face.fills:
        return "yes", f"{face.height_px} px high, fills the picture or half of it"
    words = f"{face.height_px} px high, {_WAYS[face.pose]}"
    if face.height_px < PERHAPS_PX:
        return "unlikely", f"{words}: less than {PERHAPS_PX} px"
    if face.pose == "away" and face.sharpness != "blurred":
        return "unlikely", f"{words}: no face is seen in its place"
    doubt = _doubt(face)
    return ("perhaps", f"{words}{doubt}") if doubt else ("yes", words)


def _doubt(face: FaceQuality) -> str:
    """What speaks against the person being identified, in words; empty when nothing does."""
    if face.height_px < YES_PX:
        return f": less than {YES_PX} px"
    if face.sharpness == "blurred":
        return ", blurred"
    if face.pose == "unclear":
        return ", and barely seen"
    if face.hidden == "partly" and face.height_px < HIDDEN_YES_PX:
        return ", partly hidden"
    return ""
