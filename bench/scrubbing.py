"""How soon the review app shows a frame of a video, in a headless Chromium: at 1080p and 4K,
of a minute and of two hours; key frames are ten seconds apart.

python bench/scrubbing.py --seeks 30
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

from efface import demo
from efface.api.detection import Regions
from efface.api.watching import watch
from efface.review.clips import Clip
from efface.review.pictures import PictureCache
from efface.review.store import Store, name_of

RATE = 25
GROUP = 250
WINDOW: ViewportSize = {"width": 1280, "height": 800}

SEEK = """async share => {
    const bar = document.querySelector('.bar'), stage = document.querySelector('.stage');
    const bounds = bar.getBoundingClientRect(), before = stage.dataset.frame;
    const at = { clientX: bounds.left + share * bounds.width, clientY: bounds.top + 9,
                 bubbles: true, pointerId: 1 };
    bar.setPointerCapture = () => {};
    const began = performance.now(), shown = image => image.complete && image.naturalWidth > 0;
    const frame = () => new Promise(requestAnimationFrame);
    bar.dispatchEvent(new PointerEvent('pointerdown', at));
    while (stage.dataset.frame === before || !shown(stage.querySelector('img'))) await frame();
    const rough = performance.now() - began;
    bar.dispatchEvent(new PointerEvent('pointerup', at));
    while (stage.dataset.frame !== bar.getAttribute('aria-valuenow')) await frame();
    return [rough, performance.now() - began];
}"""


def filmed(path: Path, size: tuple[int, int]) -> None:
    """The camera goes along the demonstration's picture, with a grain as cameras have."""
    width, height = size
    wide = demo.picture().resize((width * 5 // 4, height * 5 // 4), Image.Resampling.BICUBIC)
    grain = np.random.default_rng(1).normal(0, 4, (height + 64, width + 64, 1))
    with av.open(str(path), "w") as out:
        options = {"preset": "veryfast", "g": str(GROUP), "keyint_min": str(GROUP), "crf": "24"}
        stream: Any = out.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(GROUP):
            left, top = number * (width // 4) // GROUP, 7 * number % 64
            view = np.asarray(wide.crop((left, 0, left + width, height)), np.float32)
            noisy = view + grain[top : top + height, top // 2 : top // 2 + width]
            picture = noisy.clip(0, 255).astype(np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        out.mux(stream.encode(None))


def repeated(source: Path, target: Path, times: int) -> None:
    """The same again and again, as one video: nothing is encoded."""
    with av.open(str(source)) as file, av.open(str(target), "w") as out:
        stream = file.streams.video[0]
        other = out.add_stream_from_template(stream)
        packets = [packet for packet in file.demux(stream) if packet.size]
        kept = [(bytes(p), p.pts or 0, p.dts or 0, p.is_keyframe, p.duration) for p in packets]
        length = len(kept) * (kept[0][4] or 1)
        for turn in range(times):
            for data, pts, dts, key, duration in kept:
                packet = av.Packet(data)
                packet.stream, packet.time_base = other, stream.time_base or Fraction(1)
                packet.pts, packet.dts = pts + turn * length, dts + turn * length
                packet.is_keyframe, packet.duration = key, duration
                out.mux(packet)


def said(what: str, values: Sequence[float]) -> None:
    """Median and nine tenths."""
    high = sorted(values)[int(0.9 * (len(values) - 1))]
    print(f"{what}: {statistics.median(values):.0f} ms, nine of ten within {high:.0f} ms")


def decoded(path: Path, seeks: int) -> None:
    """What it takes without a browser, in processor time."""
    clip = Clip(watch(path), PictureCache(0), "bench", lambda: None)
    times = clip.times()
    chosen = np.random.default_rng(2).integers(0, len(times), seeks)
    for what in ("roughly", "exactly"):
        spent = []
        for seek, frame in enumerate(chosen.tolist()):
            began = time.process_time()
            if what == "roughly":
                clip.roughly(times[frame], 1024)
            else:
                clip.frame(times[frame], 1024, seek)
            spent.append(1000 * (time.process_time() - began))
        said(f"  a frame {what}, processor time", spent)
    clip.close()


def shown(path: Path, place: Path, seeks: int) -> None:
    """What it takes in a browser: from the pointer to the picture."""
    look = watch(path)
    media = look.media
    state = place / "state"
    known = Regions.from_json(
        {
            "schema": "efface.regions/1",
            "media": {**Regions(media).to_json()["media"], "frames": len(look.times())},
            "tracks": [],
        }
    )
    Store(state / "reviews").begin(name_of(media.sha256, path), known)
    command = [sys.executable, "-m", "efface.cli.start", "review", "--no-browser", str(path)]
    environment = {**os.environ, "EFFACE_STATE": str(state)}
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        with sync_playwright() as playwright:
            chromium = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport=WINDOW, locale="en-GB")
            page.set_default_timeout(120_000)
            began = time.monotonic()
            page.goto(address)
            page.locator("img").first.wait_for()
            print(f"  opened, its first picture shown: {time.monotonic() - began:.1f} s")
            measured(page, seeks)
            browser.close()
    finally:
        server.terminate()
        server.wait(30)


def measured(page: Page, seeks: int) -> None:
    """Seeks by the pointer to places by lot."""
    page.get_by_role("dialog").get_by_role("button", name="From the public").click()
    page.get_by_text("not watched yet").wait_for()
    places = np.random.default_rng(3).random(seeks).tolist()
    page.wait_for_timeout(2000)  # the answer draws the stage anew
    page.evaluate(SEEK, 0.5)
    both = [page.evaluate(SEEK, share) for share in places]
    said("  something is shown", [one[0] for one in both])
    said("  the frame itself is shown", [one[1] for one in both])


def main(seeks: int) -> None:
    """Measure, and print."""
    print(f"load of the last minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for title, size, times in (
            ("1080p, a minute", (1920, 1080), 6),
            ("4K, a minute", (3840, 2160), 6),
            ("1080p, two hours", (1920, 1080), 720),
        ):
            print(title)
            film = place / f"{size[1]}.mp4"
            if not film.exists():
                filmed(film, size)
            long = place / f"{size[1]}-{times}.mp4"
            repeated(film, long, times)
            decoded(long, seeks)
            shown(long, place, seeks)
            long.unlink()
    print(f"load of the last minute: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeks", type=int, default=30)
    main(parser.parse_args().seeks)
