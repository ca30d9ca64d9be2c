"""What is recorded of a redaction: settings, and what the checks found."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from msgspec import Struct

from efface.documents.model import plain
from efface.evidence.pack.layout import DETAILS_SCHEMA
from efface.policy import Policy
from efface.workflow.redact.report import FileReport
from efface.workflow.redact.report_form import AttackDetails, DetailsDocument

OWN_FILE = "a drawing of the user's own.svg"
"""What stands for its name."""


def settings_of(policy: Policy) -> dict[str, Any]:
    """A policy as plain JSON types, without the names of the user's folders and files."""
    method = policy.method if policy.method.own_figure else replace(policy.method, figure=OWN_FILE)
    attack = replace(policy.attack, gallery="")
    return replace(policy, method=method, attack=attack).to_json()


def details_of(report: FileReport) -> dict[str, Any]:
    """What the checks found, in figures, for the pack: no template, no picture, no name of a file.
    With 32 bytes by lot, so that its hash, which is published, tells nothing."""
    attack = None
    if report.attack is not None:
        whole = report.attack.document()
        attack = AttackDetails(
            **_shared(whole, AttackDetails, "gallery"),
            gallery=_without_folder(whole.gallery),
        )
    return plain(
        DetailsDocument(
            schema=DETAILS_SCHEMA,
            nonce=secrets.token_hex(32),
            **_shared(report.entry(), DetailsDocument, "schema", "nonce", "attack"),
            attack=attack,
        )
    )


def _shared(whole: Struct, part: type[Struct], *but: str) -> dict[str, Any]:
    """What a document keeps of a larger one as it is."""
    return {name: getattr(whole, name) for name in part.__struct_fields__ if name not in but}


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
