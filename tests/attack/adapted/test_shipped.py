"""The adapted attacker: finds a face under weak redactions, nobody under a fill."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.attack.portraits import FACE, Pixels, clear_chip, looked, other, points_of_portrait

from efface.attack.adapted.shipped import Adapted
from efface.attack.gallery import default_distractors
from efface.attack.interface import Candidates, Case, Knowledge, Look, Prediction
from efface.attack.operator import Operator
from efface.attack.recognisers import recognisers
from efface.study.linear import blocks

Templates = dict[str, NDArray[np.float32]]

WEAK: dict[str, Callable[[float], Operator]] = {
    "gaussian": lambda width: Operator("gaussian", 0.05 * width),
    "box": lambda width: Operator("box", 0.1 * width),
    "median": lambda width: Operator("median", 0.1 * width),
    "mosaic": lambda width: Operator("mosaic", width / 16),
}

NONE = Candidates({})


def predicted(*looks: Look) -> Templates:
    (evidence,) = Adapted().run(Case(looks, Knowledge.EXACT, NONE))
    assert isinstance(evidence, Prediction)
    return dict(evidence.templates)


def false_match_rate(prediction: Templates, face: Pixels) -> float:
    """Share of distractors as near as the face, by the recogniser for which it is smallest."""
    among = default_distractors().templates
    rates = []
    for recogniser in recognisers():
        aim = prediction[recogniser.name]
        others = among[recogniser.name].astype(np.float32) @ aim
        assert len(others) >= 500
        own = float(recogniser.embed(face[None])[0] @ aim)
        rates.append((1 + int((others >= own).sum())) / (1 + len(others)))
    return min(rates)


@pytest.mark.parametrize("name", WEAK)
def test_a_weak_redaction_is_seen_through(name: str, portrait: Pixels) -> None:
    look = looked(portrait, WEAK[name](FACE.width), points_of_portrait(portrait))
    assert false_match_rate(predicted(look), clear_chip(portrait)) < 0.002


def test_the_redaction_of_others_does_not_lead_to_this_face(portrait: Pixels) -> None:
    face = clear_chip(portrait)
    rates = []
    for index in range(8):
        picture, box, points = other(index)
        look = looked(picture, WEAK["gaussian"](box.width), points, box)
        rates.append(false_match_rate(predicted(look), face))
    assert min(rates) > 0.001  # eight others: one in a hundred is to be expected
    assert np.median(rates) > 0.1


def test_a_fill_gives_the_same_whoever_was_under_it(portrait: Pixels) -> None:
    points = points_of_portrait(portrait)
    noise = np.random.default_rng(3).integers(0, 256, portrait.shape, np.uint8)
    fill = Operator("solid", colour=(90, 80, 70))
    one, two = (predicted(looked(p, fill, points)) for p in (portrait, noise))
    assert one.keys() == two.keys()
    assert all(np.array_equal(one[name], two[name]) for name in one)


def test_the_same_case_gives_the_same_evidence(portrait: Pixels) -> None:
    look = looked(portrait, WEAK["mosaic"](FACE.width), points_of_portrait(portrait))
    one, two = predicted(look), predicted(look)
    assert all(np.array_equal(one[name], two[name]) for name in one)


def test_looks_are_predicted_one_by_one_and_together(portrait: Pixels) -> None:
    points = points_of_portrait(portrait)
    looks = [looked(portrait, make(FACE.width), points) for make in WEAK.values()]
    together = Adapted().predict(looks)
    assert together.keys() == {r.name for r in recognisers()}
    for recogniser in recognisers():
        rows = together[recogniser.name]
        assert rows.shape == (len(looks), recogniser.dimensions)
        assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
        alone = np.concatenate([Adapted().predict([x])[recogniser.name] for x in looks])
        assert np.allclose(rows, alone, atol=1e-4)
        mean = rows.mean(axis=0)
        assert np.allclose(
            predicted(*looks)[recogniser.name], mean / np.linalg.norm(mean), atol=1e-5
        )


@pytest.mark.parametrize("operator", [None, Operator("other")])
def test_what_it_never_saw_does_not_apply(operator: Operator | None, portrait: Pixels) -> None:
    seen = looked(portrait, Operator("solid"), points_of_portrait(portrait))
    unseen = Look(seen.pixels, seen.zone, seen.box, seen.points, operator)
    assert Adapted().applies(Case((seen, unseen), Knowledge.EXACT, NONE))
    assert not Adapted().applies(Case((unseen,), Knowledge.EXACT, NONE))


def test_linear_attackers_go_by_what_it_predicts_too(portrait: Pixels) -> None:
    points = points_of_portrait(portrait)
    looks = [looked(portrait, make(FACE.width), points) for make in WEAK.values()]
    given = blocks(looks, recognisers(), Adapted())
    assert {"pixels", *(r.name for r in recognisers())} < given.keys()
    assert all(len(rows) == len(looks) for rows in given.values())
    for name, rows in Adapted().predict(looks).items():
        assert np.array_equal(given[f"adapted-{name}"], rows)
    assert not {name for name in blocks(looks, ()) if name != "pixels"}


def test_trained_attackers_run_without_pytorch() -> None:
    code = (
        "import sys\n"
        "from efface.attack.adapted.shipped import adapted_network\n"
        "from efface.attack.inverter import inverter_network\n"
        "adapted_network(), inverter_network()\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
