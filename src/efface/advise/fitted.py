"""Weights that were fitted on generated pictures (``fitted.json``): how sure an estimate is, and
what tells two kinds apart.

Each is one linear sum of a few measurements, so that a person can read why. The fit is
``bench/advice.py --fit``; the figures of docs/advise.md are of other pictures.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from efface.documents.model import Document, Number, Positive
from efface.documents.reading import as_model

Signs = Mapping[str, float]
"""Measurements by name."""

_FILE = files("efface.advise") / "fitted.json"
_FAR = 3.0
"""Standard deviations beyond which a measurement counts no further: nothing was fitted there."""


class FittedSum(Document, frozen=True, kw_only=True):
    """A weighted sum of measurements, each less its mean and over its deviation."""

    n: Positive
    """Cases that it was fitted on."""
    constant: Number
    names: list[str]
    mean: list[Number]
    deviation: list[Number]
    weight: list[Number]

    def value(self, signs: Signs) -> float:
        """The sum.

        Raises:
            KeyError: a measurement is missing.
        """
        total = self.constant
        for name, mean, deviation, weight in zip(
            self.names, self.mean, self.deviation, self.weight, strict=True
        ):
            far = (signs[name] - mean) / deviation
            total += weight * min(max(far, -_FAR), _FAR)
        return total

    def chance(self, signs: Signs) -> float:
        """The sum as a probability (logistic)."""
        return 1 / (1 + math.exp(-min(max(self.value(signs), -30), 30)))


class FittedDocument(Document, frozen=True, kw_only=True):
    """All of them."""

    made: str
    sums: dict[str, FittedSum]


@cache
def fitted(name: str) -> FittedSum:
    """One sum by its name.

    Raises:
        KeyError: there is none.
    """
    return _document().sums[name]


@cache
def _document() -> FittedDocument:
    return as_model(json.loads(_FILE.read_text(encoding="utf-8")), FittedDocument)
