"""Videos from their analysis to the released file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Route
from tests.app.conftest import FILM_FRAMES, OpenTab, Start, Tab
from tests.app.test_appearance import both
from tests.walks import is_filled, seen

from efface import detect


def watch_all(page: Tab) -> None:
    """At four times the speed."""
    page.counted()
    page.get_by_label("Speed").select_option("4")
    page.get_by_role("button", name="Play").click()
    page.get_by_text("all of it was watched").wait_for()


def to(page: Tab, frame: int) -> None:
    """Go to a frame by keys, and wait until it is shown."""
    page.counted()
    slider = page.get_by_role("slider", name="Place in the video")
    slider.focus()
    page.keyboard.press("Home")
    for _ in range(frame):
        page.keyboard.press("ArrowRight")
    shown(page, frame)


def shown(page: Tab, frame: int) -> None:
    """Its picture is there."""
    page.wait_for_function(
        "frame => document.querySelector('.stage')?.dataset.frame === String(frame)", arg=frame
    )


def test_a_first_video_is_done_in_eight_steps(start: Start, tab: OpenTab, film: Path) -> None:
    """Open, watch, mend one place, release."""
    page = tab(start(film).address)
    page.answer()  # 1
    page.ready()
    page.counted()
    page.get_by_role("button", name="Face 1, covered").wait_for()
    page.drag((0.7, 0.8), (0.95, 0.95))  # 2
    page.get_by_label("Speed").select_option("4")  # 3
    page.get_by_role("button", name="Play").click()  # 4
    page.get_by_text("all of it was watched").wait_for()
    page.get_by_role("button", name="Looks right, next").click()  # 5
    page.get_by_role("button", name="Release…").click()  # 6
    page.get_by_role("button", name="Release 1 file").click()  # 7
    page.get_by_text("Released as walk.effaced.mp4").wait_for(timeout=90_000)
    target = film.with_name("walk.effaced.mp4")
    assert not detect(target).tracks
    frames = seen(target)
    assert len(frames) == FILM_FRAMES
    assert is_filled(frames[30][300:330, 480:590])
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Try to undo it").click()
    dialog.get_by_role("button", name="Stop").click()
    go = dialog.get_by_role("button", name="Try to undo it")
    go.wait_for()
    go.click()
    page.troubles.clear()  # the browser's word on what was stopped
    dialog.get_by_text("nobody’s face").first.wait_for(timeout=120_000)
    dialog.get_by_text("frames show this face").wait_for()
    assert both(page, "attacked-video") == []


def test_what_nobody_watched_is_asked_about(start: Start, tab: OpenTab, film: Path) -> None:
    page = tab(start(film).address)
    page.answer()
    page.ready()
    page.get_by_role("button", name="Looks right, next").click()
    page.get_by_role("button", name="Release…").click()
    page.get_by_role("button", name="Release 1 file").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("frames were not watched").wait_for()
    assert not film.with_name("walk.effaced.mp4").exists()
    dialog.get_by_role("button", name="Show me").click()
    page.get_by_text("not watched yet").wait_for()
    page.get_by_role("button", name="Release…").click()
    page.get_by_role("button", name="Release 1 file").click()
    dialog.get_by_role("button", name="Release it without watching the rest").click()
    dialog.get_by_text("were not watched by anybody here").wait_for(timeout=90_000)
    dialog.get_by_text("Released as walk.effaced.mp4").wait_for()


def test_before_its_faces_are_shown_nothing_counts_as_watched(
    start: Start, tab: OpenTab, film: Path
) -> None:
    """Whoever plays it while it is still looked at cannot see what stays uncovered."""
    held: list[Route] = []
    looking = True

    def hold(route: Route) -> None:
        if route.request.method == "GET" and looking:
            held.append(route)
        else:
            route.continue_()

    page = tab(start(film).address)
    page.route(re.compile(r"/api/files/[^/]+$"), hold)
    page.answer()
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => document.querySelector('.film img')?.src")
    while not held:
        page.wait_for_timeout(200)
    page.wait_for_timeout(1500)
    assert not [url for url in page.asked if url.endswith("/watched")]
    looking = False
    for route in held:
        route.continue_()
    to(page, 0)
    with page.expect_request("**/watched"):  # it is told now and then
        watch_all(page)


def test_it_plays_from_the_frame_where_it_stands(start: Start, tab: OpenTab, film: Path) -> None:
    """Also when its picture was not there yet: what was never shown would stay unwatched."""
    held: list[Route] = []
    playing = False

    def hold(route: Route) -> None:
        if playing:
            route.continue_()
        else:
            held.append(route)

    page = tab(start(film).address)
    page.answer()
    page.ready()
    page.counted()
    page.reload()
    page.route(re.compile(r"/api/files/[^/]+/frame"), hold)
    page.get_by_label("Speed").select_option("4")
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").wait_for()
    playing = True
    for route in held:
        route.continue_()
    page.get_by_text("all of it was watched").wait_for()


def test_a_zone_moves_between_key_frames(start: Start, tab: OpenTab, film: Path) -> None:
    page = tab(start(film).address)
    page.answer()
    page.ready()
    to(page, 10)
    page.drag((0.02, 0.85), (0.1, 0.97))
    zone = page.get_by_role("button", name="Zone 1, covered")
    first = zone.bounding_box()
    for _ in range(20):
        page.keyboard.press(".")
    shown(page, 30)
    page.drag((0.06, 0.91), (0.46, 0.91))
    for _ in range(10):
        page.keyboard.press(",")
    shown(page, 20)
    half = zone.bounding_box()["x"] - first["x"]
    width = page.locator(".picture").bounding_box()["width"]
    assert half == pytest.approx(0.2 * width, abs=4)
    page.keyboard.press("k")
    page.get_by_role("button", name="No key frame here").wait_for()
    page.keyboard.press("k")
    page.kept()
    watch_all(page)
    page.get_by_role("button", name="Release…").click()
    page.get_by_role("button", name="Release 1 file").click()
    page.get_by_text("Released as").wait_for(timeout=90_000)
    frames = seen(film.with_name("walk.effaced.mp4"))
    middle = slice(round(360 * 0.88), round(360 * 0.94))
    for frame, across in ((10, 0.06), (20, 0.26), (30, 0.46)):
        assert is_filled(frames[frame][middle, round(640 * across) - 8 : round(640 * across) + 8])
    assert not is_filled(frames[5][middle, round(640 * 0.06) - 8 : round(640 * 0.06) + 8])


def test_tracks_are_split_joined_trimmed_and_kept(start: Start, tab: OpenTab, film: Path) -> None:
    page = tab(start(film).address)
    page.answer()
    page.ready()
    page.get_by_role("button", name="Face 1, covered").focus()
    to(page, 30)
    page.keyboard.press("s")
    lanes = page.locator(".lane")
    assert lanes.count() == 2
    page.get_by_role("complementary").get_by_role(
        "button", name="Face 1", exact=False
    ).first.click()
    page.get_by_text("could be the same person").wait_for()
    page.keyboard.press("j")
    assert lanes.count() == 1
    end = page.get_by_role("slider", name="End of Face 1")
    before = int(end.get_attribute("aria-valuenow"))
    end.focus()
    page.keyboard.press("Shift+ArrowLeft")
    assert int(end.get_attribute("aria-valuenow")) == before - 10
    page.get_by_label("from", exact=True).fill("0:00.5")
    page.keyboard.press("Enter")
    page.get_by_label("to", exact=True).focus()
    assert (
        page.get_by_role("slider", name="Beginning of Face 1").get_attribute("aria-valuenow")
        == "10"
    )
    box = page.get_by_role("slider", name="Beginning of Face 1").bounding_box()
    page.mouse.move(box["x"] + 4, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] - 60, box["y"] + 8, steps=4)
    page.mouse.up()
    assert (
        int(page.get_by_role("slider", name="Beginning of Face 1").get_attribute("aria-valuenow"))
        < 9
    )
    to(page, 20)
    page.keyboard.press("i")
    to(page, 25)
    page.keyboard.press("o")
    page.get_by_role("button", name="Visible between").click()
    assert lanes.count() == 3
    page.get_by_role("button", name="stays visible", exact=False).first.wait_for()
    for _ in range(6):
        page.keyboard.press("Control+z")
    assert lanes.count() == 1
    page.kept()


def test_a_video_goes_on_after_a_kill(start: Start, tab: OpenTab, film: Path) -> None:
    server = start(film)
    page = tab(server.address)
    page.answer()
    page.ready()
    to(page, 10)
    page.drag((0.02, 0.85), (0.1, 0.97))
    page.kept()
    page.wait_for_timeout(1500)
    server.kill()
    page.troubles.clear()  # the browser says that nobody answers
    page.goto("about:blank")
    page.troubles.clear()
    page = tab(start(film).address)
    page.ready()
    to(page, 10)
    page.get_by_role("button", name="Zone 1, covered").wait_for()
    page.counted()


def test_a_broken_stretch_is_shown_and_released_by_name(
    start: Start, tab: OpenTab, film: Path
) -> None:
    data = bytearray(film.read_bytes())
    middle = data.find(b"mdat") + (len(data) - data.find(b"mdat")) // 2
    data[middle : middle + 300] = bytes(range(256)) + bytes(44)
    film.write_bytes(data)
    page = tab(start(film).address, reduced_motion="reduce")
    page.answer()
    page.ready()
    broken = page.get_by_role("button", name=re.compile("unreadable"))
    broken.click()
    page.wait_for_function("() => Number(document.querySelector('.stage')?.dataset.frame) > 5")
    assert both(page, "damaged") == []
    page.get_by_role("button", name="Release…").click()
    page.get_by_role("button", name="Release 1 file").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Release it without watching the rest").click()
    dialog.get_by_role("button", name="Release what can be read of it").wait_for(timeout=90_000)
    assert not film.with_name("walk.effaced.mp4").exists()
    dialog.get_by_role("button", name="Release what can be read of it").click()
    dialog.get_by_text("Released as walk.effaced.mp4").wait_for(timeout=90_000)
    dialog.get_by_text("could not be decoded").first.wait_for()
