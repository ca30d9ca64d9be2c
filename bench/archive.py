"""What an archive costs: throughput, what tracking a file costs, and whether anything is lost.

    python bench/archive.py --photos FOLDER [--clip FILE] [--page docs/bench-archive.md]

Prints tables, and a plan for ten million photos and a hundred thousand hours of video that is
computed from them. Costs are processor-seconds, confined processes included: other work on the
machine slows the clock, and hardly them.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar
from unittest import mock

import efface
from efface.batch.intake import entries
from efface.batch.interface import Shard, ShardProgress
from efface.batch.run import BatchRun
from efface.batch.store import BatchStore
from efface.events import Event, FileFinished
from efface.sandbox.apart import ConfinedWorker
from efface.workflow.redact.order import Order
from efface.workflow.redact.report import FileReport
from sandbox import children_counted, spent

WORKERS = (1, 2, 3, 4)
TINY = 100_000
HEAD = b"\xff\xd8\xff\xe0"
"""Of a tiny file: it is taken for a JPEG by its name, and never opened."""

PHOTOS, VIDEO_HOURS = 10_000_000, 100_000
CORES = 64
"""Of a machine of the plan."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, required=True, help="a folder of photos")
    parser.add_argument("--files", type=int, default=64, help="copies that a run redacts")
    parser.add_argument("--clip", type=Path, help="a video, for the plan's cost of video")
    parser.add_argument("--tiny", type=int, default=TINY)
    parser.add_argument("--every", type=float, default=30.0, help="seconds between two kills")
    parser.add_argument("--core-hour", type=float, default=0.05, help="price of one, any currency")
    parser.add_argument("--page", type=Path)
    asked = parser.parse_args()
    chosen = sorted(path for path in asked.photos.rglob("*.jpg"))[: asked.files]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        copies(chosen, folder / "in", asked.files)
        efface.redact(chosen[0], folder / "first.jpg", policy=fast())  # compiled networks
        throughput = said(Throughput.measured(folder, asked.files))
        killed = said(killed_workers(folder, asked.files, asked.every))
        again = said(killed_command(folder, asked.files))
        video = None if asked.clip is None else video_cost(asked.clip, folder)
        tracked = said(Tracked.measured(folder, asked.tiny))
    size = sum(path.stat().st_size for path in chosen) / len(chosen)
    planned = said(plan(throughput, tracked, size, video, asked.core_hour))
    text = "\n\n".join(map(str, (throughput, tracked, killed, again, planned)))
    if asked.page is not None:
        begin = asked.page.read_text(encoding="utf-8").partition(MARK)[0]
        asked.page.write_text(f"{begin}{MARK}\n\n{text}\n", encoding="utf-8")


MARK = "<!-- what follows is written by bench/archive.py -->"


Part = TypeVar("Part")


def said(part: Part) -> Part:
    """Print a part as soon as it is measured."""
    print(f"{part}\n", flush=True)
    return part


def fast() -> efface.Policy:
    return efface.load_policy(recall="fast")


def copies(photos: Sequence[Path], folder: Path, number: int) -> None:
    folder.mkdir()
    for index, photo in zip(range(number), itertools.cycle(photos), strict=False):
        shutil.copy(photo, folder / f"{index:05}.jpg")


def redacted(folder: Path, out: Path, workers: int, listen: Callable[[Event], None]) -> Any:
    """Files without a face are written, too, so that all end well."""
    return efface.batch(
        [folder], out, policy=fast(), allow_no_face=True, accept_rescan=True, workers=workers,
        listen=listen,
    )  # fmt: skip


class Throughput:
    """Processor-seconds a file, and the clock's, by the number of workers."""

    def __init__(self, files: int, rows: dict[int, tuple[float, float]]) -> None:
        self.files, self.rows = files, rows

    @classmethod
    def measured(cls, folder: Path, files: int) -> Throughput:
        rows = {}
        for workers in WORKERS:
            begun, before = time.monotonic(), spent()
            with children_counted() as children:
                status = redacted(folder / "in", folder / f"out{workers}", workers, nothing)
            assert status.states["done"] == files, status
            cost = spent() - before + sum(children)
            rows[workers] = (cost / files, (time.monotonic() - begun) / files)
        return cls(files, rows)

    def __str__(self) -> str:
        one = self.rows[1]
        lines = [
            f"## Throughput: {self.files} photos, {os.cpu_count()} cores",
            "",
            "| workers | CPU-seconds a photo | efficiency | seconds a photo by the clock |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| {workers} | {cost:.3f} | {one[0] / cost:.2f} | {clock:.3f} |"
            for workers, (cost, clock) in self.rows.items()
        ]
        return "\n".join(lines)


