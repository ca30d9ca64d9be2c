"""What a manifest says: what was done, where, and efface's own assertion; nothing else.

The original is named as the parent, as the specification asks of an edited file (2.4, 18.15.2), by
its format alone. Neither its bytes nor its own credentials are given to the library, however it was
signed: their thumbnails, names and places would come along. That it was the original, efface's
salted commitment proves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from efface.errors import RefusedError
from efface.evidence.credentials.regions import Region
from efface.media.metadata.credentials import EVIDENCE_LABEL
from efface.version import __version__

OPENED, EDITED, METADATA, TRANSCODED, REDACTED = (
    "c2pa.opened",
    "c2pa.edited",
    "c2pa.edited.metadata",
    "c2pa.transcoded",
    "c2pa.redacted",
)
"""Names of actions (2.4, table 8)."""
PERSONAL = "c2pa.PII.present"
"""Reason of an action: personal information (2.4, 18.15.4.2)."""

MAX_BYTES = 1 << 20
"""Of a manifest as JSON: the library takes no longer string."""

_PARENT = "original"
"""Connects the action with the ingredient in the library's input; it is not written."""


class SourceType(StrEnum):
    """How what is in the zones came about (IPTC's vocabulary of digital source types)."""

    COMPOSITE_WITH_TRAINED = (
        "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
    )
    """A trained model made it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What was done to the original."""

    regions: tuple[Region, ...]
    """Where; empty when nothing but metadata was taken out."""
    evidence: Mapping[str, Any]
    """For the assertion ``org.efface.evidence``: JSON types, binary parts as base64; with the
    rest at most ``MAX_BYTES``."""
    description: str = "Faces were covered."
    """In words, for people; not of the user's."""
    source_type: SourceType | None = None
    """How what is in the zones came about; ``None`` for a plain fill."""
    encoded_again: bool = False
    """The pixels outside the zones went through an encoder that loses something."""
    further: Mapping[str, str] = field(default_factory=dict)
    """Whatever else was done: names of actions, each with a description. The manifest says that
    nothing was done but what it names."""
    when: datetime | None = None
    """When, as the signer says, with a time zone; written to the second. ``None``: not told."""
    title: str | None = None
    """Of the file, in the user's words. ``None``: none; a file's name is never taken."""


def definition(edit: Edit, media_type: str) -> dict[str, Any]:
    """The manifest as the library takes it.

    Args:
        media_type: of the original and the redacted file.

    Raises:
        RefusedError: it is too long.
    """
    out: dict[str, Any] = {
        "claim_generator_info": [{"name": "efface", "version": __version__}],
        "ingredients": [{"relationship": "parentOf", "format": media_type, "label": _PARENT}],
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {"actions": _actions(edit), "allActionsIncluded": True},
            },
            {"label": EVIDENCE_LABEL, "kind": "Json", "data": dict(edit.evidence)},
        ],
    }
    if edit.title is not None:
        out["title"] = edit.title
    size = len(json.dumps(out))
    if size > MAX_BYTES:
        raise RefusedError(
            f"the evidence is too long for Content Credentials ({size} bytes of {MAX_BYTES}).",
            hint="Long proofs belong into the pack.",
        )
    return out


def _actions(edit: Edit) -> list[dict[str, Any]]:
    actions: list[dict[str, Any]] = [{"action": OPENED, "parameters": {"ingredientIds": [_PARENT]}}]
    if edit.regions:
        covered = {
            "action": EDITED,
            "description": edit.description,
            "reason": PERSONAL,
            "changes": [region.to_json() for region in edit.regions],
        }
        if edit.source_type is not None:
            covered["digitalSourceType"] = str(edit.source_type)
        actions.append(covered)
    actions.append({"action": METADATA, "reason": PERSONAL})
    if edit.encoded_again:
        # of which file, readers ask here as they do where it is opened (C2PA, "Actions")
        actions.append({"action": TRANSCODED, "parameters": {"ingredientIds": [_PARENT]}})
    actions += [{"action": name, "description": text} for name, text in edit.further.items()]
    if edit.when is not None:
        for action in actions[1:]:
            action["when"] = f"{edit.when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return actions
