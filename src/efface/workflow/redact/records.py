"""What is recorded of a redaction: settings, and what the checks found."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from efface.evidence.pack.layout import DETAILS_SCHEMA
from efface.policy import Policy
from efface.workflow.redact.report import FileReport

_OF_FILE = (
    "format", "width", "height", "frames", "faces", "counts", "covered", "kept", "detector",
    "rescan",
)  # fmt: skip
_OF_ATTACK = ("schema", "efface", "passed", "frames", "alpha", "recognisers", "people")


def settings_of(policy: Policy) -> dict[str, Any]:
    """A policy as plain JSON types, without the names of the user's folders."""
    return replace(policy, attack=replace(policy.attack, gallery="")).to_json()


def details_of(report: FileReport) -> dict[str, Any]:
    """What the checks found, in figures, for the pack: no template, no picture, no name of a file.
    With 32 bytes by lot, so that its hash, which is published, tells nothing."""
    attack = None
    if report.attack is not None:
        whole = report.attack.to_json()
        attack = {
            **{name: whole[name] for name in (*_OF_ATTACK, "calibration", "notes", "limits")},
            "gallery": _without_folder(report.attack.gallery),
        }
    document = report.to_json()
    kept_of_file: Mapping[str, Any] = {
        name: document[name] for name in (*_OF_FILE, "outside_zones", "video", "notes")
    }
    return {
        "schema": DETAILS_SCHEMA,
        "nonce": secrets.token_hex(32),
        **kept_of_file,
        "attack": attack,
    }


def _without_folder(gallery: str) -> str:
    """Who the distractors were, in words, without the name of the user's folder."""
    from efface.attack.red_team.distractors import BUILT_IN  # noqa: PLC0415 - with an attack only

    number, _, named = gallery.partition(" ")
    return gallery if named == BUILT_IN else f"{number} faces of the user's own collection"


def kept_exactly(report: FileReport) -> bool:
    """Whether nothing outside the zones went through an encoder that loses something."""
    if report.video is not None:
        return False
    return report.fidelity is not None and report.fidelity.exact


def rescan_of(report: FileReport) -> str:
    """What the second detector's look came to: ``off``, ``passed``, or ``accepted`` when it saw a
    face and the user released the file."""
    if report.rescan is None:
        return "off"
    return "accepted" if report.rescan.uncovered else "passed"
