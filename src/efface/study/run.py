"""One row after the other: redact, attack, choose on some people, score on others. Resumable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from efface.attack.alignment import chip
from efface.attack.recognisers import recognisers
from efface.study import attackers, linear, metric
from efface.study import choice as choosing
from efface.study import features as seen_as
from efface.study import splits as material
from efface.study.attackers import Answer
from efface.study.cache import kept, version
from efface.study.choice import ChosenAttacker
from efface.study.features import Dataset
from efface.study.figures import Figure, Figures, another_person, figures
from efface.study.rebuilders import Rebuilder, RebuilderGroup, groups
from efface.study.rows import CLEAR, StudyRow
from efface.study.splits import Features, Indices, Restored, Splits, Templates

TRIED = 1
"""Probes of each select person on which inversions are compared."""

TELLING = 0.3
"""Bits on the select people from which an inversion is run on the rest: the others find nothing."""

CLEAR_ENOUGH = 1.0
"""Bits on the select people from which an attacker is fitted to what an inversion leaves."""

SAMPLED = 8
"""Pictures that a fingerprint looks at, about."""

FITTED = 1
"""Pictures of each train person that the chosen inversion rebuilds, to fit an attacker to it."""


@dataclass(frozen=True)
class StudyRun:
    """Everything the rows have in common."""

    data: Dataset
    cache: Path

    @cached_property
    def study(self) -> Splits:
        return Splits.of(self.data.pictures)

    @cached_property
    def _searched(self) -> Indices:
        """Pictures of train people, and probes."""
        probes = [part.probes for part in self.study.parts.values()]
        return np.concatenate([self.study.train, *probes])

    @cached_property
    def clear(self) -> Templates:
        return self.features(CLEAR).templates

    def fingerprint(self, row: StudyRow) -> str:
        """Of what the row does to some pictures and what recognisers make of it: whatever changes a
        redaction, the alignment or a network changes it, and nothing else does."""
        some = range(0, len(self.data.pictures), max(1, len(self.data.pictures) // SAMPLED))
        digest = hashlib.sha256(str([p.path.name for p in self.data.pictures]).encode())
        chips = []
        for index in some:
            done = self.data.redacted(row, index)
            digest.update(done.pixels.tobytes() + done.zone.tobytes())
            chips.append(chip(done.pixels, self.data.faces[index].points))
        for name, templates in seen_as.embedded(chips, recognisers()).items():
            digest.update(f"{name} {np.round(templates, 2) + 0.0}".encode())
        digest.update(seen_as.thumbnail(chips[0]).tobytes())
        digest.update(seen_as.wider(done.pixels, self.data.faces[index].points).tobytes())
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
        network = _shipped()
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


def _shipped() -> Shipped | None:
    from efface.attack.adapted.shipped import WEIGHTS, Adapted  # noqa: PLC0415
    from efface.weights import cards  # noqa: PLC0415

    if WEIGHTS not in cards():
        return None
    return Shipped(Adapted(), cards()[WEIGHTS].sha256)


def answers(run: StudyRun, row: StudyRow) -> Iterator[Answer]:
    """Every attacker's answers to one row."""
    found = replace(run.features(row), predicted=run.predicted(row))
    yield from attackers.answers(run.study, run.clear, found)
    yield from _inversions(run, row, found)


def _inversions(run: StudyRun, row: StudyRow, found: Features) -> Iterator[Answer]:
    """The best method at each level, chosen on a probe of each select person, run on the rest."""
    select = run.study.parts["select"]
    first = np.sort(
        np.concatenate([select.probes[select.person == p][:TRIED] for p in set(select.person)])
    )
    person = select.person[np.searchsorted(select.probes, first)]
    for group in _inverting(row):
        rated = []
        for method in _fitting(run, row, group):
            tried = run.rebuilt(row, method, first, "tried")
            best = max(
                choosing.bits(
                    material.unit(rows) @ material.means(run.clear[rec], select.gallery).T, person
                )
                for rec, rows in tried.templates.items()
            )
            rated.append((best, method.name, method))
        if not rated:
            continue
        value, _, chosen = max(rated)
        if value < TELLING:
            continue
        fitted = group.fitted and value > CLEAR_ENOUGH
        probes = np.concatenate([part.probes for part in run.study.parts.values()])
        wanted = [probes]
        if fitted:
            wanted.append(_some_train(run.study))
        restored = run.rebuilt(row, chosen, np.sort(np.concatenate(wanted)), "used")
        yield from attackers.restored_answers(
            run.study,
            run.clear,
            restored,
            name=chosen.name,
            family=group.family,
            knowledge=group.knowledge,
            seen=found if fitted else None,
        )


def _inverting(row: StudyRow) -> tuple[RebuilderGroup, ...]:
    return groups() if row.inverted else ()


def _fitting(run: StudyRun, row: StudyRow, group: RebuilderGroup) -> list[Rebuilder]:
    return [method for method in group.methods if method.fits(run.data.look(row, 0))]


def _some_train(study: Splits) -> Indices:
    return np.concatenate(
        [study.train[study.train_people == p][-FITTED:] for p in np.unique(study.train_people)]
    )


def result(run: StudyRun, row: StudyRow) -> dict[str, Any]:
    """One row's results as plain JSON types; from disk where this very code has found them."""
    code = version(
        run.fingerprint(row),
        run.fingerprint(CLEAR),
        *(Path(m.__file__ or "") for m in (attackers, choosing, material, metric)),
        Path(__file__).parent / "figures.py",
        Path(__file__),
        Path(linear.__file__ or ""),
        *(
            f"{m.name} {run.version(row, m)}"
            for g in _inverting(row)
            for m in _fitting(run, row, g)
        ),
        *((shipped.weights,) if (shipped := _shipped()) else ()),
    )
    path = run.cache / f"{row.name}-result-{code}.json"
    if not path.exists():
        found = choosing.choices(run.study, list(answers(run, row)))
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_text(json.dumps(_document(run, row, found)), encoding="utf-8")
        partial.replace(path)
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def _document(run: StudyRun, row: StudyRow, found: Sequence[ChosenAttacker]) -> dict[str, Any]:
    person = run.study.parts["test"].person
    columns = {c.column: column(c, figures(c.answer.scores["test"], person)) for c in found}
    strongest = next(c for c in found if c.column == "K2").answer.scores["test"]
    other = attackers_null(strongest, person)
    return {
        "row": row.name,
        "title": row.title,
        "control": row.control,
        "covered": run.covered(row),
        "columns": columns,
        "another person": other,
    }


def attackers_null(scores: np.ndarray[Any, Any], person: Indices) -> list[float]:
    """Rank-1 of the strongest attacker at K2 when each search is scored for another person."""
    found = figures(another_person(scores, person), person)
    return [found.rank1.value, found.rank1.interval.low, found.rank1.interval.high]


def column(choice: ChosenAttacker, found: Figures) -> dict[str, Any]:
    def plain(one: Figure) -> list[float]:
        return [one.value, one.interval.low, one.interval.high]

    return {
        "attacker": choice.answer.name,
        "knowledge": int(choice.answer.knowledge),
        "select_bits": choice.bits,
        "people": found.people,
        "searches": found.searches,
        "rank1": plain(found.rank1),
        "rank10": plain(found.rank10),
        "tpir": plain(found.tpir),
        "bits": plain(found.bits),
        "entropy": found.entropy,
        "half": found.half,
        "most": found.most,
        "each_rank1": found.each_rank1.tolist(),
        "each_bits": [round(v, 4) for v in found.each_bits.tolist()],
    }
