"""Words that policies, regions and options choose from, each set typed once; light to load."""

from __future__ import annotations

from typing import Literal, get_args

# Of regions.
Action = Literal["redact", "keep"]
Shape = Literal["box", "rounded"]
Source = Literal["detector", "person"]
Kind = Literal["image", "video"]

# Of policies.
Audience = Literal["public", "acquainted"]
"""From whom people are hidden: from those who do not know them, or also from those who do."""
Recall = Literal["fast", "default", "high"]
Method = Literal["solid", "figure", "layered", "replace"]
"""What the review app shows before a release."""
Fallback = Literal["solid", "stop"]
Expression = Literal["neutral", "keep"]
Age = Literal["any", "young", "middle", "old"]
SkinTone = Literal["any", "light", "medium", "dark"]
Hair = Literal["any", "none", "short", "long"]
FigureName = Literal["bust", "head", "short-hair", "long-hair", "headscarf"]
Codec = Literal["same", "h264", "hevc", "vp9", "av1"]
Audio = Literal["copy", "aac", "drop"]
Subtitles = Literal["copy", "drop"]

# Of policies and reports.
Confinement = Literal["none", "limits", "landlock", "bubblewrap"]
"""What the process that reads files is confined by, from the weakest to the strictest."""


def as_strict(given: Confinement, wanted: Confinement) -> bool:
    """Whether a confinement is as strict as another, or stricter."""
    order = get_args(Confinement)
    return order.index(given) >= order.index(wanted)
