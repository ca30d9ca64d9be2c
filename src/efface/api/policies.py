"""Policies by name: what a run that names none is decided by, and what is enforced."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from efface.arguments import AnyPath, reading_policy
from efface.colour import Colour
from efface.enforced import check, default_policy, in_force, raised
from efface.policy import Policy
from efface.policy import load_policy as read_policy
from efface.words import Audience, Recall
from efface.workflow.redact.asked import OtherMethodError, drawn_with, filled_with, meant_for
from efface.zones.ratio import ratio_of

__all__ = [
    "Audience", "Colour", "OtherMethodError", "Policy", "check", "drawn_with", "filled_with",
    "in_force", "load_policy", "meant_for", "reading_policy", "zone_ratio",
]  # fmt: skip


def load_policy(
    path: AnyPath | None = None, *, recall: Recall | None = None, track: int | None = None
) -> Policy:
    """The policy of a file, or the one that commands take when none is named: the user's own, else
    the system's, else the defaults. No weaker than what is enforced.

    Args:
        path: TOML.
        recall: how hard to look; wins over the file's.
        track: which of several video tracks, from 1; likewise.

    Raises:
        InputError: a policy cannot be read.
        RefusedError: it is not valid, or weaker than what is enforced.
    """
    place = default_policy() if path is None else Path(path)
    policy, asked = (Policy(), dict[str, object]()) if place is None else read_policy(place)
    if recall is not None:
        policy = policy.looking(recall)
        asked["detect.recall"] = recall
    if track is not None:
        policy = replace(policy, video=replace(policy.video, track=track))
    return raised(policy, asked)


def zone_ratio(policy: Policy) -> float | None:
    """Width of every grown zone, without the body below, for its height; ``None``: zones follow
    their faces."""
    return ratio_of(policy.zones) if policy.zones.one_ratio else None
