"""Photos from the first question to the released file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import APIResponse, Route
from tests.app.conftest import PORTRAITS, OpenTab, Start, wall

from efface import detect, redact
from efface.api.policies import Policy, meant_for


def test_a_first_time_user_is_done_in_eight_steps(
    start: Start, tab: OpenTab, photos: Path, state: Path
) -> None:
    """Open, check, mend one face that was missed, release."""
    page = tab(start(photos / "one.jpg").address)
    page.answer()  # 1
    page.ready()
    page.get_by_role("button", name="Face 1, covered").wait_for()
    page.drag((0.05, 0.8), (0.2, 0.95))  # 2
    page.get_by_role("button", name="Looks right, next").click()  # 3
    page.get_by_role("button", name="Release…").click()  # 4
    page.get_by_role("dialog").get_by_role("button", name="Release 1 file").click()  # 5
    page.get_by_text("Released as one.effaced.jpg").wait_for()
    target = photos / "one.effaced.jpg"
    assert not detect(target).tracks
    written = np.asarray(Image.open(target).convert("RGB"))
    assert written[int(640 * 0.87), int(900 * 0.12)].max() < 8
    assert written[int(640 * 0.95), int(900 * 0.5)].min() > 100


def test_the_next_photo_may_still_be_looked_at(
    start: Start, tab: OpenTab, photos: Path, portrait: NDArray[np.uint8]
) -> None:
    """It is waited for, and comes up by itself."""
    slow = np.kron(wall(portrait, PORTRAITS), np.ones((7, 7, 1), dtype=np.uint8))
    Image.fromarray(slow).save(photos / "zero.jpg", quality=80)
    page = tab(start(photos / "one.jpg", photos / "zero.jpg").address)
    page.answer()
    page.get_by_role("dialog").wait_for(state="detached")
    page.get_by_role("button", name="Looks right, next").click()
    page.get_by_role("navigation").locator("[aria-current][title='zero.jpg']").wait_for()
    page.get_by_role("button", name="Face 1, covered").wait_for()


def test_zones_are_moved_resized_kept_and_deleted(start: Start, tab: OpenTab, photos: Path) -> None:
    page = tab(start(photos / "one.jpg").address)
    page.answer()
    page.ready()
    assert page.get_by_role("button", name="covered", exact=False).count() >= 2
    page.drag((0.1, 0.75), (0.2, 0.9))
    zone = page.get_by_role("button", name="Zone 1, covered")
    before = zone.bounding_box()
    page.drag((0.15, 0.82), (0.35, 0.82))
    moved = zone.bounding_box()
    assert moved["x"] == pytest.approx(before["x"] + page.at(0.2, 0)[0] - page.at(0, 0)[0], abs=3)
    page.drag((0.4, 0.9), (0.5, 0.97))
    larger = zone.bounding_box()
    assert larger["width"] > moved["width"] * 1.5
    page.get_by_title("Keep visible, or cover").first.click()
    page.get_by_role("button", name="Face 1, stays visible").wait_for()
    page.get_by_role("button", name="Delete: Zone 1").click()
    assert zone.count() == 0
    for _ in range(5):
        page.get_by_role("button", name="Undo").click()
    assert page.get_by_role("button", name="Undo").is_disabled()
    page.get_by_role("button", name="Face 1, covered").wait_for()
    for _ in range(5):
        page.keyboard.press("Control+Shift+z")
    page.get_by_role("button", name="Face 1, stays visible").wait_for()
    assert zone.count() == 0
    page.kept()


def test_everything_goes_by_keys(start: Start, tab: OpenTab, photos: Path) -> None:
    page = tab(start(photos / "one.jpg", photos / "two.jpg").address)
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Enter")  # the first answer has the focus
    page.ready()
    page.keyboard.press("a")
    zone = page.get_by_role("button", name="Zone 1, covered")
    before = zone.bounding_box()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Alt+Shift+ArrowDown")
    after = zone.bounding_box()
    assert after["x"] > before["x"] + 5
    assert after["height"] > before["height"] + 2
    page.keyboard.press("v")
    page.get_by_role("button", name="Zone 1, stays visible").wait_for()
    page.keyboard.press("Delete")
    assert page.get_by_role("button", name="Zone 1").count() == 0
    page.keyboard.press("m")
    assert page.locator("g.own").get_attribute("aria-label") == "Face 1, covered"
    for key, view in (("2", "See behind"), ("4", "Original"), ("1", "Edit")):
        page.keyboard.press(key)
        assert page.get_by_role("button", name=view).get_attribute("aria-pressed") == "true"
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.get_by_text("156 %").wait_for()
    page.keyboard.press("0")
    page.keyboard.press("?")
    page.get_by_role("dialog").get_by_text("Next doubt").wait_for()
    page.keyboard.press("Escape")
    title = page.get_by_role("navigation").locator("[aria-current]").get_attribute("title")
    page.locator("body").click(position={"x": 300, "y": 790})
    page.keyboard.press("Enter")
    page.wait_for_function(
        "title => document.querySelector('nav [aria-current]')?.title !== title", arg=title
    )
    page.get_by_role("button", name="Checked 1").wait_for()
    page.keyboard.press("r")
    page.get_by_role("dialog").get_by_text("Release 1 file").wait_for()


def test_the_preview_is_the_released_picture(start: Start, tab: OpenTab, photos: Path) -> None:
    page = tab(start(photos / "one.jpg").address)
    page.answer()
    page.ready()
    page.keyboard.press("3")
    shown = page.locator("img.preview")
    shown.wait_for()
    colours = shown.evaluate(
        """async image => {
            await image.decode();
            const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
            const context = canvas.getContext('2d');
            context.drawImage(image, 0, 0);
            return [[150, 120], [620, 230], [450, 600]].map(
                ([x, y]) => Math.max(...context.getImageData(x, y, 1, 1).data.slice(0, 3)));
        }"""
    )
    assert colours[0] < 8
    assert colours[1] < 8
    assert colours[2] > 100


def test_zones_are_drawn_as_they_will_be(start: Start, tab: OpenTab, photos: Path) -> None:
    """To a block of the format (16 pixels) on each side, before they are written; bodies, too."""
    photo = photos / "one.jpg"
    policies = Policy(), meant_for(Policy(), "acquainted")
    for audience, policy in zip(("From the public", "Also from people"), policies, strict=True):
        page = tab(start(photo).address)
        page.get_by_role("dialog").or_(page.locator("g.covered")).first.wait_for()
        if page.get_by_role("dialog").count() == 0:  # it was answered before
            page.get_by_title("Change from whom").click()
        page.answer(audience)
        page.ready()
        page.locator("g.covered").nth(1).wait_for()
        drawn = page.evaluate(
            "[...document.querySelectorAll('g.covered .zone')].map(zone => "
            "['x', 'y', 'width', 'height'].map(name => Number(zone.getAttribute(name))))"
        )
        target = photos / f"{audience}.jpg"
        report = redact(photo, target, policy=policy)
        assert len(drawn) == len(report.zones) == 2
        for (x, y, width, height), zone in zip(drawn, report.zones, strict=True):
            written = zone.rect
            assert (x, y) == pytest.approx((written.x0, written.y0), abs=18)
            assert (x + width, y + height) == pytest.approx((written.x1, written.y1), abs=18)


def test_a_method_is_chosen_by_its_picture(start: Start, tab: OpenTab, photos: Path) -> None:
    page = tab(start(photos / "one.jpg").address)
    page.answer()
    page.ready()
    page.get_by_role("button", name="Fill: Solid").click()
    page.get_by_role("dialog").get_by_role("button", name="Figure").click()
    page.get_by_role("button", name="Fill: Figure").wait_for()
    page.get_by_role("button", name="Release…").click()
    page.get_by_role("button", name="Release 1 file").click()
    page.get_by_text("Released as one.effaced.jpg").wait_for()
    face = np.asarray(Image.open(photos / "one.effaced.jpg").convert("RGB"))[110:170, 170:230]
    assert face.mean() > 80, "a drawn head is grey"
    assert not detect(photos / "one.effaced.jpg").tracks
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the report").click()
    assert saved.value.suggested_filename == "one.jpg.report.json"


def test_a_head_is_drawn_over_a_face(start: Start, tab: OpenTab, photos: Path) -> None:
    page = tab(start(photos / "one.jpg").address)
    page.answer()
    page.ready()
    page.get_by_role("button", name="Fill: Solid").click()
    drawn = page.get_by_role("dialog").get_by_role("button", name="AI-generated head")
    shown = "image => image.complete && image.naturalWidth > 0"
    page.wait_for_function(shown, arg=drawn.locator("img").element_handle())
    assert "was not there" in drawn.inner_text()
    drawn.click()
    page.get_by_role("button", name="Fill: AI-generated head").wait_for()
    page.get_by_role("button", name="Release…").click()
    page.get_by_role("button", name="Release 1 file").click()
    page.get_by_text("Released as one.effaced.jpg").wait_for()
    face = np.asarray(Image.open(photos / "one.effaced.jpg").convert("RGB"))[110:170, 170:230]
    assert face.std() > 5, "no one colour"


def test_a_face_that_is_left_stands_in_the_way(start: Start, tab: OpenTab, photos: Path) -> None:
    """It is shown, covered there, and released; or taken upon oneself by name."""
    page = tab(start(photos / "one.jpg").address)
    page.answer()
    page.ready()
    page.get_by_role("button", name="Delete: Face 1").click()
    page.get_by_role("button", name="Looks right, next").click()
    page.get_by_role("button", name="Release…").click()
    page.get_by_role("button", name="Release 1 file").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Not released").wait_for()
    dialog.get_by_role("button", name="Release it all the same").wait_for()
    assert not (photos / "one.effaced.jpg").exists()
    dialog.get_by_role("button", name="Show me").click()
    page.get_by_text("Seen after covering").wait_for()
    page.get_by_role("button", name="Cover", exact=True).click()
    page.kept()
    page.get_by_role("button", name="Release…").click()
    page.get_by_role("button", name="Release 1 file").click()
    page.get_by_text("Released as one.effaced.jpg").wait_for()
    assert not detect(photos / "one.effaced.jpg").tracks


def test_what_is_decided_while_it_is_released_stays(
    start: Start, tab: OpenTab, photos: Path
) -> None:
    """What a release answers tells of decisions that may be older than those of the page."""
    held: list[tuple[Route, APIResponse]] = []
    page = tab(start(photos / "one.jpg").address)
    page.route("**/release", lambda route: held.append((route, route.fetch())))
    page.answer()
    page.ready()
    page.get_by_role("button", name="Release…").click()
    page.get_by_role("button", name="Release 1 file").click()
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    while not held:
        page.wait_for_timeout(200)
    page.drag((0.05, 0.8), (0.2, 0.95))
    zone = page.get_by_role("button", name="Zone 1, covered")
    zone.wait_for()
    page.get_by_text("Kept", exact=True).wait_for()
    ((route, answer),) = held
    with page.expect_response("**/release"):
        route.fulfill(response=answer)
    page.wait_for_timeout(300)
    assert zone.count() == 1
    assert page.get_by_text("This file was changed elsewhere").count() == 0


LATE_NEWS = """
    const heard = Object.getOwnPropertyDescriptor(EventSource.prototype, 'onmessage');
    Object.defineProperty(EventSource.prototype, 'onmessage', {
        set(hear) {
            const told = [];
            heard.set.call(this, (event) => { told.push(event); hear(event); });
            setInterval(() => told.forEach(hear), 40);
        },
    });
