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


OF_METHODS: Mapping[str, Method] = {"figure": "figure", "cells": "layered", "noise": "layered"}
"""Options that ask for a method, and say something of it."""


def filled(policy: Policy, method: Method | None, of_it: Mapping[str, Any]) -> Policy:
    """The policy with what was asked for of the method on top.

    Args:
        of_it: values of ``OF_METHODS``; ``None``: not given.
    """
    for option, goes_with in OF_METHODS.items():
        if of_it[option] is not None:
            if method not in (None, goes_with):
                raise click.UsageError(f"--{option} goes with --method {goes_with}, not {method}.")
            method = goes_with
    asked = {"name": method, **of_it}
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
