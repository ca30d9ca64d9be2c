"""Without a folder: files are dropped into the page."""

from __future__ import annotations

from pathlib import Path

from tests.app.conftest import END_S, OpenTab, Start
from tests.app.test_appearance import faults

from efface import detect


def test_a_photo_is_dropped_released_and_saved(
    start: Start, tab: OpenTab, photos: Path, state: Path, tmp_path: Path
) -> None:
    """In eight steps, and nothing of it stays."""
    server = start()
    page = tab(server.address)
    page.answer()  # 1
    page.get_by_text("Drop photos and videos here").wait_for()
    assert faults(page, "begin") == []
    page.get_by_label("Choose files…").set_input_files(photos / "one.jpg")  # 2
    page.ready()
    page.get_by_role("button", name="Face 1, covered").wait_for()
    page.drag((0.05, 0.8), (0.2, 0.95))  # 3
    page.get_by_role("button", name="Looks right, next").click()  # 4
    page.get_by_role("button", name="Release…").click()  # 5
    page.get_by_role("button", name="Release 1 file").click()  # 6
    page.get_by_text("Released as one.effaced.jpg").wait_for()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the released file").click()  # 7
    assert saved.value.suggested_filename == "one.effaced.jpg"
    got = tmp_path / "got.jpg"
    saved.value.save_as(got)
    assert not detect(got).tracks
    dropped = state.parent / "dropped"
    assert list(dropped.rglob("one.jpg"))
    page.goto("about:blank")
    server.process.terminate()
    server.process.wait(END_S)
    assert not list(dropped.rglob("*.jpg"))
    assert sorted(path.name for path in photos.iterdir()) == sorted(
        ["one.jpg", "two.jpg", "wall.png", "broken.jpg"]
    )


def test_files_are_dropped_anywhere(start: Start, tab: OpenTab, photos: Path) -> None:
    page = tab(start(photos / "one.jpg").address)
    page.answer()
    page.ready()
    carried = page.evaluate_handle(
        """bytes => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], 'dropped <b>.jpg'));
            return data;
        }""",
        list((photos / "two.jpg").read_bytes()),
    )
    page.locator("body").dispatch_event("dragover", {"dataTransfer": carried})
    page.get_by_text("Drop them anywhere").wait_for()
    page.locator("body").dispatch_event("drop", {"dataTransfer": carried})
    page.get_by_role("navigation").get_by_title("dropped _b_.jpg").get_by_text("2 faces").wait_for()
