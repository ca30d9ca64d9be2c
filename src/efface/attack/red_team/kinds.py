"""What can come of a person, from the best to the worst."""

from __future__ import annotations

from typing import Literal, get_args

Kind = Literal["removed", "not-found", "unproven", "not-covered", "found"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""From the best to the worst."""

WORDS: dict[Kind, str] = {
    "removed": "removed",
    "not-found": "not found by these attacks",
    "unproven": "not proven",
    "not-covered": "not covered",
    "found": "found",
}
