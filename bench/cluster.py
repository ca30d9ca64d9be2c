"""What a cluster costs beside the work itself, and what a cut costs a video.

    python bench/cluster.py overhead --files 4000
    python bench/cluster.py parts

``overhead`` has a scheduler and a worker on this machine work on a batch whose files end at once:
all time is then the cluster's. Each process's processor time is told apart. ``parts`` encodes
generated pictures with x264 as efface does with ``--reproducible``, whole and in two parts.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import psutil
from av.codec.context import Flags

from efface.batch.run import BatchRun
from efface.batch.store import BatchStore, Entry
from efface.cluster.dask import connected
from efface.cluster.keys import make_keys
from efface.cluster.workers import ClusterWorkers
from efface.workflow.redact.order import Order

WORKER = """
import sys
from pathlib import Path
from efface.batch import shard_work
from efface.cluster.worker import serve_worker
from efface.workflow.redact.report import FileReport

class AtOnce:
    def __init__(self, files, order, *, home): pass
    def redact(self, asked, listen):
        asked.target.write_bytes(b"")
        return FileReport(asked.source, asked.target, "redacted", 0, target_sha256="0" * 64,
                          sandbox="limits")
    def interrupt(self): pass
    def close(self): pass

shard_work.ConfinedRedactor = AtOnce
serve_worker(sys.argv[1], Path(sys.argv[2]), workers=2,
             ready=lambda address: print(address, file=sys.stderr, flush=True))
"""


def overhead(files: int) -> None:
    """Print processor and wall time a file, in milliseconds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_keys(folder / "keys")
        (folder / "in").mkdir()
        command = [sys.executable, "-m", "efface.cli.start", "cluster", "scheduler", "--port", "0",
                   "--keys", str(folder / "keys")]  # fmt: skip
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as scheduler:
            address = _address(scheduler)
            command = [sys.executable, "-c", WORKER, address, str(folder / "keys")]
            with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as worker:
                _address(worker)
                try:
                    _measured(folder, address, files, {"scheduler": scheduler, "worker": worker})
                finally:
                    worker.kill()
                    scheduler.kill()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        found = re.search(r"tls://[^ ,\n]+", line)
        if found:
            return found[0]
    raise RuntimeError("it did not start")


def _measured(
    folder: Path, address: str, files: int, others: dict[str, subprocess.Popen[str]]
) -> None:
    watched = {name: psutil.Process(process.pid) for name, process in others.items()}
    watched["batch"] = psutil.Process()
    with closing(BatchStore(folder / "out.batch.sqlite", write=True)) as store:
        (folder / "out").mkdir()
        store.begin(Order(), "bench")
        store.add(Entry(folder / "in" / str(n), folder / "out" / str(n)) for n in range(files))
        with connected(address, folder / "keys") as link:
            crew = ClusterWorkers(link, folder / "out" / ".efface-batch")
            before, begun = {name: _cpu(one) for name, one in watched.items()}, time.monotonic()
            code = BatchRun(store, crew).run()
            took = time.monotonic() - begun
            spent = {name: _cpu(one) - before[name] for name, one in watched.items()}
    assert code == 0
    for name, seconds in spent.items():
        print(f"{name}: {1000 * seconds / files:.2f} ms of processor time a file")
    print(f"wall: {1000 * took / files:.2f} ms a file, {files} files")


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


FRAMES, EVERY = 120, 30
"""Pictures, and how often one is a key frame."""


def parts() -> None:
    """Print how many packets are the same whole and in two parts."""
    whole, head = _encoded(range(FRAMES))
    half = FRAMES // 2
    (one, first), (other, second) = _encoded(range(half)), _encoded(range(half, FRAMES))
    joined = one + other
    print(f"parameter sets: {'the same' if head == first == second else 'others'}")
    times = [packet[:2] for packet in whole] == [packet[:2] for packet in joined]
    print(f"times: {'the same' if times else 'others'}")
    same = sum(a[2] == b[2] for a, b in zip(whole, joined, strict=True))
    print(f"packets: {same} of {len(whole)} the same")


def _encoded(numbers: range) -> tuple[list[tuple[int | None, int | None, str]], bytes]:
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 176, 144, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, 25), Fraction(25)
    encoder.gop_size, encoder.thread_count = 1 << 30, 1
    encoder.flags |= Flags.global_header
    encoder.options = {
        "preset": "medium", "crf": "17", "forced-idr": "1", "sc_threshold": "0", "threads": "1",
        "x264-params": "force-cfr=1:cpu-independent=1",
    }  # fmt: skip
    encoder.open()
    packets = [packet for frame in _pictures(numbers) for packet in encoder.encode(frame)]
    packets += encoder.encode(None)
    digests = [(one.pts, one.dts, hashlib.sha256(bytes(one)).hexdigest()) for one in packets]
    return digests, bytes(encoder.extradata or b"")


def _pictures(numbers: range) -> Iterator[av.VideoFrame]:
    noise = np.random.default_rng(1).integers(0, 255, (144, 176, 3), np.uint8)
    kinds = av.video.frame.PictureType
    for number in numbers:
        picture = np.roll(noise, number * 3, 1)
        picture[20:60, 20:60] = number * 2 % 255
        frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p")
        frame.pts = number
        frame.pict_type = kinds.I if number % EVERY == 0 else kinds.NONE
        yield frame


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("overhead", "parts"))
    parser.add_argument("--files", type=int, default=4000)
    asked = parser.parse_args()
    if asked.what == "parts":
        parts()
    else:
        overhead(asked.files)


if __name__ == "__main__":
    main()
