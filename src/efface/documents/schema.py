"""The JSON schema of a model (draft 2020-12)."""

from __future__ import annotations

from typing import Any

import msgspec

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(model: Any, title: str) -> dict[str, Any]:
    """The schema, with everything it refers to.

    Args:
        title: what the document is called: ``efface.regions/1``.
    """
    return {"$schema": DIALECT, "title": title, **msgspec.json.schema(model)}
