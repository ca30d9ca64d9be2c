"""``efface study`` on faces that are made here: the portrait, drawn anew for each person."""

from __future__ import annotations

import csv
import json
import shutil
import tomllib
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray
from PIL import Image

import efface
from efface.advise.leak_map import read_map
from efface.cli.main import cli
from efface.errors import RefusedError
from efface.study.map.design import MapCell, every_row
from efface.study.map.folder import QUICK, people_of
from efface.study.map.work import MapWork

PEOPLE, EACH = 24, 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, portrait: NDArray[np.uint8]) -> Path:
    """People who differ in shape and colour, 128 pixels across, faces of 28 and more."""
    root = tmp_path_factory.mktemp("people")
    rng = np.random.default_rng(5)
    for person in range(PEOPLE):
        home = root / f"person {person}"
        home.mkdir()
        width, tint = rng.uniform(0.85, 1.15), rng.uniform(0.7, 1.2, 3)
        for number in range(EACH):
            angle, scale = rng.normal(0, 3), 0.8 * rng.uniform(0.95, 1.05)
            matrix = np.array(cv2.getRotationMatrix2D((110, 60), angle, scale), np.float64)
            matrix[0] *= width
            matrix[:, 2] += np.array([64, 64]) - matrix @ np.array([110, 60, 1])
            moved = cv2.warpAffine(portrait, matrix, (128, 128), None, cv2.INTER_AREA)
            picture = np.clip(moved * tint, 0, 255).astype(np.uint8)
            Image.fromarray(picture).save(home / f"picture {number}.png")
    return root


