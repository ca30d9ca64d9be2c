"""What all rows of a study have in common: pictures, features and what is kept of them on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from efface.attack.alignment import chip
from efface.attack.recognisers import recognisers
from efface.study import features as seen_as
from efface.study.cache import kept, version
from efface.study.features import Dataset
from efface.study.rebuilders import Rebuilder
from efface.study.rows import CLEAR, StudyRow
from efface.study.splits import Indices, Splits
from efface.study.templates import Features, Restored, Templates

SAMPLED = 8
"""Pictures that a fingerprint looks at, about."""


@dataclass(frozen=True)
class StudyRun:
    """Everything the rows have in common."""

    data: Dataset
    cache: Path

    @cached_property
    def _fingerprints(self) -> dict[str, str]:
        """By row: each is asked for several times."""
        return {}

    @cached_property
    def splits(self) -> Splits:
        return Splits.of(self.data.pictures)

    @cached_property
    def _searched(self) -> Indices:
        """Pictures of train people, and probes."""
        probes = [part.probes for part in self.splits.parts.values()]
        return np.concatenate([self.splits.train, *probes])

    @cached_property
    def clear(self) -> Templates:
        return self.features(CLEAR).templates

    def fingerprint(self, row: StudyRow) -> str:
        """Of what the row does to some pictures and what recognisers make of it: whatever changes a
        redaction, the alignment or a network changes it, and nothing else does."""
        known = self._fingerprints
        if row.name not in known:
            known[row.name] = self._fingerprint(row)
        return known[row.name]

    def _fingerprint(self, row: StudyRow) -> str:
        some = range(0, len(self.data.pictures), max(1, len(self.data.pictures) // SAMPLED))
        digest = hashlib.sha256(str([p.path.name for p in self.data.pictures]).encode())
        chips = []
        for index in some:
            done, points = self.data.published(row, index)
            digest.update(done.pixels.tobytes() + done.zone.tobytes())
            chips.append(chip(done.pixels, points))
        for name, templates in seen_as.embedded(chips, recognisers()).items():
            digest.update(f"{name} {np.round(templates, 2) + 0.0}".encode())
        digest.update(seen_as.thumbnail(chips[0]).tobytes())
        digest.update(seen_as.wider(done.pixels, points).tobytes())
        return digest.hexdigest()[:12]

    def features(self, row: StudyRow) -> Features:
        """Of every picture under this row; with the shares covered under ``covered``."""
        stored = self._features(row)
        templates = {
            name.removeprefix("of "): np.asarray(rows, np.float32)
            for name, rows in stored.items()
            if name.startswith("of ")
        }
        pixels, around = (np.asarray(stored[n], np.float32) for n in ("pixels", "around"))
        return Features(templates, pixels, around, {})

    def covered(self, row: StudyRow) -> float:
        """Mean share of the picture that is covered."""
        return float(np.mean(self._features(row)["covered"]))

    def _features(self, row: StudyRow) -> Mapping[str, np.ndarray[Any, Any]]:
        def make() -> dict[str, np.ndarray[Any, Any]]:
            found, covered = seen_as.features(self.data, row, recognisers())
            named = {f"of {name}": rows for name, rows in found.templates.items()}
            return {**named, "pixels": found.pixels, "around": found.around, "covered": covered}

        return kept(self.cache, f"{row.name}-features-{self.fingerprint(row)}", make)

    def predicted(self, row: StudyRow) -> Templates:
        """By the shipped network; empty where it knows nothing of such redactions."""
        network = shipped_network()
        if network is None or not row.inverted:
            return {}
        weights = version(self.fingerprint(row), network.weights)

        def make() -> dict[str, np.ndarray[Any, Any]]:
            return dict(seen_as.predictions(self.data, row, network.predictor, self._searched))

        stored = kept(self.cache, f"{row.name}-predicted-{weights}", make)
        return {
            name: np.asarray(rows, np.float32)
            for name, rows in stored.items()
            if name in self.clear
        }

    def rebuilt(self, row: StudyRow, method: Rebuilder, pictures: Indices, use: str) -> Restored:
        """What a method rebuilds of some pictures."""

        def make() -> dict[str, np.ndarray[Any, Any]]:
            looks = [self.data.look(row, int(i)) for i in pictures]
            found = seen_as.restored(method.rebuild(looks), pictures, recognisers())
            named = {f"of {name}": rows for name, rows in found.templates.items()}
            return {**named, "pixels": found.pixels}

        code = version(self.fingerprint(row), self.version(row, method), str(pictures.tolist()))
        stored = kept(self.cache, f"{row.name}-{method.name}-{use}-{code}", make)
        templates = {
            name.removeprefix("of "): np.asarray(rows, np.float32)
            for name, rows in stored.items()
            if name.startswith("of ")
        }
        return Restored(pictures, templates, np.asarray(stored["pixels"], np.float32))

    def version(self, row: StudyRow, method: Rebuilder) -> str:
        """Of what a method does to this row."""
        return method.version(self.data.look(row, 0))


@dataclass(frozen=True, slots=True)
class Shipped:
    """The adapted attacker that efface carries."""

    predictor: seen_as.Predictor
    weights: str


def shipped_network() -> Shipped | None:
    """The adapted attacker that efface carries; ``None``: this build has none."""
    from efface.attack.adapted.shipped import WEIGHTS, Adapted  # noqa: PLC0415
    from efface.weights import cards  # noqa: PLC0415

    if WEIGHTS not in cards():
        return None
    return Shipped(Adapted(), cards()[WEIGHTS].sha256)
