"""Every document that a command prints is held against its schema."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import click
import jsonschema  # type: ignore[import-untyped]
import pytest

from efface.api.schemas import DOCUMENTS, schema


@cache
def judge(title: str) -> jsonschema.Draft202012Validator:
    (name,) = (name for name, document in DOCUMENTS.items() if document.title == title)
    return jsonschema.Draft202012Validator(schema(name))


@pytest.fixture(autouse=True)
def _held_against_schemas(monkeypatch: pytest.MonkeyPatch) -> None:
    echo = click.echo

    def judged(message: Any = None, *args: Any, **kwargs: Any) -> None:
        if isinstance(message, str) and message.startswith('{\n  "schema"'):
            document = json.loads(message)
            judge(document["schema"]).validate(document)
        echo(message, *args, **kwargs)

    monkeypatch.setattr(click, "echo", judged)
