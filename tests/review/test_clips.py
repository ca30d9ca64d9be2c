"""Videos in the app: shown by time, analysed, watched, released."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.review.conftest import Opened, Page
from tests.walks import face_in, is_filled, seen, times, walk, write_clip

from efface import detect
from efface.errors import InputError
from efface.events import Event
from efface.policy import AllowPolicy, Policy
from efface.review.desk import Desk

ALL = {"spans": [[0, 29]]}


def shown(answer: Any) -> np.ndarray[Any, np.dtype[np.uint8]]:
    assert answer.status_code == 200, answer.text
    return np.asarray(Image.open(io.BytesIO(answer.content)))


def where(page: Page) -> str:
    return f"/api/files/{page.only()['summary']['id']}"


def test_a_video_is_analysed_and_told_of(opened: Opened, clip: Path) -> None:
    page = opened(clip)
    state = page.only()
    assert (state["summary"]["kind"], state["summary"]["stage"]) == ("video", "ready")
    (track,) = state["decisions"]["tracks"]
    assert track["interpolate"] is True
    assert state["media"]["frames"] == 30
    page.desk.clip(page.desk.file(state["summary"]["id"])).times()
    told = page.get(f"{where(page)}/clip")
    assert (told["width"], told["height"], told["exact"]) == (240, 160, True)
    (step,) = told["times"]["steps"]
    assert step[1] == 29
    assert step[0] * told["tick_s"] == 1 / 20
    again = opened(clip).only()
    assert again["decisions"] == state["decisions"]


def test_every_frame_is_the_one_of_its_time(opened: Opened, clip: Path) -> None:
    page = opened(clip)
    base = page.only()["media"]["time_base"].split("/")
    pictures, moments = seen(clip), times(clip)
    for number in (17, 3, 29, 0, 18):
        pts = round(moments[number] * int(base[1]) / int(base[0]))
        answer = page.client.get(f"{where(page)}/frame?pts={pts}&seek=1")
        assert answer.headers["x-efface-pts"] == str(pts)
        assert np.abs(shown(answer).astype(int) - pictures[number]).mean() < 3
    rough = page.client.get(f"{where(page)}/frame?pts={pts + 5000}&rough=1")
    assert int(rough.headers["x-efface-pts"]) <= pts + 5000
    crop = page.client.get(f"{where(page)}/crop?pts={pts}&x=20&y=40&w=50&h=60&side=160")
    assert shown(crop).shape[:2] == (96, 96)


def test_a_queue_of_videos_opens_none(opened: Opened, clip: Path) -> None:
    (clip.parent / "more").mkdir()
    for number in range(3):
        (clip.parent / "more" / f"{number}.mp4").write_bytes(clip.read_bytes())
    page = opened(clip.parent / "more")
    for file in page.get("/api/desk")["files"]:
        picture = shown(page.client.get(f"/api/files/{file['id']}/picture?side=160"))
        assert picture.shape == (107, 160, 3)
    assert not page.desk.clips_open


def test_the_newest_seek_wins(opened: Opened, clip: Path) -> None:
    page = opened(clip)
    assert page.client.get(f"{where(page)}/frame?pts=0&seek=9&side=160").status_code == 200
    old = page.client.get(f"{where(page)}/frame?pts=7680&seek=8&side=160")
    assert (old.status_code, old.content) == (204, b"")


def test_a_frame_is_shown_as_it_will_be_released(opened: Opened, clip: Path) -> None:
    page = opened(clip)
    before = shown(page.client.get(f"{where(page)}/preview?page=12"))
    assert is_filled(face_in(before, 12))
    assert page.client.get(f"{where(page)}/preview?page=30").status_code == 404


def test_a_drawn_head_of_a_video_is_not_shown_before_it_is_written(
    opened: Opened, clip: Path
) -> None:
    page = opened(clip)
    where = f"/api/files/{page.only()['summary']['id']}/preview?method=replace"
    answer = page.client.get(where)
    assert answer.status_code == 409
    assert "drawn when it is written" in answer.json()["message"]


def test_what_nobody_watched_is_asked_about(opened: Opened, clip: Path) -> None:
    page = opened(clip)
    page.client.put(f"{where(page)}/watched", json={"spans": [[0, 9], [25, 99]]})
    page.client.put(f"{where(page)}/watched", json={"spans": [[8, 11]]})
    state = page.only()
    assert state["watched"] == [[0, 11], [25, 29]]
    assert state["summary"]["revision"] == 1
    asked = page.release(state).json()
    assert (asked["acceptable"], asked["exit_code"]) == ("unwatched", 2)
    assert asked["message"].startswith("13 of its 30 frames")
    target = clip.with_name("clip.effaced.mp4")
    assert not target.exists()
    done = page.release(state, "unwatched").json()
    assert done["exit_code"] == 0, done
    assert any("13 of its 30" in note for note in done["notes"])
    assert done["state"]["summary"]["publication"]["accepted"] == ["unwatched"]
    assert not detect(target).tracks
    assert opened(clip).only()["watched"] == [[0, 11], [25, 29]]


def test_a_video_is_released_by_its_decisions(
    opened: Opened, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("efface.review.desk.TOLD_S", 0.0)  # each step is told, however short
    page = opened(clip)
    page.client.put(f"{where(page)}/watched", json=ALL)
    zone = {
        "id": "z1", "source": "person", "zone": True, "interpolate": True,
        "boxes": [
            {"frame": 5, "pts": None, "box": [200, 130, 30, 20]},
            {"frame": 15, "pts": None, "box": [180, 130, 30, 20]},
        ],
    }  # fmt: skip
    state = page.only()
    page.decide(state, tracks=[*state["decisions"]["tracks"], zone])
    done = page.release(page.only()).json()
    assert done["exit_code"] == 0, done
    frames = seen(clip.with_name("clip.effaced.mp4"))
    assert is_filled(face_in(frames[12], 12))
    assert is_filled(frames[10][134:146, 194:216])
    assert not is_filled(frames[20][134:146, 194:216])
    check_attack(page, page.only())


def check_attack(page: Page, state: Any) -> None:
    """What was released is attacked; that says how far it is, and can be stopped."""
    told: list[Any] = []
    page.desk.happenings.tell = told.append  # type: ignore[assignment, method-assign]
    view = page.client.post(f"{where(page)}/attack").json()
    person = view["people"][0]
    assert (view["passed"], person["kind"], person["nobody"]) == (True, "removed", True)
    assert 0 <= person["frame"] < state["media"]["frames"]
    assert 1 < person["frames"] <= state["media"]["frames"]
    assert any(one.step and one.share for one in told)

    def stop(happening: Any) -> None:
        if happening.step:
            page.desk.file(state["summary"]["id"]).stopping.set()

    page.desk.happenings.tell = stop  # type: ignore[method-assign]
    answer = page.client.post(f"{where(page)}/attack")
    assert (answer.status_code, "stopped" in answer.json()["message"]) == (409, True)


def test_a_release_is_stopped_and_leaves_nothing(opened: Opened, clip: Path) -> None:
    page = opened(clip)
    page.client.put(f"{where(page)}/watched", json=ALL)
    file = page.desk.file(page.only()["summary"]["id"])
    listening = page.desk.listening

    def stopping(one: Any) -> Any:
        listen = listening(one)

        def heard(event: Event) -> None:
            if getattr(event, "step", "") == "write" and getattr(event, "frame", 0) > 9:
                assert page.client.delete(f"{where(page)}/release").status_code == 204
            listen(event)

        return heard

    page.desk.listening = stopping  # type: ignore[method-assign,assignment]
    outcome = page.release(page.only()).json()
    assert (outcome["status"], outcome["exit_code"]) == ("stopped", 130)
    assert [path.name for path in clip.parent.iterdir()] == ["clip.mp4"]
    page.desk.listening = listening  # type: ignore[method-assign]
    assert page.release(page.only()).json()["exit_code"] == 0
    assert not file.stopping.is_set()


def test_whoever_ends_efface_ends_a_release_first(opened: Opened, clip: Path) -> None:
    page = opened(clip)
    listening = page.desk.listening
    ended: list[threading.Thread] = []

    def ending(one: Any) -> Any:
        listen = listening(one)

        def heard(event: Event) -> None:
            if getattr(event, "step", "") == "write" and not ended:
                page.desk.end()
                ended.append(threading.Thread(target=page.desk.rest))
                ended[0].start()
                assert ended[0].is_alive(), "it waits for what is being written"
            listen(event)

        return heard

    page.desk.listening = ending  # type: ignore[method-assign,assignment]
    assert page.release(page.only(), "unwatched").json()["status"] == "stopped"
    ended[0].join(30)
    assert not ended[0].is_alive()
    assert [path.name for path in clip.parent.iterdir()] == ["clip.mp4"]


def test_an_analysis_that_was_ended_goes_on(opened: Opened, clip: Path, state: Path) -> None:
    """What was seen by then is on disk, and no picture is."""
    desk: list[Desk] = []

    def begun(one: Desk) -> None:
        desk.append(one)
        listening = one.listening

        def ending(file: Any) -> Any:
            listen = listening(file)

            def heard(event: Event) -> None:
                if getattr(event, "frame", 0) == 20:
                    one.end()
                listen(event)

            return heard

        one.listening = ending  # type: ignore[method-assign]

    page = opened(clip, before=begun)
    assert page.get("/api/desk")["files"][0]["stage"] == "looking"
    (kept,) = state.glob("*.jsonl")
    assert len(kept.read_text().splitlines()) > 3
    assert opened(clip).only()["summary"]["stage"] == "ready"
    assert not kept.exists()


def test_a_video_steps_aside_for_whoever_waits(opened: Opened, clip: Path, photo: Path) -> None:
    """A photo is released while a long video is being analysed."""
    done: list[Any] = []

    def begun(desk: Desk) -> None:
        listening = desk.listening

        def slow(file: Any) -> Any:
            listen = listening(file)

            def heard(event: Event) -> None:
                if file.video is not None and getattr(event, "frame", 0) == 10 and not done:
                    page = Page(desk).open()
                    (ready,) = (f for f in page.get("/api/desk")["files"] if f["kind"] == "image")
                    state = page.get(f"/api/files/{ready['id']}")
                    helper = threading.Thread(target=lambda: done.append(page.release(state)))
                    helper.start()
                    while not desk.heavy.wanted:
                        pass
                listen(event)

            return heard

        desk.listening = slow  # type: ignore[method-assign]

    page = opened(clip, photo, before=begun)
    assert [f["stage"] for f in page.get("/api/desk")["files"]] == ["ready", "ready"]
    assert done[0].json()["exit_code"] == 0


def test_a_damaged_video_says_where_and_is_released_by_name_alone(
    opened: Opened, clip: Path
) -> None:
    """As on the command line: refused, until somebody takes it upon themselves."""
    data = bytearray(clip.read_bytes())
    middle = data.find(b"mdat") + (len(data) - data.find(b"mdat")) // 2
    data[middle : middle + 300] = bytes(range(256)) + bytes(44)
    clip.write_bytes(data)
    with pytest.raises(InputError):
        detect(clip)
    page = opened(clip)
    state = page.only()
    (first, last), *_ = state["damaged"]
    assert 0 < first <= last < state["media"]["frames"] == 30
    assert state["decisions"]["tracks"]
    page.client.put(f"{where(page)}/watched", json=ALL)
    outcome = page.release(state).json()
    assert (outcome["exit_code"], outcome["acceptable"]) == (5, "damaged"), outcome["message"]
    assert not clip.with_name("clip.effaced.mp4").exists()
    outcome = page.release(state, "damaged").json()
    assert outcome["exit_code"] == 0, outcome["message"]
    assert any("could not be decoded" in note for note in outcome["notes"]), outcome["notes"]
    assert any("accepted that it is damaged" in note for note in outcome["notes"])
    assert opened(clip).only()["damaged"] == state["damaged"], "it is kept"


def test_a_video_that_ends_too_soon_says_so(opened: Opened, tmp_path: Path, portrait: Any) -> None:
    film = write_clip(tmp_path / "cut.mkv", walk(portrait, 12))
    film.write_bytes(film.read_bytes()[: film.stat().st_size * 7 // 10])
    page = opened(film)
    state = page.only()
    assert (state["damaged"], "ends in the middle" in state["damage"]) == ([], True)
    outcome = page.release(state, "unwatched").json()
    assert (outcome["exit_code"], outcome["acceptable"]) == (5, "damaged")
    strict = Policy(allow=AllowPolicy(damaged=False))
    other = film.rename(film.with_name("other.mkv"))
    other.write_bytes(other.read_bytes()[:-50])
    (file,) = opened(other, policy=strict).get("/api/desk")["files"]
    assert (file["stage"], "ends in the middle" in file["message"]) == ("failed", True)
