"""What a row of a manifest asks for, as an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast, get_args

from efface.enforced import raised
from efface.errors import RefusedError
from efface.files.paths import printable
from efface.policy import Policy, load_policy
from efface.regions import Regions
from efface.regions.choices import drawings, keeps
from efface.regions.documents import load_regions
from efface.words import Audience, Audio, Method, Recall, Shape, Subtitles
from efface.workflow.redact.asked import drawn_with, filled_with, meant_for
from efface.workflow.redact.methods import check_method
from efface.workflow.redact.order import Order, check_allowed

COLUMNS: Final = (
    "policy", "method", "figure", "cells", "noise", "redraw", "colour", "shape", "audience",
    "recall", "regions", "keep", "zone", "allow_no_face", "accept_rescan", "allow_damaged", "audio",
    "subtitles", "video_track",
)  # fmt: skip
"""Besides ``path`` and ``id``; an empty cell asks for nothing."""

_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "method": get_args(Method),
    "shape": get_args(Shape),
    "audience": get_args(Audience),
    "recall": get_args(Recall),
    "audio": get_args(Audio),
    "subtitles": get_args(Subtitles),
    "allow_no_face": ("yes", "no"),
    "accept_rescan": ("yes", "no"),
    "allow_damaged": ("yes", "no"),
}

_ZONES_APART: Final = "|"
"""Stands between zones of one cell."""


class RowOptions:
    """Reads rows; those that ask for the same share an order."""

    def __init__(self, folder: Path, base: Order) -> None:
        """
        Args:
            folder: in which policies and regions that rows name lie.
            base: what is done where a row says nothing else.
        """
        self._folder, self._base = folder, base
        self._orders: dict[tuple[str, ...], Order | None] = {}
        self._policies: dict[str, Policy] = {}

    def read(self, row: Mapping[str, str]) -> tuple[Order | None, Regions | None]:
        """The order of a row, ``None`` if it asks for nothing else than all, and its regions.

        Raises:
            RefusedError: it asks for what there is not, or is not allowed.
            InputError: a file that it names cannot be read.
        """
        given = {name: row.get(name, "").strip() for name in COLUMNS}
        named = given.pop("regions")
        asked = tuple(given.values())
        if asked not in self._orders:
            self._orders[asked] = self._order(given) if any(asked) else None
        order = self._orders[asked]
        if not named:
            return order, None
        documents = load_regions(self._own("regions", named))
        if len(documents) != 1:
            raise RefusedError(f"regions: expected those of one file, got {len(documents)}.")
        (regions,) = documents.values()
        check_allowed(order or self._base, regions)
        return order, regions

    def _order(self, given: Mapping[str, str]) -> Order:
        for name, choices in _CHOICES.items():
            if given[name] and given[name] not in choices:
                expected = f"{', '.join(choices[:-1])} or {choices[-1]}"
                raise RefusedError(
                    f"{name}: expected {expected}, got '{printable(given[name])[:50]}'."
                )
        try:
            policy = self._policy(given)
        except ValueError as error:
            raise RefusedError(f"{error}.") from error
        base = self._base
        zones = filter(None, map(str.strip, given["zone"].split(_ZONES_APART)))
        order = replace(
            base,
            policy=policy,
            keep=keeps(given["keep"]) or base.keep,
            drawn=drawings(zones) or base.drawn,
            allow_no_face=_flag(given["allow_no_face"], base.allow_no_face),
            accept_rescan=_flag(given["accept_rescan"], base.accept_rescan),
            allow_damaged=_flag(given["allow_damaged"], base.allow_damaged),
        )
        check_method(order)
        check_allowed(order, None)
        return order

    def _policy(self, given: Mapping[str, str]) -> Policy:
        """
        Raises:
            ValueError: a value lies out of range, or two do not go together.
            EffaceError: the policy's file cannot be read, or is not valid.
        """
        policy = self._loaded(given["policy"]) if given["policy"] else self._base.policy
        figure = given["figure"] or None
        of_it = {
            "figure": figure,
            "cells": _number("cells", given["cells"], int),
            "noise": _number("noise", given["noise"], float),
            "redraw": _number("redraw", given["redraw"], int),
        }
        policy = filled_with(policy, cast("Method | None", given["method"] or None), of_it)
        if figure is not None and not policy.method.own_figure:
            own = replace(policy.method, figure=str(self._own("figure", figure)))
            policy = replace(policy, method=own)
        policy = drawn_with(
            policy, given["colour"] or None, cast("Shape | None", given["shape"] or None)
        )
        track = _number("video_track", given["video_track"], int)
        if track is not None and track < 1:
            raise ValueError(f"video_track: expected a number from 1, got {track}")
        video = {"audio": given["audio"], "subtitles": given["subtitles"], "track": track}
        changes: dict[str, Any] = {key: value for key, value in video.items() if value}
        policy = replace(policy, video=replace(policy.video, **changes))
        if given["recall"]:
            policy = policy.looking(cast("Recall", given["recall"]))
        if given["audience"]:
            policy = meant_for(policy, cast("Audience", given["audience"]))
        return policy

    def _loaded(self, named: str) -> Policy:
        if named not in self._policies:
            self._policies[named] = raised(*load_policy(self._own("policy", named)))
        return self._policies[named]

    def _own(self, column: str, named: str) -> Path:
        """
        Raises:
            RefusedError: it lies elsewhere.
        """
        path = (self._folder / named).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise RefusedError(
                f"{column}: '{printable(named)[:100]}' lies outside the manifest's folder."
            )
        return path


def _flag(given: str, otherwise: bool) -> bool:
    return given == "yes" if given else otherwise


def _number(name: str, given: str, kind: type[int] | type[float]) -> Any:
    """
    Raises:
        ValueError: it is none.
    """
    if not given:
        return None
    try:
        return kind(given)
    except ValueError:
        raise ValueError(f"{name}: expected a number, got '{printable(given)[:50]}'") from None
