"""Whatever ends, what was decided is there."""

from __future__ import annotations

from pathlib import Path

from tests.app.conftest import OpenTab, Start


def test_a_kill_in_the_middle_of_a_drag_costs_the_drag_alone(
    start: Start, tab: OpenTab, photos: Path
) -> None:
    server = start(photos / "one.jpg")
    page = tab(server.address)
    page.answer()
    page.ready()
    page.drag((0.1, 0.75), (0.2, 0.9))
    page.kept()
    page.mouse.move(*page.at(0.15, 0.8))
    page.mouse.down()
    page.mouse.move(*page.at(0.5, 0.8))
    server.kill()
    page.mouse.up()
    page.get_by_text("Not kept yet").wait_for()
    page.goto("about:blank")
    page.troubles.clear()  # the browser says that nobody answers
    page = tab(start(photos / "one.jpg").address)
    page.ready()
    zone = page.get_by_role("button", name="Zone 1, covered")
    zone.wait_for()
    assert abs(zone.bounding_box()["x"] - page.at(0.1, 0)[0]) < 4


def test_a_second_tab_overwrites_nothing(start: Start, tab: OpenTab, photos: Path) -> None:
    first = tab(start(photos / "one.jpg").address)
    first.answer()
    first.ready()
    second = first.context.new_page()
    second.goto(first.url)
    second.get_by_role("button", name="Face 1, covered").wait_for()
    first.get_by_role("button", name="Delete: Face 2").click()
    first.kept()
    second.get_by_role("button", name="Delete: Face 1").click()
    second.get_by_text("This file was changed elsewhere").wait_for()
    second.get_by_role("button", name="Show what is there").click()
    second.get_by_role("button", name="Face 1, covered").wait_for()
    assert second.get_by_role("button", name="Face 2, covered").count() == 0
    second.get_by_role("button", name="Undo").click()
    second.get_by_text("Kept", exact=True).wait_for()
    first.troubles.clear()  # a request that was refused is said on the console


def test_a_page_is_loaded_again(start: Start, tab: OpenTab, photos: Path) -> None:
    page = tab(start(photos / "one.jpg").address)
    page.answer()
    page.ready()
    page.drag((0.1, 0.75), (0.2, 0.9))
    page.kept()
    page.reload()
    page.get_by_role("button", name="Zone 1, covered").wait_for()
