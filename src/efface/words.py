"""Words that policies, regions and options choose from, each set typed once; light to load."""

from __future__ import annotations

from typing import Literal

# Of regions.
Action = Literal["redact", "keep"]
Shape = Literal["box", "rounded"]
Source = Literal["detector", "person"]
Kind = Literal["image", "video"]

# Of policies.
Recall = Literal["fast", "default", "high"]
Method = Literal["solid", "figure", "layered"]
FigureName = Literal["bust", "head", "short-hair", "long-hair", "headscarf"]
Codec = Literal["same", "h264", "hevc", "vp9", "av1"]
Audio = Literal["copy", "aac", "drop"]
Subtitles = Literal["copy", "drop"]
