"""For everybody: contrast, names and focus by axe; three widths, two themes, three languages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.app.conftest import OpenTab, Start, Tab

SHOTS = os.environ.get("EFFACE_SHOTS")
"""A folder for pictures of every screen, to be looked at."""

RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def faults(page: Tab, name: str) -> list[str]:
    """What axe finds against WCAG 2.2 AA; the screen goes to the folder for pictures."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png")
    found = Axe().run(page.page, options={"runOnly": RULES}).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


def both(page: Tab, name: str) -> list[str]:
    """What axe finds in the light and in the dark."""
    found = []
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        found += faults(page, f"{name}-{theme}")
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_screen_is_for_everybody(
    start: Start, tab: OpenTab, photos: Path, theme: str
) -> None:
    page = tab(start(photos).address, color_scheme=theme, reduced_motion="reduce")
    assert faults(page, f"question-{theme}") == []
    page.answer()
    page.ready()
    page.open("one.jpg")
    page.drag((0.1, 0.75), (0.2, 0.9))
    for width, height in ((1280, 800), (1920, 1080), (820, 1180)):
        page.set_viewport_size({"width": width, "height": height})
        assert faults(page, f"edit-{theme}-{width}") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        tools = page.get_by_role("toolbar")
        assert tools.evaluate("tools => tools.scrollWidth - tools.clientWidth") <= 0
    page.set_viewport_size({"width": 1280, "height": 800})
    page.keyboard.press("?")
    assert faults(page, f"keys-{theme}") == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Fill: Solid").click()
    for image in page.locator(".methods img").all():
        image.evaluate("async image => { await image.decode(); }")
    assert faults(page, f"methods-{theme}") == []
    page.get_by_role("dialog").get_by_role("button", name="Solid").click()
    page.get_by_role("button", name="Release…").click()
    assert faults(page, f"release-{theme}") == []
    page.get_by_role("button", name="Release 1 file").click()
    page.get_by_text("Released as").wait_for()
    assert faults(page, f"released-{theme}") == []
    page.get_by_role("button", name="Close").first.click()
    page.get_by_role("navigation").get_by_title("broken.jpg").click()
    page.get_by_text("This file cannot be reviewed").wait_for()
    assert faults(page, f"broken-{theme}") == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_video_is_for_everybody(start: Start, tab: OpenTab, film: Path, theme: str) -> None:
    page = tab(start(film).address, color_scheme=theme, reduced_motion="reduce")
    page.answer()
    page.ready()
    page.get_by_text("not watched yet").wait_for()
    page.drag((0.75, 0.8), (0.95, 0.95))
    page.keyboard.press("i")
    for _ in range(12):
        page.keyboard.press(".")
    page.keyboard.press("o")
    for width, height in ((1280, 800), (1920, 1080), (820, 1180)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(200)
        assert faults(page, f"video-{theme}-{width}") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for tools in page.get_by_role("toolbar").all():
            assert tools.evaluate("tools => tools.scrollWidth - tools.clientWidth") <= 0
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Contact sheet").click()
    for image in page.locator("dialog img").all():
        image.scroll_into_view_if_needed()
        image.evaluate("async image => { await image.decode(); }")
    assert faults(page, f"sheet-{theme}") == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Release…").click()
    page.get_by_role("button", name="Release 1 file").click()
    page.get_by_role("dialog").get_by_text("were not watched").wait_for()
    assert faults(page, f"unwatched-{theme}") == []


@pytest.mark.parametrize(
    ("language", "word"), [("de", "Stimmt so, weiter"), ("ar", "صحيح، التالي")]
)
def test_another_language_is_laid_out(
    start: Start, tab: OpenTab, photos: Path, language: str, word: str
) -> None:
    page = tab(start(photos / "one.jpg").address, locale=language)
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    page.locator("dialog .choices button").first.click()
    page.ready()
    page.get_by_role("button", name=word).wait_for()
    assert faults(page, f"edit-{language}") == []
    bounds = page.locator("aside").bounding_box()
    assert (bounds["x"] < 10) == (language == "ar")
    page.drag((0.1, 0.75), (0.2, 0.9))
    assert page.locator("g[role=button]").count() == 3
    page.keyboard.press("r")
    page.locator("dialog input[type=checkbox]").check()
    page.locator("dialog input[type=password]").first.wait_for()
    assert both(page, f"evidence-{language}") == []


UNMARKED = """
    const found = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const [at, text] = [texts.currentNode.parentElement, texts.currentNode.data];
        const marked = at.closest('[lang=en][dir=ltr], noscript');
        const latin = /[a-z]{2,} [a-z]{2,} [a-z]{2,}/.test(text) && !/[\\u0600-\\u06ff]/.test(text);
        if (latin && !marked) found.push(text);
    }
    found
"""
"""Sentences in Latin letters that a page in Arabic lays out from the right and reads as Arabic."""


def test_what_efface_says_in_english_is_laid_out_as_english(
    start: Start, tab: OpenTab, photos: Path
) -> None:
    page = tab(start(photos / "one.jpg").address, locale="ar")
    page.locator("dialog .choices button").first.click()
    page.ready()
    page.keyboard.press("r")
    page.locator("dialog button.primary").last.click()
    page.locator("dialog summary").first.click()
    page.locator("dialog .note, dialog .limits li").first.wait_for()
    assert page.locator("dialog [lang=en]").count() > 0
    assert page.evaluate(UNMARKED) == []
    page.locator("dialog .ask button").first.click()
    page.locator("dialog figcaption").first.wait_for()
    assert page.evaluate(UNMARKED) == []


def test_a_video_is_laid_out_from_right_to_left(start: Start, tab: OpenTab, film: Path) -> None:
    page = tab(start(film).address, locale="ar")
    page.locator("dialog .choices button").first.click()
    page.ready()
    page.get_by_text("لم تُشاهد بعد").wait_for()
    assert faults(page, "video-ar") == []
