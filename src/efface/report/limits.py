"""What a redaction does not protect from, in every report."""

from __future__ import annotations

LIMITS = (
    "A zone hides at most the face under it: body, gait, clothes, tattoos, badges, plates, "
    "reflections, the place and the story can still identify a person.",
    "Detectors miss faces: look at the result yourself before you publish it.",
    "An unredacted copy elsewhere can be found by searching for the rest of the picture.",
    "The camera's sensor pattern stays in what was not covered.",
)
