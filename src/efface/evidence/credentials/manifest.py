"""One manifest, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from efface.evidence.credentials.regions import Region


@dataclass(frozen=True, slots=True)
class EditAction:
    """Something that was done."""

    name: str
    """``c2pa.edited``."""
    regions: tuple[Region, ...] = ()
    """Where, as far as efface understands it."""
    other_regions: int = 0
    """How many regions are of another shape or kind."""
    description: str | None = None
    reason: str | None = None
    source_type: str | None = None
    when: str | None = None
    """As it is written (RFC 3339)."""
    redacts: str | None = None
    """Which assertion it says was taken out (JUMBF URI)."""


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A file from which this one was made."""

    relationship: str
    """``parentOf``: the file that was edited."""
    format: str | None = None
    title: str | None = None
    manifest: str | None = None
    """Label of its own manifest."""
    says_more: bool = False
    """It has a thumbnail, data, a description, an address or an id."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one signer says."""

    label: str
    generator: str
    """Program and version."""
    title: str | None
    actions: tuple[EditAction, ...]
    assertions: tuple[str, ...]
    """Labels of all that are not emptied."""
    ingredients: tuple[Ingredient, ...]
    redactions: tuple[str, ...]
    """Assertions of other manifests that it says were taken out (JUMBF URIs)."""
    thumbnail: bool


def manifest_of(label: str, says: Mapping[str, Any], filled: tuple[str, ...]) -> Manifest:
    """From the library's JSON.

    Args:
        filled: labels of its assertions that hold anything.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: it is of another form.
    """
    generators: Sequence[Mapping[str, Any]] = says.get("claim_generator_info") or ()
    named = [f"{g.get('name', '?')} {g.get('version', '')}".strip() for g in generators]
    actions = [
        _action(action)
        for assertion in says.get("assertions", ())
        if assertion["label"].startswith("c2pa.actions")
        for action in assertion["data"]["actions"]
    ]
    return Manifest(
        label=label,
        generator=", ".join(named),
        title=_text(says.get("title")),
        actions=tuple(actions),
        assertions=filled,
        ingredients=tuple(_ingredient(i) for i in says.get("ingredients", ())),
        redactions=tuple(map(str, says.get("redactions") or ())),
        thumbnail="thumbnail" in says,
    )


def _action(says: Mapping[str, Any]) -> EditAction:
    changes = says.get("changes") or ()
    regions = [Region.from_json(change) for change in changes]
    known = tuple(region for region in regions if region is not None)
    return EditAction(
        name=str(says["action"]),
        regions=known,
        other_regions=len(regions) - len(known),
        description=_text(says.get("description")),
        reason=_text(says.get("reason")),
        source_type=_text(says.get("digitalSourceType")),
        when=_text(says.get("when")),
        redacts=_text((says.get("parameters") or {}).get("redacted")),
    )


_EXPECTED = {"relationship", "format", "title", "active_manifest", "label", "validation_results"}


def _ingredient(says: Mapping[str, Any]) -> Ingredient:
    return Ingredient(
        relationship=str(says["relationship"]),
        format=_text(says.get("format")),
        title=_text(says.get("title")),
        manifest=_text(says.get("active_manifest")),
        says_more=bool(says.keys() - _EXPECTED),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
