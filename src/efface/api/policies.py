"""Policies by name: what a run that names none is decided by, and what is enforced."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from efface.arguments import AnyPath
from efface.colour import Colour
from efface.enforced import check, default_policy, in_force, raised
from efface.policy import Policy
from efface.policy import load_policy as read_policy
from efface.words import Recall

__all__ = ["Colour", "Policy", "check", "in_force", "load_policy"]


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
