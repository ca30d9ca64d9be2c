"""A policy with what was asked for of it on top, by options or by a row of a manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from efface.colour import Colour
from efface.policy import Policy, ZonePolicy
from efface.words import Audience, Method, Shape

PERSON = ZonePolicy(width=4.0, height=2.0, below=7.0)
"""Of people who stand: a head is about a seventh of a body's height and a quarter to a third of its
width across arms that hang, and a face box is about two thirds of a head. Whoever sits or is turned
is covered too, and much that is nobody; whoever lies, or spreads the arms, is not covered whole."""


OF_METHODS: Final[Mapping[str, Method]] = {
    "figure": "figure",
    "cells": "layered",
    "noise": "layered",
    "redraw": "replace",
    "person": "replace",
}
"""Options that ask for a method, and say something of it."""


class OtherMethodError(ValueError):
    """An option that says something of another method than the one that was asked for."""

    def __init__(self, option: str, goes_with: Method, method: Method) -> None:
        super().__init__(f"{option} goes with the method {goes_with}, not {method}")
        self.option, self.goes_with, self.method = option, goes_with, method


def filled_with(policy: Policy, method: Method | None, of_it: Mapping[str, Any]) -> Policy:
    """The policy with what was asked for of the method on top.

    Args:
        of_it: values of ``OF_METHODS``; left out or ``None``: not given. Who is drawn as which
            person is no part of a policy.

    Raises:
        ValueError: they do not go together, or lie out of range.
    """
    for option, goes_with in OF_METHODS.items():
        if of_it.get(option) is not None:
            if method is not None and method != goes_with:
                raise OtherMethodError(option, goes_with, method)
            method = goes_with
    asked = {"name": method, **{key: value for key, value in of_it.items() if key != "person"}}
    changes: dict[str, Any] = {key: value for key, value in asked.items() if value is not None}
    drawn = {key: changes.pop(key) for key in ("redraw",) if key in changes}
    return replace(
        policy,
        method=replace(policy.method, **changes),
        replace=replace(policy.replace, **drawn),
    )


def drawn_with(policy: Policy, colour: str | None, shape: Shape | None) -> Policy:
    """The policy with what was asked for of zones on top.

    Raises:
        ValueError: that is no colour.
    """
    if colour is not None:
        parsed = Colour.parse(colour)
        policy = replace(policy, method=replace(policy.method, colour=parsed))
    if shape is not None:
        policy = replace(policy, zones=replace(policy.zones, shape=shape))
    return policy


def meant_for(policy: Policy, audience: Audience) -> Policy:
    """The policy with zones as large as an audience asks for.

    Args:
        audience: from whom people are hidden. ``public``: zones stay as they are, over the head;
            ``acquainted``: people who know them, by hair, body and clothes too, so zones reach down
            over the body. What then still tells who somebody is: gait, voice, company, place.
    """
    if audience == "public":
        return policy
    own = policy.zones
    grown = replace(
        own,
        width=max(own.width, PERSON.width),
        height=max(own.height, PERSON.height),
        below=max(own.below, PERSON.below),
    )
    return replace(policy, zones=grown)
