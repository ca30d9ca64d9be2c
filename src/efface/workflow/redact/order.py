"""What the user asked for, for every file of a run: plain data."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from efface.documents.reading import as_model
from efface.enforced import check
from efface.errors import RefusedError
from efface.policy import Policy
from efface.redact.people import NOBODY, NamedPeople
from efface.regions import Regions
from efface.regions.choices import Drawn, Keep, Span
from efface.workflow.redact.form import (
    ORDER_SCHEMA,
    DrawnEntry,
    KeepEntry,
    KeyEntry,
    OrderDocument,
    PackEntry,
    PeopleEntry,
    SpanEntry,
)


@dataclass(frozen=True, slots=True)
class PackOrder:
    """The pack whose original the input is. Passphrases are asked for, and no part of it."""

    folder: Path
    key_name: str | None = None
    """Key to sign with; ``None``: the only one."""
    identity_files: tuple[Path, ...] = ()
    """Secret keys that open its seal; none: the user's own."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order for one or many files."""

    policy: Policy = field(default_factory=Policy)
    keep: tuple[Keep, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    """Zones drawn by hand, on top of what is found."""
    allow_no_face: bool = False
    accept_rescan: bool = False
    """Release a file in which the rescan saw an uncovered face; the report says so."""
    allow_damaged: bool = False
    """Write what of a damaged video can be read."""
    overwrite: bool = False
    skip_existing: bool = False
    """Take an output that exists for the result of an earlier run."""
    dry_run: bool = False
    """Open the input and check what can be checked, and neither look for faces nor write."""
    pack: PackOrder | None = None
    """Prove and sign what is released; for one file, the original of that pack."""
    people: NamedPeople = NOBODY
    """Whom the user named in the one file that this is for."""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types (``efface.order/1``), from which ``from_json`` makes the same again.
        Names of files that are no text have lone surrogates, as Python has them."""
        document: dict[str, Any] = msgspec.to_builtins(
            OrderDocument(
                schema=ORDER_SCHEMA,
                policy=self.policy.to_json(),
                keep=tuple(KeepEntry(one.track, _span_entry(one.span)) for one in self.keep),
                drawn=tuple(map(_drawn_entry, self.drawn)),
                allow_no_face=self.allow_no_face,
                accept_rescan=self.accept_rescan,
                allow_damaged=self.allow_damaged,
                overwrite=self.overwrite,
                skip_existing=self.skip_existing,
                dry_run=self.dry_run,
                pack=None if self.pack is None else _pack_entry(self.pack),
                people=PeopleEntry(
                    {track: own.hex() for track, own in self.people.identities.items()},
                    self.people.project.hex(),
                ),
            )
        )
        return document

    @classmethod
    def from_json(cls, document: object) -> Order:
        """Read ``to_json``.

        Raises:
            RefusedError: it does not follow ``efface.order/1``, or its policy not
                ``efface.policy/1``.
        """
        try:
            form = as_model(document, OrderDocument)
        except ValueError as error:
            raise RefusedError(f"the order is not valid {ORDER_SCHEMA}: {error}.") from error
        return cls(
            Policy.from_json(form.policy),
            tuple(Keep(one.track, _span_of(one.span)) for one in form.keep),
            tuple(
                Drawn(tuple((key.time, key.box) for key in one.keys), _span_of(one.span))
                for one in form.drawn
            ),
            form.allow_no_face,
            form.accept_rescan,
            form.allow_damaged,
            form.overwrite,
            form.skip_existing,
            form.dry_run,
            None if form.pack is None else _pack_of(form.pack),
            NamedPeople(
                {track: bytes.fromhex(own) for track, own in form.people.identities.items()},
                bytes.fromhex(form.people.project),
            ),
        )


def check_allowed(order: Order, regions: Regions | None) -> None:
    """Refuse what the policy, or one that is enforced, does not leave to a person.

    Args:
        regions: given in place of what the detectors find.

    Raises:
        RefusedError: it was asked for all the same.
        InputError: an enforced policy cannot be read.
    """
    allow = order.policy.allow
    kept = regions is not None and any(track.action == "keep" for track in regions.tracks)
    asked = (
        (order.allow_no_face and not allow.no_face, "no_face", "a file without a face"),
        (order.accept_rescan and not allow.rescan, "rescan", "a face that the rescan saw"),
        (order.allow_damaged and not allow.damaged, "damaged", "a damaged video"),
        ((bool(order.keep) or kept) and not allow.keep, "keep", "a face that stays visible"),
        (regions is not None and not allow.regions, "regions", "regions that were given"),
    )
    for refused, key, what in asked:
        if refused:
            raise RefusedError(
                f"the policy does not allow {what} (allow.{key} = false).",
                hint="Leave the option out, or ask whoever set the policy.",
            )
    check(order.policy, regions)


def _span_entry(span: Span | None) -> SpanEntry | None:
    if span is None:
        return None
    return SpanEntry(span.start, None if math.isinf(span.end) else span.end)


def _span_of(entry: SpanEntry | None) -> Span | None:
    if entry is None:
        return None
    return Span(entry.start, math.inf if entry.end is None else entry.end)


def _drawn_entry(zone: Drawn) -> DrawnEntry:
    keys = tuple(KeyEntry(moment, place) for moment, place in zone.keys)
    return DrawnEntry(keys, _span_entry(zone.span))


def _pack_entry(pack: PackOrder) -> PackEntry:
    return PackEntry(str(pack.folder), pack.key_name, tuple(map(str, pack.identity_files)))


def _pack_of(entry: PackEntry) -> PackOrder:
    return PackOrder(Path(entry.folder), entry.key_name, tuple(map(Path, entry.identity_files)))
