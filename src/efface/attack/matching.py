"""From evidence to scores: how alike each candidate is, by every recogniser and by all together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import chip
from efface.attack.interface import Candidates, Evidence, Prediction, Ranking, Template

if TYPE_CHECKING:
    from efface.attack.recognisers.interface import Recogniser

Scores = NDArray[np.float64]
"""For each candidate, shape (people,); higher is more alike."""

RANKING = "ranking"
"""The name under which a ``Ranking`` is entered: no recogniser had part in it, or several had."""

Fusion = Literal["worst", "mean"]


def match(
    evidence: Evidence, candidates: Candidates, recognisers: Sequence[Recogniser]
) -> dict[str, Scores]:
    """Cosine similarity of the evidence to every candidate, by name of the recogniser.

    Recognisers that the candidates, or a prediction, have no templates for are left out.

    Raises:
        ValueError: no recogniser is left, or a ranking does not score every candidate.
    """
    if isinstance(evidence, Ranking):
        people = {len(rows) for rows in candidates.templates.values()}
        if candidates.chips is not None:
            people.add(len(candidates.chips))
        if people != {len(evidence.scores)}:
            raise ValueError(f"expected scores for {people} people, got {len(evidence.scores)}")
        return {RANKING: np.asarray(evidence.scores, np.float64)}
    templates = (
        evidence.templates
        if isinstance(evidence, Prediction)
        else _templates(chip(evidence.pixels, evidence.points), candidates, recognisers)
    )
    known = {r.name for r in recognisers} & set(candidates.templates)
    scores = {
        name: candidates.templates[name].astype(np.float64) @ template.astype(np.float64)
        for name, template in templates.items()
        if name in known
    }
    if not scores:
        raise ValueError(
            f"no recogniser for this evidence: candidates have {sorted(candidates.templates)}"
        )
    return scores


def fused(scores: Mapping[str, Scores], how: Fusion = "worst") -> Scores:
    """One score a candidate from several.

    Each is first put on the scale of its own candidates (zero mean, unit deviation), because
    cosines of different networks do not compare (z-norm over the candidates as a cohort:
    Auckenthaler et al. 2000).

    Args:
        scores: by whatever gave them, at least one.
        how: ``worst``, for the person: the best of a candidate's scores, since one recogniser
            that finds the person is enough; ``mean``: their average.
    """
    rows = np.stack([standard(one) for one in scores.values()])
    return np.asarray(rows.max(axis=0) if how == "worst" else rows.mean(axis=0), np.float64)


def standard(scores: NDArray[np.floating]) -> Scores:
    """Scores with mean 0 and deviation 1 over the candidates; all 0 where they are all alike."""
    values = np.asarray(scores, np.float64)
    centred = values - values.mean()
    spread = float(np.sqrt(np.mean(centred**2)))
    if spread <= _ALIKE * max(1.0, float(np.abs(values).max())):
        return np.zeros_like(centred)
    return np.asarray(centred / spread, np.float64)


_ALIKE = 1e-9
"""Deviations this small, beside the scores, are rounding."""


def _templates(
    face: NDArray[np.uint8], candidates: Candidates, recognisers: Sequence[Recogniser]
) -> dict[str, Template]:
    return {
        recogniser.name: recogniser.embed(face[None])[0]
        for recogniser in recognisers
        if recogniser.name in candidates.templates
    }


def unit(rows: NDArray[np.floating]) -> NDArray[np.float32]:
    """Rows at unit length; a row of zeros stays one."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), np.float32)
