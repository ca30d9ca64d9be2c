"""A generator of one's own, among the models that were added."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.generate.networks import half_ring

from efface.files.paths import sha256
from efface.generate.canvas import HEIGHT, WIDTH
from efface.redact.methods.replace.model import generator

CARD = """
kind = "generator"
name = "half-ring"
title = "Half a ring"
file = "prior.onnx"
sha256 = "{sha256}"
licence = "Apache-2.0"
training_data = "none: it was written down"
width = {width}
height = {height}
"""


def card(folder: Path) -> Path:
    """A card and its network, as somebody would bring them."""
    model = half_ring(folder)
    path = folder / "half-ring.toml"
    text = CARD.format(sha256=sha256(model), width=WIDTH, height=HEIGHT)
    path.write_text(text, encoding="utf-8")
    return path


@contextmanager
def added(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """It is among the models that were added, for a while; gives their folder."""
    models = folder / "models"
    place = models / "generator" / "half-ring"
    place.mkdir(parents=True)
    card(place).rename(place / "card.toml")
    monkeypatch.setenv("EFFACE_MODELS", str(models))
    generator.cache_clear()
    try:
        yield models
    finally:
        generator.cache_clear()
