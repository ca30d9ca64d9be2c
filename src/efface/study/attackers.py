"""The table's columns: what each attacker makes of a row, as scores for the people of a part.

Every attacker is fitted on the train people, and answers for the people chosen on and for those
tested on alike; who looks at which answers is decided elsewhere (``leak/choosing.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Family, Knowledge
from efface.attack.matching import standard
from efface.study.linear import WIDTHS, Basis, fit_insider, fit_ridge
from efface.study.metric import Metric
from efface.study.people import Part
from efface.study.splits import Indices, Search, Splits
from efface.study.templates import Features, Restored, Templates, means, unit

Scores = NDArray[np.float64]
"""Shape (searches, people); higher is more alike."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One attacker's scores."""

    name: str
    family: Family | None
    """``None``: several families together."""
    knowledge: Knowledge
    scores: Mapping[Part, Scores]


Scoring = Callable[[Search], Scores]


def answers(
    splits: Splits, clear: Templates, seen: Features, widths: Sequence[int] = WIDTHS
) -> Iterator[Answer]:
    """Attackers that rebuild nothing.

    Args:
        splits: who is in which picture.
        clear: templates of the clear pictures.
        seen: the row's features.
        widths: what linear maps try (``linear.fit_ridge``).
    """
    yield from direct_answers(splits, clear, seen.templates)
    for name in clear:
        yield _answer(
            splits, f"parrot, {name}", "parrot", Knowledge.METHOD, _parrot(seen.templates[name])
        )
        yield _answer(
            splits, f"parrot, {name}, centred", "parrot", Knowledge.METHOD,
            _parrot(seen.templates[name], seen.templates[name][splits.train].mean(axis=0)),
        )  # fmt: skip
    for name, rows in (("pixels", seen.pixels), ("surroundings", seen.around)):
        yield _answer(
            splits, f"parrot, {name}", "parrot", Knowledge.METHOD,
            _parrot(rows, rows[splits.train].mean(axis=0)),
        )  # fmt: skip
    for name, predicted in seen.predicted.items():
        yield _answer(
            splits, f"shipped network, {name}", "adapted", Knowledge.EXACT,
            _direct(clear[name], predicted),
        )  # fmt: skip
        yield _answer(
            splits, f"shipped network, {name}, centred", "adapted", Knowledge.EXACT,
            _centred(splits, clear[name], predicted),
        )  # fmt: skip
    yield from _fitted(splits, clear, seen, widths)


def direct_answers(splits: Splits, clear: Templates, seen: Templates) -> Iterator[Answer]:
    """Recognisers as they are.

    Args:
        splits: who is in which picture.
        clear: templates of the clear pictures.
        seen: of the redacted ones.
    """
    for name in clear:
        yield _answer(
            splits, f"off-the-shelf, {name}", "off-the-shelf", Knowledge.UNAWARE,
            _direct(clear[name], seen[name]),
        )  # fmt: skip


def _fitted(
    splits: Splits, clear: Templates, seen: Features, widths: Sequence[int]
) -> Iterator[Answer]:
    blocks = {f"redacted, {name}": rows for name, rows in seen.templates.items()}
    blocks |= {"pixels": seen.pixels, "surroundings": seen.around}
    learnt = _some(blocks, splits.train)
    learnt |= {f"predicted, {name}": rows[splits.train] for name, rows in seen.predicted.items()}
    basis = Basis.of(learnt)
    for name in clear:
        own = {key: blocks[key] for key in (f"redacted, {name}", "pixels", "surroundings")}
        if name in seen.predicted:
            own[f"predicted, {name}"] = seen.predicted[name]
        yield _answer(
            splits,
            f"linear map, {name}",
            "adapted",
            Knowledge.EXACT,
            _ridge(splits, clear[name], own, widths, basis),
        )
    yield _answer(splits, "metric", "adapted", Knowledge.EXACT, _metric(splits, blocks))
    yield _answer(splits, "insider, metric", None, Knowledge.INSIDER, _metric(splits, blocks, True))
    yield _answer(splits, "insider, discriminants", None, Knowledge.INSIDER, _insider(blocks))


def restored_answers(
    splits: Splits,
    clear: Templates,
    restored: Restored,
    *,
    name: str,
    family: Family,
    knowledge: Knowledge,
    seen: Features | None = None,
) -> Iterator[Answer]:
    """An attacker that rebuilds the face and compares; and, where train pictures were rebuilt, too,
    one that is fitted to what the rebuilt faces look like.

    Args:
        splits: who is in which picture.
        clear: templates of the clear pictures.
        restored: rebuilt probes, and for the fit the train pictures.
        name: of the method.
        family: of the method.
        knowledge: that the method needs.
        seen: the row's features, for the fit.
    """
    parts = {
        part: search
        for part, search in splits.parts.items()
        if np.isin(search.probes, restored.pictures).all()
    }
    part_splits = Splits(splits.train, splits.train_people, parts)
    for rec, rows in restored.templates.items():
        gallery = clear[rec]

        def direct(
            search: Search, rows: NDArray[np.float32] = rows, gallery: NDArray[np.float32] = gallery
        ) -> Scores:
            return _cosines(rows[restored.rows(search.probes)], means(gallery, search.gallery))

        yield _answer(part_splits, f"{name}, {rec}", family, knowledge, direct)
    kept = splits.train[np.isin(splits.train, restored.pictures)]
    if seen is None or not len(kept):
        return
    people = splits.train_people[np.isin(splits.train, restored.pictures)]
    for rec in clear:

        def block(wanted: Indices, rec: str = rec) -> dict[str, NDArray[np.float32]]:
            at = restored.rows(wanted)
            return {
                "rebuilt": restored.templates[rec][at],
                "rebuilt pixels": restored.pixels[at],
                "redacted": seen.templates[rec][wanted],
            }

        targets = person_means(clear[rec], splits)[np.isin(splits.train, restored.pictures)]
        ridge = fit_ridge(block(kept), targets, people)
        centre = clear[rec][splits.train].mean(axis=0)

        def mapped(search: Search, ridge=ridge, centre=centre, rec=rec, block=block) -> Scores:  # type: ignore[no-untyped-def]
            goals = unit(means(clear[rec], search.gallery) - centre)
            return _cosines(ridge.predict(block(search.probes)), goals)

        yield _answer(part_splits, f"{name} + linear map, {rec}", None, knowledge, mapped)


