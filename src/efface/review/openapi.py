"""The interface described (OpenAPI 3.1), from the models that it is made of; the page's types are
generated from it.

``python -m efface.review.openapi`` prints it.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import msgspec

from efface.review import forms

_FILE = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
_REVISION = {
    "name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"},
    "description": "The revision that the decisions are based on, in quotation marks.",
}  # fmt: skip
_SHOWN = [
    {"name": name, "in": "query", "schema": {"type": "integer", "minimum": 0}}
    for name in ("page", "side")
]
_AT = [
    {"name": name, "in": "query", "schema": {"type": "integer"}}
    for name in ("pts", "side", "seek", "rough")
]
_CUT = [
    {"name": name, "in": "query", "schema": {"type": "integer"}}
    for name in ("pts", "side", "x", "y", "w", "h")
]
_OTHER = {"name": "method", "in": "query", "schema": {"type": "string"}}
_STREAM = "application/octet-stream"
_MODELS = (
    forms.DeskState, forms.FileState, forms.AudienceChoice,
    forms.MethodChoice, forms.Decisions, forms.ReleaseOrder,
    forms.ReleaseOutcome, forms.Trouble, forms.Happening,
    forms.ClipState, forms.WatchedSpans, forms.FileSummary, forms.AttackView,
    forms.EvidenceState, forms.KeyOrder, forms.ConfirmationOrder,
)  # fmt: skip


def description() -> dict[str, Any]:
    """The whole of it, as plain JSON types."""
    parts, components = msgspec.json.schema_components(
        _MODELS, ref_template="#/components/schemas/{name}"
    )
    of = dict(zip(_MODELS, parts, strict=True))

    def done(model: Any) -> dict[str, Any]:
        return {"200": _content("application/json", of[model]), "default": _TROUBLE}

    def body(model: Any) -> dict[str, Any]:
        return {"required": True, "content": {"application/json": {"schema": of[model]}}}

    shown = {
        "parameters": [_FILE, *_SHOWN],
        "responses": {
            "200": _content("image/jpeg", {"type": "string", "format": "binary"}),
            "default": _TROUBLE,
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "efface review", "version": "1"},
        "paths": {
            "/api/desk": {"get": {"responses": done(forms.DeskState)}},
            "/api/audience": {
                "put": {
                    "requestBody": body(forms.AudienceChoice), "responses": done(forms.DeskState)
                }
            },
            "/api/method": {
                "put": {
                    "requestBody": body(forms.MethodChoice), "responses": done(forms.DeskState)
                }
            },
            "/api/evidence": {"get": {"responses": done(forms.EvidenceState)}},
            "/api/keys": {
                "post": {
                    "requestBody": body(forms.KeyOrder), "responses": done(forms.EvidenceState)
                }
            },
            "/api/files/{id}": {
                "get": {"parameters": [_FILE], "responses": done(forms.FileState)}
            },
            "/api/files/{id}/hurry": {
                "post": {
                    "parameters": [_FILE],
                    "responses": {"204": {"description": "It is next."}, "default": _TROUBLE},
                }
            },
            "/api/files/{id}/decisions": {
                "put": {
                    "parameters": [_FILE, _REVISION], "requestBody": body(forms.Decisions),
                    "responses": done(forms.FileState),
                }
            },
            "/api/files/{id}/looks": {
                "post": {
                    "parameters": [_FILE, _REVISION], "requestBody": body(forms.ConfirmationOrder),
                    "responses": done(forms.FileState),
                }
            },
            "/api/files/{id}/picture": {"get": shown},
            "/api/files/{id}/preview": {
                "get": shown | {"parameters": [_FILE, *_SHOWN, _OTHER]}
            },
            "/api/files/{id}/clip": {
                "get": {"parameters": [_FILE], "responses": done(forms.ClipState)}
            },
            "/api/files/{id}/frame": {"get": shown | {"parameters": [_FILE, *_AT]}},
            "/api/files/{id}/crop": {"get": shown | {"parameters": [_FILE, *_CUT]}},
            "/api/files/{id}/watched": {
                "put": {
                    "parameters": [_FILE], "requestBody": body(forms.WatchedSpans),
                    "responses": {"204": {"description": "Kept."}, "default": _TROUBLE},
                }
            },
            "/api/files/{id}/release": {
                "delete": {
                    "parameters": [_FILE],
                    "responses": {"204": {"description": "It will stop."}, "default": _TROUBLE},
                },
                "post": {
                    "parameters": [_FILE], "requestBody": body(forms.ReleaseOrder),
                    "responses": done(forms.ReleaseOutcome),
                }
            },
            "/api/files/{id}/attack": {
                "post": {"parameters": [_FILE], "responses": done(forms.AttackView)}
            },
            "/api/files/{id}/report": {
                "get": {
                    "parameters": [_FILE],
                    "responses": {
                        "200": _content("application/json", {"type": "object"}),
                        "default": _TROUBLE,
                    },
                }
            },
            "/api/files/{id}/result": {
                "get": {
                    "parameters": [_FILE],
                    "responses": {
                        "200": _content(_STREAM, {"type": "string", "format": "binary"}),
                        "default": _TROUBLE,
                    },
                }
            },
            "/api/uploads": {
                "post": {
                    "parameters": [
                        {"name": "name", "in": "query", "schema": {"type": "string"}}
                    ],
                    "requestBody": {
                        "required": True,
                        "content": {_STREAM: {"schema": {"type": "string", "format": "binary"}}},
                    },
                    "responses": done(forms.FileSummary),
                }
            },
            "/api/happenings": {
                "get": {"responses": {"200": _content("text/event-stream", of[forms.Happening])}}
            },
        },
        "components": {"schemas": components},
    }  # fmt: skip


def _content(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "", "content": {kind: {"schema": schema}}}


_TROUBLE = _content("application/json", {"$ref": "#/components/schemas/Trouble"})


if __name__ == "__main__":
    sys.stdout.write(json.dumps(description(), indent=1) + "\n")
