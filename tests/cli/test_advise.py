"""``efface advise`` from the outside."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.movies import background, with_portrait, write_clip
from tests.running import Efface

from efface.api.schemas import schema


def valid(document: object) -> None:
    jsonschema.Draft202012Validator(schema("advice")).validate(document)


def test_a_question_without_a_file(efface: Efface) -> None:
    run = efface("advise", "--width", "30", "--method", "mosaic", "--cells", "8")
    assert run.code == 0, run.err
    assert "Not enough" in " ".join(run.out.split())
    run = efface("advise", "--width", "120", "--method", "mosaic", "--cells", "8", "--json")
    document = run.json()
    valid(document)
    assert document["files"] == []
    asked = document["asked"]
    assert (asked["verdict"], asked["left"]["K2"]["rank1"]) == ("not enough", 0.4)
    assert asked["left"]["K2"]["N"] == 125
    assert document["map"]["lower_bounds"] is True


@pytest.mark.parametrize(
    ("method", "option"),
    [
        ("mosaic", "--cells 8"),
        ("sampled-mosaic", "--strength-px 4"),
        ("gaussian", "--strength 0.2"),
    ],
)
def test_without_a_strength_it_says_which_option_gives_one(
    efface: Efface, method: str, option: str
) -> None:
    run = efface("advise", "--width", "30", "--method", method)
    assert run.code == 2
    assert option in " ".join(run.err.split())


def test_wrong_usage(tmp_path: Path, efface: Efface) -> None:
    assert efface("advise").code == 2
    assert efface("advise", "--width", "30").code == 2
    assert efface("advise", "a.png", "--width", "30").code == 2
    run = efface("advise", "--width", "30", "--method", "mosaic", "--json")
    assert run.code == 2
    assert run.json()["schema"] == "efface.error/1"


def test_a_photo_with_given_zones(
    portrait: NDArray[np.uint8], tmp_path: Path, efface: Efface
) -> None:
    picture = portrait.copy()
    part = picture[16:96, 80:152]
    means = part.reshape(10, 8, 9, 8, 3).mean(axis=(1, 3)).astype(np.uint8)
    picture[16:96, 80:152] = np.repeat(np.repeat(means, 8, 0), 8, 1)
    path = tmp_path / "a.png"
    Image.fromarray(picture).save(path)
    regions = efface("detect", path, "--json").json()
    regions["tracks"] = [
        {
            "id": "z1",
            "source": "person",
            "zone": True,
            "boxes": [{"frame": 0, "box": [80, 16, 72, 80]}],
        }
    ]
    given = tmp_path / "a.json"
    given.write_text(json.dumps(regions))
    run = efface("advise", path, "--regions", given, "--json")
    assert run.code == 0, run.err
    valid(run.json())
    (file,) = run.json()["files"]
    (face,) = file["faces"]
    assert face["box"] == [80, 16, 72, 80]
    assert "mosaic" in face["redaction"]["kind"]
    assert abs(face["redaction"]["strength_px"] - 8) < 0.4
    assert "solid fill" in face["advice"]
    text = efface("advise", path, "--regions", given)
    assert "mosaic" in text.out
    assert "Remember:" in text.err


def test_a_clear_face_and_a_broken_file(
    portrait: NDArray[np.uint8], tmp_path: Path, efface: Efface
) -> None:
    Image.fromarray(portrait).save(tmp_path / "a.png")
    whole = (tmp_path / "a.png").read_bytes()
    (tmp_path / "b.png").write_bytes(whole[: len(whole) // 2])
    run = efface("advise", tmp_path / "a.png", tmp_path / "b.png", "--json")
    assert run.code == 6
    document = run.json()
    valid(document)
    (file,), (failed,) = document["files"], document["failed"]
    assert [face["redaction"]["kind"] for face in file["faces"]] == ["none"]
    assert file["faces"][0]["verdict"] == "shows"
    assert failed["exit_code"] == 5
    assert efface("advise", tmp_path / "b.png").code == 5


def test_a_video_is_looked_at_where_a_face_is_largest(
    portrait: NDArray[np.uint8], tmp_path: Path, efface: Efface
) -> None:
    empty = background()
    clip = write_clip(
        tmp_path / "a.mp4", [with_portrait(empty, portrait, 60, 40, 160) for _ in range(12)]
    )
    run = efface("advise", clip, "--json")
    assert run.code == 0, run.err
    valid(run.json())
    (file,) = run.json()["files"]
    assert [face["redaction"]["kind"] for face in file["faces"]] == ["none"]
