"""Makes the pictures of docs/review.md: the app over a folder with the demonstration's picture.
Needs what ``make test-app`` needs.

    python docs/make_review.py
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import av
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from efface import demo

IMAGES = Path(__file__).resolve().parent / "images"
IN_SIGHT = 45
"""Pictures of the contact sheet that are in the picture of it."""

RECIPIENT = "age1sjswg62vd4heelssgkpd00em4ssn3e2juzv3l070pu5strsl2pqstea8vq"
"""An archive's public key, as in docs/cli.md."""

PATIENCE_MS = 180_000
WINDOW = {"width": 1280, "height": 800}


def shoot(page: Page, name: str) -> None:
    """The window as a JPEG."""
    page.wait_for_timeout(400)
    shot = Image.open(io.BytesIO(page.screenshot(timeout=PATIENCE_MS))).convert("RGB")
    shot.save(IMAGES / f"review-{name}.jpg", quality=84, optimize=True)


def walk(page: Page) -> None:
    """A photo from the first question to the released file."""
    dialog = page.get_by_role("dialog")
    shoot(page, "question")
    dialog.get_by_role("button", name="From the public").click()
    page.get_by_role("progressbar").wait_for(state="detached", timeout=PATIENCE_MS)
    page.get_by_role("navigation").get_by_title("wall.jpg").click()
    page.get_by_role("button", name="Face 1, covered").wait_for()
    page.get_by_role("button", name="Face 2, covered").focus()
    shoot(page, "edit")
    page.keyboard.press("3")
    page.locator("img.preview").wait_for()
    shoot(page, "preview")
    page.keyboard.press("1")
    page.get_by_role("button", name="Looks right, next").click()
    page.get_by_role("button", name="Release…").click()
    dialog.get_by_label("Seal the original").check()
    dialog.get_by_label("Name of the key").fill("desk 4")
    for field in ("Passphrase of the key", "The same again"):
        dialog.get_by_label(field).fill("only for these pictures")
    dialog.get_by_role("button", name="Make the key").click()
    dialog.get_by_label("Who may open the original").fill(RECIPIENT)
    shoot(page, "evidence")
    dialog.get_by_role("button", name="Release 1 file").click()
    dialog.get_by_text("Released as").wait_for()
    shoot(page, "release")


def film(wall: Image.Image, path: Path) -> None:
    """The camera goes along the picture, for four seconds at 25 frames a second."""
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream("libx264", rate=25, options={"crf": "20", "g": "25"})
        stream.width, stream.height, stream.pix_fmt = 1120, 630, "yuv420p"
        for number in range(100):
            left = 4 * number
            view = wall.crop((left, 120, left + 1120, 750))
            out.mux(stream.encode(av.VideoFrame.from_image(view)))
        out.mux(stream.encode(None))


def watch(page: Page) -> None:
    """A video from its timeline to the question what was watched."""
    dialog = page.get_by_role("dialog")
    page.get_by_role("navigation").get_by_title("square.mp4").click()
    page.get_by_text("not watched yet").wait_for()
    page.get_by_role("slider", name="Place in the video").focus()
    for _ in range(38):
        page.keyboard.press("ArrowRight")
    page.locator("[data-frame='38']").wait_for()
    page.locator(".lane .name").first.click()
    shoot(page, "video")
    page.get_by_role("button", name="Contact sheet").click()
    for image in dialog.locator("img").all()[:IN_SIGHT]:
        image.scroll_into_view_if_needed()
        image.evaluate("async image => { await image.decode(); }")
    dialog.locator("img").first.scroll_into_view_if_needed()
    shoot(page, "sheet")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Release…").click()
    dialog.get_by_role("button", name="Release 1 file").click()
    dialog.get_by_text("were not watched").wait_for()
    shoot(page, "unwatched")


def main() -> None:
    """Start the app on a folder of its own, and walk."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        photos = Path(place) / "Square, 14 May"
        photos.mkdir()
        wall = demo.picture()
        demo.save_as_phone_would(wall, photos / "wall.jpg")
        wall.crop((40, 40, 800, 800)).save(photos / "poster.jpg", quality=92)
        wall.crop((800, 480, 1600, 900)).save(photos / "corner.jpg", quality=92)
        film(wall, photos / "square.mp4")
        command = [sys.executable, "-m", "efface.cli.start", "review", "--no-browser", str(photos)]
        own = {"EFFACE_STATE": str(Path(place) / "state"), "EFFACE_KEYS": str(Path(place) / "keys")}
        environment = {**os.environ, **own}
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip()
            chromium = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport=WINDOW, color_scheme="dark", locale="en-GB")
            page.set_default_timeout(PATIENCE_MS)
            page.goto(address)
            walk(page)
            page.get_by_role("button", name="Close").first.click()
            watch(page)
            browser.close()
        finally:
            server.terminate()
            server.wait(30)


if __name__ == "__main__":
    main()