def nothing(event: Event) -> None:
    """Hears of nothing."""


class Idle:
    """Workers that do nothing, so that what is left is what tracking costs."""

    count, files_each = 1, 64

    def __init__(self, see: Callable[[], None], home: Path) -> None:
        self._see, self.home = see, home

    def __enter__(self) -> Idle:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def work(self, shard: Shard, progress: ShardProgress) -> None:
        for task in shard.tasks:
            assert progress.begin(task)
            source, target = Path(str(task.source)), Path(str(task.target))
            done = FileReport(source, target, "redacted", 0, target_sha256="0" * 64)
            progress.ended(task, done)
            self._see()

    def interrupt(self) -> None: ...


class Tracked:
    """What it costs to know what became of files."""

    def __init__(self, files: int, each: dict[str, float], memory: dict[int, float]) -> None:
        self.files, self.each, self.memory = files, each, memory

    @classmethod
    def measured(cls, folder: Path, files: int) -> Tracked:
        for index in range(files):
            path = folder / "tiny" / f"{index // 1000:03}" / f"{index:06}.jpg"
            if index % 1000 == 0:
                path.parent.mkdir(parents=True)
            path.write_bytes(HEAD)
        number, memory = itertools.count(1), {}

        def see() -> None:
            done = next(number)
            if done % (files // 10) == 0:
                memory[done] = resident_mb()

        place = folder / "tiny.sqlite"
        with closing(BatchStore(place, write=True)) as store:
            store.begin(Order(), "bench")
            before = spent()
            store.add(entries([folder / "tiny"], folder / "none", Order(), left_out))
            listed, begun = spent(), time.monotonic()
            assert BatchRun(store, Idle(see, folder / "home")).run() == 0
            worked, clock = spent(), time.monotonic() - begun
            counts = store.counts()
        assert counts["done"] == files, counts
        each = {
            "taken up: milliseconds of processor": (listed - before) / files * 1e3,
            "begun and ended: milliseconds of processor": (worked - listed) / files * 1e3,
            "begun and ended: milliseconds by the clock (two syncs to disk)": clock / files * 1e3,
            "store: bytes": place.stat().st_size / files,
        }
        shutil.rmtree(folder / "tiny")
        return cls(files, each, memory)

    def __str__(self) -> str:
        lines = [f"## Tracking: {self.files} files that nobody works on", ""]
        lines += ["| for each file | |", "|---|---|"]
        lines += [f"| {name} | {value:.2f} |" for name, value in self.each.items()]
        lines += ["", "| files that have ended | memory in use, MB |", "|---|---|"]
        lines += [f"| {done} | {used:.1f} |" for done, used in self.memory.items()]
        return "\n".join(lines)


def left_out(source: str, reason: object) -> None:
    raise AssertionError(f"{source}: {reason}")


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


@contextmanager
def killing(every: float) -> Iterator[list[float]]:
    """Kills one confined process every so many seconds; when it did."""
    alive: set[ConfinedWorker] = set()
    begin, end, over = ConfinedWorker.__init__, ConfinedWorker.end, threading.Event()
    killed: list[float] = []

    def begun(self: ConfinedWorker, *given: Any) -> None:
        begin(self, *given)
        alive.add(self)

    def ended(self: ConfinedWorker) -> None:
        alive.discard(self)
        end(self)

    def kill() -> None:
        while not over.wait(every):
            with suppress(IndexError, RuntimeError):
                random.choice(list(alive)).kill()
                killed.append(time.monotonic())

    thread = threading.Thread(target=kill)
    with (
        mock.patch.object(ConfinedWorker, "__init__", begun),
        mock.patch.object(ConfinedWorker, "end", ended),
    ):
        thread.start()
        try:
            yield killed
        finally:
            over.set()
            thread.join()


def left_over(folder: Path, out: Path) -> int:
    """Names in the results' folder that are no file's."""
    return len(
        {path.name for path in out.iterdir()}
        - {one.name for one in folder.joinpath("in").iterdir()}
    )


def killed_workers(folder: Path, files: int, every: float) -> str:
    """Workers are killed while a run goes on."""
    ends: Counter[tuple[Path, bool]] = Counter()

    def hear(event: Event) -> None:
        if isinstance(event, FileFinished):
            ends[event.path, event.exit_code == 0] += 1

    out = folder / "killed"
    with killing(every) as killed:
        status = redacted(folder / "in", out, 2, hear)
    tries = Counter(result.tries for result in efface.batch_results(out))
    twice = sum(number > 1 for (_, well), number in ends.items() if well)
    lines = [
        f"## A worker killed every {every:g} seconds: {files} photos, 2 workers",
        "",
        "| | |",
        "|---|---|",
        f"| processes killed | {len(killed)} |",
        f"| files done | {status.states['done']} |",
        f"| files given up, three kills each | {status.states['given-up']} |",
        f"| files lost | {files - sum(status.states.values())} |",
        f"| files done twice | {twice} |",
        f"| tries that a kill ended | {sum(n for (_, well), n in ends.items() if not well)} |",
        f"| files by tries | {', '.join(f'{n} in {t}' for t, n in sorted(tries.items()))} |",
        f"| left over in the results' folder | {left_over(folder, out)} |",
    ]
    return "\n".join(lines)


def killed_command(folder: Path, files: int) -> str:
    """The command is killed half-way, and given again."""
    out = folder / "again"
    command = [
        sys.executable, "-c", "from efface.cli.start import main; main()", "batch",
        str(folder / "in"), "-o", str(out), "--fast", "--allow-no-face",
        "--accept-rescan", "--workers", "2", "-q",
    ]  # fmt: skip
    running = subprocess.Popen(command, start_new_session=True)
    while len(list(out.glob("*.jpg"))) < files // 2:
        time.sleep(0.1)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    before = efface.batch_status(out).states
    times = {path: path.stat().st_mtime_ns for path in out.glob("*.jpg")}
    told = {Path(one.source).name for one in efface.batch_results(out) if not one.report.exit_code}
    subprocess.run(command, check=True)
    status = efface.batch_status(out)
    again = [path for path, when in times.items() if path.stat().st_mtime_ns != when]
    tries = Counter(result.tries for result in efface.batch_results(out))
    lines = [
        f"## The command killed half-way, and given again: {files} photos, 2 workers",
        "",
        "| | |",
        "|---|---|",
        f"| done when it was killed | {before['done']} |",
        f"| being worked on at that moment | {before['working']} |",
        f"| done at the end | {status.states['done']} |",
        f"| of what was done, done again | {sum(path.name in told for path in again)} |",
        f"| files by tries | {', '.join(f'{n} in {t}' for t, n in sorted(tries.items()))} |",
        f"| left over in the results' folder | {left_over(folder, out)} |",
    ]
    return "\n".join(lines)


def video_cost(clip: Path, folder: Path) -> tuple[float, int, int]:
    """Processor-seconds for a second of a video, and its size in pixels."""
    before = spent()
    with children_counted() as children:
        status = efface.batch(
            [clip], folder / "video", policy=fast(), allow_no_face=True, accept_rescan=True,
            workers=1,
        )  # fmt: skip
    assert status.states["done"] == 1, status
    (result,) = efface.batch_results(folder / "video")
    report = result.report
    look = efface.watch(clip)
    seconds = float(look.expected_frames / look.frame_rate)
    return (spent() - before + sum(children)) / seconds, report.width or 0, report.height or 0


def plan(
    throughput: Throughput,
    tracked: Tracked,
    size: float,
    video: tuple[float, int, int] | None,
    price: float,
) -> str:
    """What the measured figures come to."""
    photo = throughput.rows[2][0]
    hours = {f"{PHOTOS:,} photos": PHOTOS * photo / 3600}
    lines = [
        "## A plan, computed from the figures above",
        "",
        f"One core-hour at {price:g}, machines of {CORES} cores that are kept busy, one try for "
        "each file.",
        "",
    ]
    if video is not None:
        cost, width, height = video
        hours[f"{VIDEO_HOURS:,} hours of video at {width} x {height}"] = VIDEO_HOURS * cost
        lines += [f"A second of that video takes {cost:.2f} CPU-seconds.", ""]
    lines += [f"| what | core-hours | days on one machine of {CORES} | cost |", "|---|---|---|---|"]
    lines += [
        f"| {name} | {need:,.0f} | {need / CORES / 24:,.1f} | {need * price:,.0f} |"
        for name, need in hours.items()
    ]
    own = tracked.each["begun and ended: milliseconds by the clock (two syncs to disk)"]
    per_file = tracked.each["store: bytes"]
    lines += [
        "",
        f"The store of {PHOTOS:,} files takes {PHOTOS * per_file / 1e9:.0f} GB, and more with what "
        f"reports say. One coordinator begins and ends {1000 / own:,.0f} files a second on this "
        f"disk, enough for {1000 / own * photo:,.0f} cores of such photos. From a bucket, "
        f"{3 * PHOTOS * size / 1e12:.1f} TB move: each original once, each result there and back.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
