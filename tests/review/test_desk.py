"""Files, decisions and releases, as a page meets them."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.review.conftest import Opened

from efface import detect
from efface.colour import Colour
from efface.policy import AllowPolicy, MethodPolicy, Policy


def shown(answer: Any) -> np.ndarray[Any, np.dtype[np.uint8]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/jpeg"
    return np.asarray(Image.open(io.BytesIO(answer.content)))


def test_a_folder_is_a_queue(opened: Opened, folder: Path) -> None:
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 broken")
    desk = opened(folder).get("/api/desk")
    assert [(f["folder"], f["name"], f["stage"]) for f in desk["files"]] == [
        ("", "a.jpg", "ready"), ("inner", "b.jpg", "ready"), ("", "broken.jpg", "failed"),
    ]  # fmt: skip
    assert desk["skipped"] == 1
    assert desk["files"][2]["message"]
    assert desk["audience"] is None


def test_a_face_is_found_and_shown(opened: Opened, photo: Path) -> None:
    page = opened(photo)
    state = page.only()
    (track,) = state["decisions"]["tracks"]
    assert track["source"] == "detector"
    where = f"/api/files/{state['summary']['id']}"
    original = shown(page.client.get(f"{where}/picture?side=1024"))
    assert original.shape == (256, 256, 3)
    assert shown(page.client.get(f"{where}/picture?side=160")).shape == (160, 160, 3)
    x, y, width, height = (int(v) for v in track["boxes"][0]["box"])
    covered = shown(page.client.get(f"{where}/preview"))
    assert covered[y : y + height, x : x + width].max() < 12
    assert original[y : y + height, x : x + width].max() > 100


@pytest.mark.parametrize("query", ["page=1", "page=-1", "page=x", "side=1e9"])
def test_a_page_that_is_not_there_is_not_shown(opened: Opened, photo: Path, query: str) -> None:
    page = opened(photo)
    where = f"/api/files/{page.only()['summary']['id']}"
    assert page.client.get(f"{where}/picture?{query}").status_code in (404, 422)


def test_decisions_are_there_again(opened: Opened, photo: Path) -> None:
    page = opened(photo)
    state = page.only()
    drawn = {"id": "z1", "source": "person", "zone": True, "boxes": [{"box": [3, 4, 30, 40]}]}
    tracks = [state["decisions"]["tracks"][0] | {"action": "keep"}, drawn]
    answer = page.decide(state, tracks=tracks, checked=True)
    assert answer.status_code == 200, answer.text
    again = opened(photo).only()
    assert again["decisions"] == answer.json()["decisions"]
    assert again["decisions"]["tracks"][1]["boxes"][0]["box"] == [3, 4, 30, 40]
    assert again["decisions"]["checked"]
    assert again["summary"]["kept"] == 1
    assert again["summary"]["revision"] == state["summary"]["revision"] + 1


def test_two_copies_are_two_files(opened: Opened, folder: Path) -> None:
    page = opened(folder)
    first, second = (page.get(f"/api/files/{f['id']}") for f in page.get("/api/desk")["files"])
    assert page.decide(first, tracks=[]).status_code == 200
    assert page.decide(second, checked=True).status_code == 200
    assert page.get(f"/api/files/{first['summary']['id']}")["decisions"]["tracks"] == []


def test_no_picture_is_kept(opened: Opened, photo: Path, state: Path) -> None:
    page = opened(photo)
    found = page.only()
    where = f"/api/files/{found['summary']['id']}"
    shown(page.client.get(f"{where}/picture"))
    shown(page.client.get(f"{where}/preview"))
    page.decide(found, checked=True)
    files = [path for path in state.parent.rglob("*") if path.is_file()]
    assert len(files) == 1
    assert files[0].read_bytes()[:1] == b"{"
    assert files[0].stat().st_mode & 0o777 == 0o600


def test_a_second_tab_overwrites_nothing(opened: Opened, photo: Path) -> None:
    page = opened(photo)
    state = page.only()
    first = page.decide(state, checked=True)
    second = page.decide(state, tracks=[])
    assert (first.status_code, second.status_code) == (200, 412)
    assert second.json()["current"]["decisions"] == first.json()["decisions"]


def test_another_efface_overwrites_nothing(opened: Opened, photo: Path) -> None:
    page, other = opened(photo), opened(photo)
    state, also = page.only(), other.only()
    assert other.decide(also, checked=True).status_code == 200
    answer = page.decide(state, tracks=[])
    assert answer.status_code == 412
    assert answer.json()["current"]["decisions"]["checked"]
    assert page.release(state).status_code == 412


@pytest.mark.parametrize(
    "changed",
    [
        {"tracks": [{"id": "z1", "boxes": [{"box": [900, 4, 30, 40]}]}]},
        {"tracks": [{"id": "z1", "boxes": [{"box": [9, 4, 0, 40]}]}]},
        {"tracks": [{"id": "z1", "boxes": []}]},
        {"tracks": [{"id": "z", "boxes": [{"box": [1, 1, 9, 9]}]}] * 2},
        {"tracks": [{"id": "z", "boxes": [{"frame": 1, "box": [1, 1, 9, 9]}]}]},
        {"doubts": {"d99": "face"}},
        {"doubts": {"x": "face"}},
    ],
)
def test_what_cannot_be_meant_is_refused(
    opened: Opened, photo: Path, changed: dict[str, Any]
) -> None:
    page = opened(photo)
    state = page.only()
    assert page.decide(state, **changed).status_code in (409, 422)
    assert page.only()["decisions"] == state["decisions"]


def test_a_release_is_what_the_command_line_writes(opened: Opened, photo: Path) -> None:
    page = opened(photo)
    state = page.only()
    outcome = page.release(state).json()
    assert (outcome["exit_code"], outcome["status"]) == (0, "redacted")
    target = photo.with_name("photo.effaced.jpg")
    assert outcome["state"]["summary"]["publication"]["target"] == target.name
    assert outcome["state"]["summary"]["checked"]
    assert not detect(target).tracks
    again = page.release(outcome["state"]).json()
    assert (again["exit_code"], again["acceptable"]) == (2, "overwrite")
    assert page.release(outcome["state"], "overwrite").json()["exit_code"] == 0


def test_who_decides_before_they_hear_of_a_release_overwrites_nobody(
    opened: Opened, photo: Path
) -> None:
    page = opened(photo)
    state = page.only()
    released = page.release(state).json()["state"]["summary"]
    assert released["publication"]["revision"] == released["revision"]
    answer = page.decide(state, tracks=[])
    assert answer.status_code == 200, answer.text
    summary = answer.json()["summary"]
    assert summary["publication"]["target"] == "photo.effaced.jpg"
    assert summary["publication"]["revision"] != summary["revision"], "of other decisions"
    assert page.decide(state, checked=True).status_code == 412


def test_a_report_can_be_handed_on(opened: Opened, photo: Path) -> None:
    page = opened(photo)
    state = page.only()
    where = f"/api/files/{state['summary']['id']}/report"
    assert page.client.get(where).status_code == 404
    page.release(state)
    answer = page.client.get(where)
    assert answer.headers["content-disposition"] == "attachment"
    report = answer.json()
    assert report["schema"] == "efface.report/1"
    (file,) = report["files"]
    assert (file["input"], file["output"]) == ("photo.jpg", "photo.effaced.jpg")
    assert str(photo.parent) not in answer.text


def test_the_rescan_stands_in_the_way(opened: Opened, photo: Path) -> None:
    page = opened(photo)
    state = page.only()
    drawn = {"id": "z1", "source": "person", "zone": True, "boxes": [{"box": [0, 0, 9, 9]}]}
    state = page.decide(state, tracks=[drawn]).json()
    outcome = page.release(state).json()
    assert (outcome["exit_code"], outcome["acceptable"]) == (4, "rescan")
    assert len(outcome["uncovered"]) == 1
    assert not photo.with_name("photo.effaced.jpg").exists()
    outcome = page.release(state, "rescan").json()
    assert outcome["exit_code"] == 0
    assert any("The user accepted" in note for note in outcome["notes"])


def test_a_file_that_somebody_waits_for_is_next(opened: Opened, photo: Path) -> None:
    page = opened(photo)
    name = page.only()["summary"]["id"]
    assert page.client.post(f"/api/files/{name}/hurry").status_code == 204
    assert page.desk._first == name
    assert page.client.post("/api/files/nobody/hurry").status_code == 404


def test_nothing_to_cover_stands_in_the_way(opened: Opened, photo: Path) -> None:
    page = opened(photo)
    state = page.decide(page.only(), tracks=[]).json()
    assert page.release(state).json()["acceptable"] == "no-face"


def test_the_organisation_has_the_last_word(opened: Opened, photo: Path) -> None:
    page = opened(photo, policy=Policy(allow=AllowPolicy(regions=False)))
    outcome = page.release(page.only()).json()
    assert outcome["exit_code"] == 2
    assert outcome["acceptable"] is None


def test_a_disk_that_is_full_costs_nothing(
    opened: Opened, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(photo)
    state = page.only()

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        assert page.release(state).json()["exit_code"] == 8
        answer = page.decide(state, checked=True)
    assert answer.status_code == 500
    assert "full" in answer.json()["message"]
    assert page.only()["decisions"] == state["decisions"]
    assert page.decide(page.only(), checked=True).status_code == 200


def test_a_file_that_changed_is_not_released(opened: Opened, photo: Path) -> None:
    page = opened(photo)
    state = page.only()
    with photo.open("ab") as file:
        file.write(b"more")
    assert page.release(state).json()["exit_code"] == 2
    assert not photo.with_name("photo.effaced.jpg").exists()


def test_people_who_know_them_ask_for_more(opened: Opened, photo: Path) -> None:
    page = opened(photo)
    before = page.only()["growth"]
    answer = page.client.put("/api/audience", json={"audience": "acquainted"})
    assert answer.json()["audience"] == "acquainted"
    state = page.only()
    assert state["growth"]["below"] > before["below"]
    x, y, width, _ = (int(v) for v in state["decisions"]["tracks"][0]["boxes"][0]["box"])
    covered = shown(page.client.get(f"/api/files/{state['summary']['id']}/preview"))
    assert covered[y:, x : x + width].max() < 12
    assert opened(photo).get("/api/desk")["audience"] == "acquainted"


def test_the_preview_is_of_the_method_that_was_chosen(opened: Opened, photo: Path) -> None:
    policy = Policy(method=MethodPolicy(colour=Colour(200, 40, 40)))
    page = opened(photo, policy=policy)
    state = page.only()
    x, y, width, height = (int(v) for v in state["decisions"]["tracks"][0]["boxes"][0]["box"])
    covered = shown(page.client.get(f"/api/files/{state['summary']['id']}/preview"))
    middle = covered[y + height // 2, x + width // 2].astype(int)
    assert np.abs(middle - (200, 40, 40)).max() < 12


def test_methods_are_held_side_by_side(opened: Opened, photo: Path) -> None:
    page = opened(photo)
    where = f"/api/files/{page.only()['summary']['id']}/preview"
    solid, figure = (
        shown(page.client.get(where)),
        shown(page.client.get(f"{where}?method=figure")),
    )
    assert (solid != figure).any()
    assert page.client.get(f"{where}?method=blur").status_code == 422
    answer = page.client.put("/api/method", json={"method": "figure"})
    assert (answer.json()["method"], answer.json()["audience"]) == ("figure", None)
    assert (shown(page.client.get(where)) == figure).all()
    state = page.release(page.only()).json()["state"]
    assert state["summary"]["publication"]["method"] == "figure"
    assert opened(photo).get("/api/desk")["method"] == "figure"


def test_a_drawn_head_is_shown_and_released(opened: Opened, photo: Path) -> None:
    page = opened(photo, policy=Policy(method=MethodPolicy(name="replace")))
    state = page.only()
    assert page.get("/api/desk")["method"] == "replace"
    where = f"/api/files/{state['summary']['id']}/preview"
    drawn, solid = shown(page.client.get(where)), shown(page.client.get(f"{where}?method=solid"))
    x, y, width, height = (int(v) for v in state["decisions"]["tracks"][0]["boxes"][0]["box"])
    inside = drawn[y : y + height, x : x + width].astype(int)
    assert inside.std() > 4 * solid[y : y + height, x : x + width].std() + 4, "no one colour"
    outcome = page.release(state).json()
    assert outcome["exit_code"] == 0, outcome["message"]
    assert outcome["state"]["summary"]["publication"]["method"] == "replace"


def test_kept_decisions_that_are_damaged_are_said(opened: Opened, photo: Path, state: Path) -> None:
    opened(photo)
    (kept,) = (state.parent / "reviews").glob("*.json")
    kept.write_bytes(kept.read_bytes()[:-9])
    (file,) = opened(photo).get("/api/desk")["files"]
    assert file["stage"] == "failed"
    assert "kept" in file["message"]


def test_a_released_photo_is_attacked_and_shown(opened: Opened, photo: Path) -> None:
    page = opened(photo)
    state = page.only()
    where = f"/api/files/{state['summary']['id']}/attack"
    refused = page.client.post(where)
    assert (refused.status_code, "released" in refused.json()["message"]) == (409, True)
    page.release(state)
    answer = page.client.post(where)
    assert answer.status_code == 200, answer.text
    view = answer.json()
    (person,) = view["people"]
    assert (view["passed"], person["kind"], person["nobody"]) == (True, "removed", True)
    original, published, recovered = (
        np.asarray(Image.open(io.BytesIO(base64.b64decode(person[name]))))
        for name in ("original", "published", "recovered")
    )
    assert original.shape == published.shape == recovered.shape
    assert published[40:70, 40:70].max() < 16 < original[40:70, 40:70].max()
    assert "Removed" in person["verdict"]