@pytest.fixture(scope="module")
def made(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The coarse map of solid fills, with a file that is no picture among the people's."""
    (folder / "person 3" / "0 broken.jpg").write_bytes(b"no picture")
    out = tmp_path_factory.mktemp("map") / "map"
    asked = ["study", str(folder), "-o", str(out), "--quick", "--jobs", "2", "--only", "solid"]
    done = CliRunner().invoke(cli, asked, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "0 broken.jpg" in done.output
    return out


def test_a_solid_fill_leaves_no_more_than_the_floor_does(made: Path) -> None:
    """These people's backgrounds differ, so that a constant fill tells them apart, too."""
    study = json.loads((made / "study.json").read_text())
    cells = {cell["name"]: cell for cell in study["cells"]}
    names = ("clear", "solid-default", "fill-default")
    clear, solid, fill = (cells[f"{name}@14"]["columns"] for name in names)
    assert clear["K1"]["rank1"][0] > 3 * clear["K1"]["chance"]
    for level, column in solid.items():
        assert column["bits"][0] < fill[level]["bits"][0] + 0.6
    assert solid["K0"]["bits"][0] < clear["K0"]["bits"][0] - 1


def test_of_few_people_nothing_is_said_to_be_at_chance(made: Path) -> None:
    study = json.loads((made / "study.json").read_text())
    assert study["data"]["test"] < 119
    assert not any(c["at_chance"] for cell in study["cells"] for c in cell["columns"].values())
    assert "With so few people it cannot be said of any" in (made / "study.html").read_text()
    assert all("Not at chance" not in one["said"] for one in study["thresholds"])


def test_what_was_passed_over_is_named_and_counted(made: Path) -> None:
    passed = json.loads((made / "study.json").read_text())["data"]["passed"]
    assert [one["file"] for one in passed] == ["person 3/0 broken.jpg"]


def test_tables_say_what_the_document_says(made: Path) -> None:
    study = json.loads((made / "study.json").read_text())
    lines = list(csv.DictReader((made / "study.csv").read_text().splitlines()))
    points = tomllib.loads((made / "map.toml").read_text())["point"]
    for cell in study["cells"]:
        for level, column in cell["columns"].items():
            (line,) = (
                one for one in lines
                if (one["cell"], one["knowledge"], one["measure"]) == (cell["name"], level, "rank1")
                and int(one["gallery"]) == column["N"]
            )  # fmt: skip
            assert float(line["value"]) == pytest.approx(column["rank1"][0], abs=1e-4)
    assert {p["kind"] for p in points} == {"none", "solid"}
    assert all(p["rank1"][1] <= p["rank1"][0] <= p["rank1"][2] for p in points)


def test_the_map_is_one_that_advice_is_read_off(made: Path) -> None:
    known = read_map((made / "map.toml").read_text())
    found = known.leak("solid", 1.8, 14, "K2")
    assert found is not None
    study = json.loads((made / "study.json").read_text())
    (cell,) = (cell for cell in study["cells"] if cell["name"] == "solid-default@14")
    assert found.rank1 == pytest.approx(cell["columns"]["K2"]["rank1"][0], abs=1e-3)
    assert known.leak("none", None, 14, "K0") is not None


def test_a_study_goes_on_where_it_was(
    made: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (made / "study.json").read_bytes()
    (made / "study.html").unlink()
    monkeypatch.setattr(import_module("efface.study.map.cell"), "_measured", None)
    efface.study(folder, made, quick=True, jobs=1, only=["solid"])
    assert (made / "study.json").read_bytes() == before
    assert (made / "study.html").is_file()


def test_parts_come_together(made: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From what the whole has left: nothing is measured anew."""
    whole = json.loads((made / "study.json").read_text())
    monkeypatch.setattr(import_module("efface.study.map.cell"), "_measured", None)
    assert {cell["width_px"] for cell in whole["cells"]} == {14, 28}
    (made / "study.json").unlink()
    part = efface.study(folder, made, quick=True, jobs=1, only=["solid"], widths=[28])
    assert {cell.width_px for cell in part.cells} == {28}
    efface.study(folder, made, quick=True, jobs=1, only=["solid"], widths=[14])
    assert json.loads((made / "study.json").read_text()) == whole
    with pytest.raises(RefusedError, match="21 pixels wide"):
        efface.study(folder, made, quick=True, jobs=1, widths=[21])


def test_parts_of_other_studies_do_not(
    made: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (made / "study.json").read_text()
    monkeypatch.setattr(import_module("efface.study.map.cell"), "_measured", None)
    strange = json.loads(before)
    strange["cells"][0]["title"] = strange["cells"][0]["name"] = "gaussian-0.10@14"
    other = json.dumps(strange | {"seed": 5})
    for cell in strange["cells"]:
        cell["program"] = "other code"
    for text in (other, json.dumps(strange), "no document"):
        (made / "study.json").write_text(text)
        efface.study(folder, made, quick=True, jobs=1, only=["solid"])
        assert (made / "study.json").read_text() == before


def test_the_networks_are_named(made: Path) -> None:
    study = json.loads((made / "study.json").read_text())
    weights = {one["name"]: one["sha256"] for one in study["weights"]}
    assert {"dlib-resnet", "sface", "adapted"} <= weights.keys()
    assert weights["adapted"][:16] in (made / "study.html").read_text()


def test_other_weights_are_measured_anew(
    made: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = import_module("efface.study.run")
    other = replace(run.shipped_network(), weights="another digest")
    monkeypatch.setattr(import_module("efface.study.results"), "shipped_network", lambda: other)
    monkeypatch.setattr(import_module("efface.study.map.cell"), "_measured", _refused)
    with pytest.raises(NotImplementedError):
        efface.study(folder, made, quick=True, jobs=1, only=["solid"])


def _refused(*_: object) -> None:
    raise NotImplementedError


def test_frames_are_coded(
    made: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = import_module("efface.study.map.looks")
    for name, value in {"FRAMES": (1, 3), "PEOPLE": 7, "FITTED": 1}.items():
        monkeypatch.setattr(looks, name, value)
    frames, through = import_module("efface.study.frames"), []
    coded = frames.as_h264

    def counted(pictures: list[NDArray[np.uint8]]) -> list[NDArray[np.uint8]]:
        through.append(len(pictures))
        return list(coded(pictures))

    monkeypatch.setattr(frames, "as_h264", counted)
    people = people_of(folder, QUICK, made / "cache", seed=0)
    work = MapWork(people, made / "cache", quick=True, seed=0)
    (kind,) = (row for row in every_row() if row.row.name == "gaussian-0.30")
    found = looks.measured(work.run(20), MapCell(kind, 20), tmp_path, seed=0)
    assert set(found) == {"K0", "K2"} and all(set(by) == {"1", "3"} for by in found.values())
    assert all(one["coded"] and one["people"] == 7 for by in found.values() for one in by.values())
    assert through.count(3) == 7 and set(through) == {1, 3}


def test_too_few_people_are_refused(folder: Path, tmp_path: Path) -> None:
    few = tmp_path / "few"
    for person in range(3):
        shutil.copytree(folder / f"person {person}", few / str(person))
    with pytest.raises(RefusedError, match=r"needs 24 people .* there are 3"):
        efface.study(few, tmp_path / "map", quick=True, jobs=1)
    assert not (tmp_path / "map" / "study.json").exists()


def test_a_folder_of_something_else_is_left_alone(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(RefusedError, match="not empty"):
        efface.study(folder, tmp_path)
    with pytest.raises(RefusedError, match="among the people"):
        efface.study(folder, folder / "map")
    with pytest.raises(RefusedError, match="no method 'swirl'"):
        efface.study(folder, tmp_path / "map", only=["swirl"])
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
