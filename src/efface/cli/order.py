"""What was typed, as parts of an order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

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


def filled(policy: Policy, method: Method | None, of_it: Mapping[str, Any]) -> Policy:
    """The policy with what was asked for of the method on top.

    Args:
        of_it: values of ``OF_METHODS``; ``None``: not given.
    """
    from efface.api.policies import OtherMethodError, filled_with

    with _as_usage():
        try:
            return filled_with(policy, method, of_it)
        except OtherMethodError as error:
            raise click.UsageError(
                f"--{error.option} goes with --method {error.goes_with}, not {error.method}."
            ) from error


def drawn(policy: Policy, colour: str | None, shape: Shape | None) -> Policy:
    """The policy with what was asked for of zones on top."""
    from efface.api.policies import drawn_with

    with _as_usage("--colour: "):
        return drawn_with(policy, colour, shape)


@contextmanager
def _as_usage(named: str = "") -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise click.UsageError(f"{named}{error}.") from error
