"""The review app as it is used: the command in a process of its own, and a headless Chromium.

``make test-app`` runs these; without a browser they are skipped, and say so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import sync_playwright
from tests.walks import Picture, ground, write_clip

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

WAIT_MS = 40_000
"""For anything in a page: a machine that is busy with other work is slow."""

LIMIT_S = 300
"""Of one test."""

END_S = 120
"""For a command to end what it is at."""

WALL = (900, 640)
"""Size of the photos, pixels."""

PORTRAITS = ((60, 60, 300), (520, 180, 220))
"""Left, top and side of the portraits on one, pixels."""


FILM = (640, 360)
"""Size of the video, pixels."""

FILM_FRAMES = 60


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these need a browser."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.app)
            item.add_marker(pytest.mark.timeout(LIMIT_S), append=False)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip("there is no Chromium: apt-get install chromium"))


def wall(portrait: NDArray[np.uint8], places: tuple[tuple[int, int, int], ...]) -> Image.Image:
    """Portraits on a grey wall, with a grain as cameras have."""
    grain = np.random.default_rng(1).integers(150, 170, (WALL[1], WALL[0], 1), np.uint8)
    image = Image.fromarray(np.repeat(grain, 3, axis=2))
    for left, top, side in places:
        image.paste(Image.fromarray(portrait).resize((side, side)), (left, top))
    return image


@pytest.fixture
def photos(tmp_path: Path, portrait: NDArray[np.uint8]) -> Path:
    """A folder: two photos with two faces, one without any, and one that is broken."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("one.jpg", "two.jpg"):
        wall(portrait, PORTRAITS).save(folder / name, quality=92)
    wall(portrait, ()).save(folder / "wall.png")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 broken")
    return folder


@pytest.fixture(scope="session")
def film_file(tmp_path_factory: pytest.TempPathFactory, portrait: NDArray[np.uint8]) -> Path:
    """Three seconds: a portrait walks from left to right."""
    back = ground(FILM)

    def picture(frame: int) -> Picture:
        out, x = back.copy(), 40 + 5 * frame
        out[60:220, x : x + 160] = portrait[10:170, 50:210]
        return out

    path = tmp_path_factory.mktemp("film") / "walk.mp4"
    return write_clip(path, [picture(frame) for frame in range(FILM_FRAMES)])


@pytest.fixture
def film(tmp_path: Path, film_file: Path) -> Path:
    path = tmp_path / "films" / "walk.mp4"
    path.parent.mkdir()
    path.write_bytes(film_file.read_bytes())
    return path


@dataclass
class Running:
    """The command, at work."""

    process: subprocess.Popen[str]
    address: str

    def kill(self) -> None:
        """At once, without a word."""
        self.process.kill()
        self.process.wait()


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start ``efface review`` on files; at the end it is ended as by Ctrl-C."""
    running: list[subprocess.Popen[str]] = []

    def begin(*inputs: Path | str) -> Running:
        command = [sys.executable, "-m", "efface.cli.start", "review", "--no-browser"]
        process = subprocess.Popen(
            [*command, *map(str, inputs)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        running.append(process)
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), process.communicate()[1]
        return Running(process, address)

    yield begin
    for process in running:
        if process.poll() is None:
            process.terminate()
            _, said = process.communicate(timeout=END_S)
            assert (process.returncode, "kept" in said) == (0, True), said


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless, and with no way out: any other host than the server's is an error."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )


@dataclass
class Tab:
    """A page, and what went wrong in it."""

    page: Page
    origin: str
    troubles: list[str]
    asked: list[str]

    def heard(self, said: ConsoleMessage) -> None:
        """What a page says on its console."""
        if said.type == "error":
            self.troubles.append(f"{said.text} {said.location['url']}")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.page, name)

    def answer(self, audience: str = "From the public") -> None:
        """The first question."""
        self.page.get_by_role("dialog").get_by_role("button", name=audience).click()

    def ready(self) -> None:
        """The question is answered, and every file has been looked at."""
        self.page.get_by_role("dialog").wait_for(state="detached")
        self.page.get_by_role("progressbar").first.wait_for(state="detached", timeout=60_000)
        self.page.locator(".picture img").first.wait_for()

    def counted(self) -> None:
        """When each frame of a video is shown is known, and no longer estimated; something of it
        was not watched yet."""
        self.page.get_by_text("not watched yet").wait_for()

    def open(self, name: str) -> None:
        """A file of the queue."""
        self.page.get_by_role("navigation").get_by_title(name).click()
        self.page.locator(".picture img").first.wait_for()

    def kept(self) -> None:
        """What was decided is on disk."""
        self.page.get_by_text("Kept", exact=True).wait_for()

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the photo is in the window; x and y are shares of its sides."""
        bounds = self.page.locator(".picture").bounding_box()
        assert bounds is not None
        return bounds["x"] + x * bounds["width"], bounds["y"] + y * bounds["height"]

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Over the photo, in shares of its sides."""
        mouse = self.page.mouse
        mouse.move(*self.at(*start))
        mouse.down()
        mouse.move(*self.at((start[0] + end[0]) / 2, (start[1] + end[1]) / 2))
        mouse.move(*self.at(*end))
        mouse.up()


OpenTab = Callable[..., Tab]


@pytest.fixture
def tab(browser: Browser) -> Iterator[OpenTab]:
    """Open a page at an address, in a browser that knows nothing. Nothing may go wrong in it, and
    nobody else be asked."""
    opened: list[Tab] = []

    def begin(address: str, script: str = "", **more: Any) -> Tab:
        more = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB"} | more
        page = browser.new_context(**more).new_page()
        page.set_default_timeout(WAIT_MS)
        if script:
            page.add_init_script(script)
        new = Tab(page, address.split("?", maxsplit=1)[0], [], [])
        page.on("pageerror", lambda error: new.troubles.append(str(error)))
        page.on("console", new.heard)
        page.on("request", lambda request: new.asked.append(request.url))
        page.goto(address)
        opened.append(new)
        return new

    yield begin
    for one in opened:
        own = (one.origin, f"blob:{one.origin}", "about:")
        others = [url for url in one.asked if not url.startswith(own)]
        one.page.context.close()
        assert one.troubles == []
        assert others == []