def together(name: str, found: list[Answer]) -> Answer:
    """Several attackers at once: the mean of their scores, each on the scale of its candidates."""
    parts = set.intersection(*(set(answer.scores) for answer in found))
    return Answer(
        name,
        None,
        max(answer.knowledge for answer in found),
        {part: np.mean([standardised(a.scores[part]) for a in found], axis=0) for part in parts},
    )


def standardised(scores: Scores) -> Scores:
    """Each search's scores on the scale of its candidates."""
    return np.stack([standard(row) for row in scores])


def _answer(
    splits: Splits, name: str, family: Family | None, knowledge: Knowledge, scoring: Scoring
) -> Answer:
    return Answer(
        name, family, knowledge, {part: scoring(search) for part, search in splits.parts.items()}
    )


def _cosines(probes: NDArray[np.floating], gallery: NDArray[np.floating]) -> Scores:
    return unit(probes) @ unit(gallery).T


def _direct(clear: NDArray[np.float32], found: NDArray[np.floating]) -> Scoring:
    return lambda search: _cosines(found[search.probes], means(clear, search.gallery))


def _centred(splits: Splits, clear: NDArray[np.float32], found: NDArray[np.floating]) -> Scoring:
    """Both less what is common to all train people, which says nothing of who it is."""
    common, usual = found[splits.train].mean(axis=0), clear[splits.train].mean(axis=0)
    return lambda search: _cosines(
        found[search.probes] - common, means(clear, search.gallery) - usual
    )


def _parrot(rows: NDArray[np.floating], common: NDArray[np.floating] | float = 0.0) -> Scoring:
    return lambda search: _cosines(
        rows[search.probes] - common, (rows[search.gallery] - common).mean(axis=1)
    )


def person_means(clear: NDArray[np.float32], splits: Splits) -> NDArray[np.float32]:
    """For each train picture the mean clear template of its person: what maps are fitted to."""
    _, who = np.unique(splits.train_people, return_inverse=True)
    rows = clear[splits.train]
    sums = np.zeros((who.max() + 1, rows.shape[1]))
    np.add.at(sums, who, rows)
    return np.asarray(unit(sums)[who], np.float32)


def _some(
    blocks: Mapping[str, NDArray[np.float32]], which: Indices
) -> dict[str, NDArray[np.float32]]:
    return {name: rows[which] for name, rows in blocks.items()}


def _ridge(
    splits: Splits,
    clear: NDArray[np.float32],
    blocks: Mapping[str, NDArray[np.float32]],
    widths: Sequence[int],
    basis: Basis,
) -> Scoring:
    goals = person_means(clear, splits)
    learnt = _some(blocks, splits.train)
    ridge = fit_ridge(learnt, goals, splits.train_people, widths=widths, basis=basis)
    centre = clear[splits.train].mean(axis=0)
    return lambda search: _cosines(
        ridge.predict(_some(blocks, search.probes)), means(clear, search.gallery) - centre
    )


def _metric(
    splits: Splits, blocks: Mapping[str, NDArray[np.float32]], insider: bool = False
) -> Scoring:
    """Redacted gallery against redacted probe, under a metric fitted to train people, and for an
    insider to the gallery's people, too."""

    known = None if insider else Metric.fit(_some(blocks, splits.train), splits.train_people)

    def with_own(search: Search) -> Metric:
        own = np.repeat(np.arange(len(search.gallery)), search.gallery.shape[1])
        fitted = np.concatenate([splits.train, search.gallery.ravel()])
        people = np.concatenate([splits.train_people, splits.train_people.max() + 1 + own])
        return Metric.fit(_some(blocks, fitted), people)

    def scoring(search: Search) -> Scores:
        metric = known or with_own(search)
        gallery = metric(_some(blocks, search.gallery.ravel()))
        templates = gallery.reshape(*search.gallery.shape, -1).mean(axis=1)
        return _cosines(metric(_some(blocks, search.probes)), templates)

    return scoring


def _insider(blocks: Mapping[str, NDArray[np.float32]]) -> Scoring:
    def scoring(search: Search) -> Scores:
        people = np.repeat(np.arange(len(search.gallery)), search.gallery.shape[1])
        insider = fit_insider(_some(blocks, search.gallery.ravel()), people)
        return insider.scores(_some(blocks, search.probes))

    return scoring
