"""An audit as a page for an editor. Nothing on it is fetched; faces are on it only as they are
published, and only where small pictures were asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from efface.advise.wording import share
from efface.audit.form import AuditDocument
from efface.audit.ranking import Action

WORDS: Final[Mapping[Action, str]] = {
    "take down": "Take down now. Attacks found people in faces redacted so. Put a version with a "
    "solid fill, made from the original, in its place.",
    "replace": "Replace. Attacks found few people in faces redacted so, or nobody has measured "
    "it. Make a version with a solid fill from the original.",
    "look": "Look at it. It is not known what was done, whether it is a face at all, or how far a "
    "solid fill reaches beyond the face.",
    "leave": "Leave. Attacks found nobody in faces redacted so. That nobody can is not said.",
}


def page(audit: AuditDocument) -> str:
    """As HTML."""
    environment = Environment(
        loader=PackageLoader("efface.audit", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["share"] = share
    return environment.get_template("page.html.jinja").render(audit=audit, words=WORDS)