"""
"""Whatever the server told is told again and again, as news that were long on their way."""


def test_late_news_undo_no_decision(start: Start, tab: OpenTab, photos: Path) -> None:
    page = tab(start(photos).address, script=LATE_NEWS)
    page.answer()
    page.ready()
    page.get_by_role("navigation").get_by_title("wall.png").get_by_text("no face found").wait_for()
    for checked in (1, 2, 3):
        page.get_by_role("button", name="Looks right, next").click()
        page.get_by_role("button", name=f"Checked {checked}").wait_for()


def test_a_folder_is_worked_through(start: Start, tab: OpenTab, photos: Path) -> None:
    page = tab(start(photos).address)
    page.answer("Also from people who know them")
    page.ready()
    queue = page.get_by_role("navigation")
    queue.get_by_title("broken.jpg").get_by_text("cannot be read").wait_for()
    queue.get_by_title("wall.png").get_by_text("no face found").wait_for()
    for _ in range(3):
        page.get_by_role("button", name="Looks right, next").click()
        page.kept()
    page.get_by_role("button", name="Checked 3").wait_for()
    page.get_by_role("button", name="Release…").click()
    page.get_by_role("button", name="Release 3 files").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Released as photos.effaced/one.jpg").wait_for()
    dialog.get_by_text("Released as photos.effaced/two.jpg").wait_for()
    dialog.get_by_role("button", name="Release without any zone").click()
    dialog.get_by_text("no face was covered").wait_for()
    out = photos.with_name("photos.effaced")
    assert sorted(path.name for path in out.iterdir()) == ["one.jpg", "two.jpg", "wall.png"]
    written = np.asarray(Image.open(out / "one.jpg").convert("RGB"))
    assert written[600, 160:240].max() < 8, "a body stands below the head"
