"""What reading files apart costs, and whether ten thousand damaged files are borne.

    python bench/sandbox.py overhead PHOTO... [--times 64]
    python bench/sandbox.py mutations [--count 10000] [--seed 0]

``overhead`` redacts copies of photos here and under each mechanism that works, and prints
processor-seconds, children's included. ``mutations`` damages small files of every photo format and
redacts each under the strongest mechanism, with one given face, so that reading, decoding and
encoding are what is tried; it prints how many ended how, and fails if one ended otherwise than with
a report, if an output appeared for a file that failed, or if the worker was lost to a crash.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from PIL import Image

import efface
from efface.files.paths import sha256
from efface.policy import Limits, Policy, RescanPolicy, SandboxPolicy
from efface.regions import Box, Media, Regions, Track
from efface.sandbox.apart import ConfinedWorker
from efface.sandbox.choice import MECHANISMS, chosen_mechanism
from efface.sandbox.interface import Mechanism
from efface.sandbox.redactor import ConfinedRedactor
from efface.workflow.plan import PlannedFile
from efface.workflow.redact.batch import redact_all
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.order import Order

FORMATS: dict[str, dict[str, Any]] = {
    "jpg": {"quality": 85}, "png": {}, "webp": {}, "gif": {}, "bmp": {}, "avif": {},
    "tif": {"compression": "tiff_lzw"},
}  # fmt: skip
"""By Pillow; options of each."""

SIZE = (96, 80)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, dest="command")
    cost = commands.add_parser("overhead")
    cost.add_argument("photos", nargs="+", type=Path)
    cost.add_argument("--times", type=int, default=64)
    damage = commands.add_parser("mutations")
    damage.add_argument("--count", type=int, default=10_000)
    damage.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    if asked.command == "overhead":
        overhead(asked.photos, asked.times)
    else:
        sys.exit(mutations(asked.count, asked.seed))


def spent() -> float:
    """Processor-seconds of this process so far."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def spent_below(number: int) -> float:
    """Processor-seconds of a process and of those below it, which are all there: bwrap does not
    wait for what it started, so that the system does not count it for us."""
    places = [path for path in Path("/proc").iterdir() if path.name.isdecimal()]
    rows = {}
    for place in places:
        with suppress(OSError):
            rows[int(place.name)] = (place / "stat").read_text().rpartition(")")[2].split()
    wanted = {number}
    while more := {pid for pid, row in rows.items() if int(row[1]) in wanted} - wanted:
        wanted |= more
    ticks = sum(int(rows[pid][11]) + int(rows[pid][12]) for pid in wanted if pid in rows)
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def children_counted() -> Iterator[list[float]]:
    """Puts what confined processes spent into the list as they end."""
    counted: list[float] = []
    kept = ConfinedWorker.end

    def end(self: ConfinedWorker) -> None:
        if self._process.poll() is None:
            counted.append(spent_below(self._process.pid))
        kept(self)

    with mock.patch.object(ConfinedWorker, "end", end):
        yield counted


def overhead(photos: Sequence[Path], times: int) -> None:
    """Print the table."""
    means: list[Mechanism | None] = [None, *(one for one in MECHANISMS if one.trouble() is None)]
    files = times * len(photos)
    print(f"{times} copies of {len(photos)} photo(s); CPU-seconds a file, the lower of two runs")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "in"
        folder.mkdir()
        for number in range(times):
            for photo in photos:
                shutil.copy(photo, folder / f"{number:03}-{photo.name}")
        efface.redact(next(folder.iterdir()), Path(place) / "first.jpg")  # packages and networks
        best = {_name(one): float("inf") for one in means}
        for turn in range(2):
            for one in means:
                spending = _spent_on(folder, Path(place) / f"{_name(one)}{turn}", one)
                best[_name(one)] = min(best[_name(one)], spending / files)
    for name, cost in best.items():
        more = cost - best["none"]
        print(f"{name:<12} {cost:.4f}  {1000 * more:+6.1f} ms  {more / best['none']:+.1%}")


