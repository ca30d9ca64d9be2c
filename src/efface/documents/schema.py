"""The JSON schema of models (draft 2020-12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(models: Sequence[Any], title: str) -> dict[str, Any]:
    """The schema of a document that follows one of the models, with all that it refers to.

    Args:
        title: what the document is called: ``efface.regions/1``.
    """
    parts, components = msgspec.json.schema_components(models, ref_template="#/$defs/{name}")
    one: dict[str, Any] = parts[0] if len(parts) == 1 else {"anyOf": list(parts)}
    return {"$schema": DIALECT, "title": title, **one, "$defs": components}
