"""What a person gives to the Python interface, as the types that the rooms speak."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from efface.enforced import raised
from efface.errors import RefusedError
from efface.policy import SCHEMA, Policy, Recall, load_policy
from efface.regions import Regions
from efface.remote.address import Place, place_of

AnyPath = str | os.PathLike[str]
GivenPolicy = Policy | AnyPath | Mapping[str, Any] | None
"""A policy, a policy file, its sections as a mapping (``{"zones": {"width": 2.2}}``), or none."""
GivenRegions = Regions | AnyPath | Mapping[str, Any] | None
"""Regions, a regions document, its path (or that of a folder of them), or none."""

GivenPassphrase = str | Callable[[], str]
"""A passphrase, or a function that asks for it when it is needed first."""


def passphrase_from(given: GivenPassphrase) -> Callable[[], str]:
    """Whatever tells the passphrase that was given."""
    return (lambda: given) if isinstance(given, str) else given


def policy_from(given: GivenPolicy, recall: Recall | None = None) -> Policy:
    """The policy that was given, no weaker than what is enforced.

    Args:
        recall: wins over the policy's.

    Raises:
        InputError: the file cannot be read.
        RefusedError: it is not a valid policy, or weaker than what is enforced.
        ValueError: there is no such recall.
        TypeError: it is something else.
    """
    asked: dict[str, object] | None = None
    match given:
        case None:
            policy = Policy()
        case Policy():
            policy = given
        case str() | os.PathLike():
            policy, asked = load_policy(Path(given))
        case Mapping():
            policy = Policy.from_json({"schema": SCHEMA, **given})
        case _:
            raise _unknown("a policy: a Policy, the path of a file, or a mapping", given)
    if recall is not None:
        policy = policy.looking(recall)
        if asked is not None:
            asked["detect.recall"] = recall
    return raised(policy, asked)


def reading_policy(given: GivenPolicy, recall: Recall | None = None) -> Policy:
    """The policy for what reads files in this very process: ``policy_from``, and a refusal.

    Raises:
        RefusedError: besides, it requires that files are read apart.
    """
    policy = policy_from(given, recall)
    least = policy.sandbox.require
    if least != "none":
        raise RefusedError(
            f"the policy requires that files are read apart (sandbox.require = {least!r}), and of "
            "this command they are not.",
            hint="'efface redact' and 'efface batch' read them apart; for this command leave "
            "sandbox.require out, if the files are your own.",
        )
    return policy


def all_regions(given: GivenRegions) -> dict[str, Regions] | None:
    """The regions that were given, by the SHA-256 of the file that they belong to.

    Raises:
        InputError: the file cannot be read.
        RefusedError: they are not valid.
        TypeError: it is something else.
    """
    match given:
        case None:
            return None
        case Regions():
            return {given.media.sha256.lower(): given}
        case str() | os.PathLike():
            from efface.regions.documents import load_regions  # noqa: PLC0415 - reads files

            return load_regions(Path(given))
        case Mapping():
            regions = Regions.from_json(dict(given))
            return {regions.media.sha256.lower(): regions}
    raise _unknown("regions: Regions, the path of a document, or a document", given)


def the_regions(given: GivenRegions) -> Regions:
    """The regions that were given, of one picture whatever it is.

    Raises:
        InputError: a file cannot be read.
        RefusedError: they are not valid, or of several files.
        TypeError: it is something else.
    """
    found = list((all_regions(given) or {}).values())
    if len(found) != 1:
        raise RefusedError(f"expected regions of one picture, got those of {len(found)}.")
    return found[0]


def path_from(given: object, expected: str = "the path of a file") -> Path:
    """A path that was given.

    Args:
        expected: what else could have been given, in words.

    Raises:
        TypeError: it is something else.
    """
    if isinstance(given, str | os.PathLike):
        return Path(given)
    raise _unknown(expected, given)


def place_from(given: object) -> Place:
    """A path, or an address, that was given.

    Raises:
        RefusedError: the address is none that leads anywhere, or holds a password.
        TypeError: it is something else.
    """
    return place_of(given) if isinstance(given, str) else path_from(given)


def _unknown(expected: str, given: object) -> TypeError:
    return TypeError(f"expected {expected}, got {type(given).__name__}")