def _name(mechanism: Mechanism | None) -> str:
    return "none" if mechanism is None else mechanism.name


def _spent_on(folder: Path, out: Path, mechanism: Mechanism | None) -> float:
    """Processor-seconds for all files of a folder."""
    job = efface.job([folder], out)
    before = spent()
    with children_counted() as children:
        if mechanism is None:
            report = job.run()
        else:
            redactor = ConfinedRedactor(job.files, job.order, mechanism)
            report = redact_all(job.files, job.order, redact=redactor.redact)
            redactor.close()
    assert report.exit_code == 0, report.counts()
    return spent() - before + sum(children)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A file with one of five kinds of damage."""
    kind = chance.randrange(5)
    out = bytearray(data)
    if kind == 0:
        return bytes(out[: chance.randrange(len(out))])
    if kind == 1:
        at, size = chance.randrange(len(out)), chance.randrange(1, 64)
        out[at : at + size] = chance.randbytes(size)
    elif kind == 2:
        at = chance.randrange(len(out))
        out[at:at] = chance.randbytes(chance.randrange(1, 64))
    elif kind == 3:  # lengths and sizes in the head
        at = chance.randrange(min(len(out) - 4, 256))
        out[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", bytes(4)))
    else:
        for _ in range(chance.randrange(1, 9)):
            out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def originals(folder: Path) -> dict[str, bytes]:
    coarse = np.random.default_rng(0).integers(0, 256, (8, 9, 3)).astype(np.uint8)
    picture = Image.fromarray(coarse).resize(SIZE, Image.Resampling.BICUBIC)
    made = {}
    for ending, options in FORMATS.items():
        path = folder / f"original.{ending}"
        picture.save(path, **options)
        made[ending] = path.read_bytes()
    return made


def mutations(count: int, seed: int) -> int:
    """Exit code: 0 if all were borne."""
    chance, bad = random.Random(seed), 0
    ends: Counter[tuple[str, str, int]] = Counter()
    lost: Counter[str] = Counter()
    policy = Policy(
        sandbox=SandboxPolicy("limits", memory_mb=4000, silent_s=30.0),
        rescan=RescanPolicy(enabled=False),
        limits=Limits(max_megapixels=20, max_total_megapixels=60, max_frames=50),
    )
    order = Order(policy)
    with tempfile.TemporaryDirectory() as place:
        made = originals(Path(place))
        while sum(ends.values()) < count:
            folder, out = Path(place) / "in", Path(place) / "out"
            folder.mkdir()
            sources = []
            for number in range(min(64, count - sum(ends.values()))):
                ending = chance.choice(sorted(made))
                path = folder / f"{number}.{ending}"
                path.write_bytes(mutated(made[ending], chance))
                sources.append(path)
            redactor = ConfinedRedactor(
                [PlannedFile(one, out / one.name) for one in sources], order
            )
            try:
                for source in sources:
                    box = Track("t1", (Box(0, 30, 20, 20, 24),))
                    digest = sha256(source)
                    regions = Regions(Media(source.name, digest, "image", *SIZE), (box,))
                    asked = FileOrder(source, out / source.name, order, documents={digest: regions})
                    report = redactor.redact(asked, lambda event: None)
                    ends[source.suffix, report.status, report.exit_code] += 1
                    message = report.message or ""
                    if message.startswith("what read it") or report.exit_code == 1:
                        lost[f"{source.suffix} {message[:200]}"] += 1
                    bad += (out / source.name).exists() != (report.exit_code == 0)
            finally:
                redactor.close()
            shutil.rmtree(folder)
            shutil.rmtree(out, ignore_errors=True)
    print(f"{sum(ends.values())} files under {chosen_mechanism('limits').name}, seed {seed}")
    for (ending, status, code), number in sorted(ends.items()):
        print(f"{ending:<6} {status:<10} exit code {code}: {number}")
    for message, number in lost.most_common():
        print(f"{number} x {message}")
    print(f"outputs that should not be there, or are missing: {bad}")
    return 1 if bad else 0


if __name__ == "__main__":
    main()
