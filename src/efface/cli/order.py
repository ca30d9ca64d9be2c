"""What was typed, as parts of an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from efface.colour import Colour
from efface.words import Method, Shape

if TYPE_CHECKING:
    from efface.api.policies import Policy


def coded(policy: Policy, asked: Mapping[str, Any]) -> Policy:
    """The policy with what was asked for of videos on top; ``None``: nothing was."""
    changes = {key: value for key, value in asked.items() if value is not None}
    try:
        return replace(policy, video=replace(policy.video, **changes))
    except ValueError as error:
        raise click.UsageError(f"{error}.") from error


def filled(policy: Policy, method: Method | None, figure: str | None) -> Policy:
    """The policy with what was asked for of the method on top; a figure asks for its method."""
    if figure is not None and method not in (None, "figure"):
        raise click.UsageError(f"--figure goes with --method figure, not with {method}.")
    asked = {"name": method if figure is None else "figure", "figure": figure}
    changes: dict[str, Any] = {key: value for key, value in asked.items() if value is not None}
    try:
        return replace(policy, method=replace(policy.method, **changes))
    except ValueError as error:
        raise click.UsageError(f"{error}.") from error


def drawn(policy: Policy, colour: str | None, shape: Shape | None) -> Policy:
    """The policy with what was asked for of zones on top."""
    if colour is not None:
        try:
            parsed = Colour.parse(colour)
        except ValueError as error:
            raise click.UsageError(f"--colour: {error}.") from error
        policy = replace(policy, method=replace(policy.method, colour=parsed))
    if shape is not None:
        policy = replace(policy, zones=replace(policy.zones, shape=shape))
    return policy
