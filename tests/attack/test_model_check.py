"""A model of somebody's own is tried on faces of nobody."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper
from tests.attack.onnx_models import write

from efface.attack.alignment import CHIP_PX, chip_points
from efface.attack.landmarks import points_in
from efface.attack.model_check import PROBES, ModelCheck, check_model_card, probe_faces
from efface.errors import InputError
from efface.regions import Box
from efface.weights import WeightError, weight

SFACE = """
name = "second"
title = "SFace again"
file = "second.onnx"
sha256 = "{sha256}"
licence = "Apache-2.0"
training_data = "see the card that efface carries"
dimensions = 128

[input]
size = 112
points = "{points}"
channels = "rgb"
layout = "nchw"
mean = [0.0, 0.0, 0.0]
scale = [1.0, 1.0, 1.0]
"""


def sface(folder: Path, points: str = "arcface-112") -> Path:
    """The carried recogniser, as a laboratory would bring it."""
    model = weight("sface")
    (folder / "second.onnx").write_bytes(model.read_bytes())
    from efface.weights import cards  # noqa: PLC0415 - only what the card needs

    card = folder / "second.toml"
    text = SFACE.format(sha256=cards()["sface"].sha256, points=points)
    card.write_text(text, encoding="utf-8")
    return card


def held(check: ModelCheck) -> dict[str, bool]:
    return {finding.name: finding.holds for finding in check.findings}


def test_probes_are_faces_where_recognisers_want_them() -> None:
    first, second = probe_faces()
    assert first.shape == second.shape == (PROBES, CHIP_PX, CHIP_PX, 3)
    for one in first:
        wide = np.pad(one, ((75, 75), (75, 75), (0, 0)), "edge")
        found = points_in(wide, Box(0, 90, 85, 120, 130))
        assert found is not None
        assert np.abs(found - 75 - chip_points()).max() < 12
    assert (first != second).any(axis=(1, 2, 3)).all()
    assert len({one.tobytes() for one in first}) == PROBES


def test_a_second_model_holds(tmp_path: Path) -> None:
    check = check_model_card(sface(tmp_path))
    assert check.kind == "recogniser"
    assert check.holds
    assert held(check) == dict.fromkeys(("repeats", "alone", "answers", "tells apart"), True)
    assert check.cpu_seconds > 0


def test_what_knows_no_face_again_fails(tmp_path: Path) -> None:
    """Only how bright the corner is: other faces have the same one, and a moved face another."""
    card = write(tmp_path, size=2)
    check = check_model_card(card)
    assert not check.holds
    assert not held(check)["tells apart"]


def test_what_answers_the_same_to_all_fails(tmp_path: Path) -> None:
    card = write(tmp_path, pictures=False, size=4)
    given = helper.make_tensor_value_info("pictures", TensorProto.FLOAT, ["n", 3, 4, 4])
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, ["n", 48])
    nothing = helper.make_tensor("nothing", TensorProto.FLOAT, [], [0.0])
    one = helper.make_tensor("one", TensorProto.FLOAT, [], [1.0])
    nodes = [
        helper.make_node("Flatten", ["pictures"], ["flat"], axis=1),
        helper.make_node("Mul", ["flat", "nothing"], ["zero"]),
        helper.make_node("Add", ["zero", "one"], ["out"]),
    ]
    graph = helper.make_graph(nodes, "g", [given], [out], [nothing, one])
    exchange(card, graph)
    assert held(check_model_card(card)) == {
        "repeats": True, "alone": True, "answers": False, "tells apart": False,
    }  # fmt: skip


def test_what_mixes_the_faces_of_a_batch_fails(tmp_path: Path) -> None:
    card = write(tmp_path, pictures=True, size=8)
    text = card.read_text(encoding="utf-8")
    card.write_text(text.replace("dimensions = 192\n", ""), encoding="utf-8")
    given = helper.make_tensor_value_info("pictures", TensorProto.FLOAT, ["n", 3, 8, 8])
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, ["n", 3, 8, 8])
    axes = helper.make_tensor("axes", TensorProto.INT64, [1], [0])
    nodes = [
        helper.make_node("ReduceMean", ["pictures"], ["mean"], axes=[0], keepdims=1),
        helper.make_node("Add", ["pictures", "mean"], ["out"]),
    ]
    exchange(card, helper.make_graph(nodes, "g", [given], [out], [axes]))
    check = check_model_card(card)
    assert check.kind == "restorer"
    assert held(check) == {"repeats": True, "alone": False, "answers": True}


def test_a_restorer_that_gives_what_it_takes_holds(tmp_path: Path) -> None:
    card = write(tmp_path, pictures=True, size=8)
    text = card.read_text(encoding="utf-8")
    card.write_text(text.replace("dimensions = 192\n", ""), encoding="utf-8")
    check = check_model_card(card)
    assert (check.kind, check.holds) == ("restorer", True)


def test_what_does_not_give_what_the_card_says_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="numbers a face"):
        check_model_card(write(tmp_path, dimensions=7))


def test_numbers_that_are_none_are_an_error(tmp_path: Path) -> None:
    card = write(tmp_path)
    given = helper.make_tensor_value_info("pictures", TensorProto.FLOAT, ["n", 3, 4, 4])
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, ["n", 48])
    nodes = [
        helper.make_node("Flatten", ["pictures"], ["flat"], axis=1),
        helper.make_node("Sub", ["flat", "flat"], ["zero"]),
        helper.make_node("Div", ["flat", "zero"], ["out"]),
    ]
    exchange(card, helper.make_graph(nodes, "g", [given], [out]))
    with pytest.raises(InputError, match="finite"):
        check_model_card(card)


def test_another_file_than_the_card_names_is_refused(tmp_path: Path) -> None:
    card = write(tmp_path)
    model = card.with_name("ours.onnx")
    model.write_bytes(model.read_bytes() + b"\0")
    with pytest.raises(WeightError, match="its card expects"):
        check_model_card(card)


def exchange(card: Path, graph: object) -> None:
    """Put another model in the place of the card's."""
    import hashlib  # noqa: PLC0415

    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)  # type: ignore[arg-type]
    data = model.SerializeToString()
    text = card.read_text(encoding="utf-8")
    old = text.split('sha256 = "')[1].split('"')[0]
    card.with_name("ours.onnx").write_bytes(data)
    card.write_text(text.replace(old, hashlib.sha256(data).hexdigest()), encoding="utf-8")
