"""A cluster of one scheduler and one worker, real processes on loopback, for the whole session."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from efface.cluster.keys import make_keys

LISTENS = "efface: listening at "


@dataclass
class Process:
    """A command that serves, and what it says."""

    running: subprocess.Popen[str]
    address: str

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])


Serve = Callable[..., Process]


@pytest.fixture(scope="session")
def cluster_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cluster") / "keys"
    make_keys(folder)
    return folder


@pytest.fixture(scope="session")
def serve(cluster_keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Start ``efface cluster …``, and wait until it listens."""
    begun: list[subprocess.Popen[str]] = []

    def serve(*args: str) -> Process:
        command = [sys.executable, "-m", "efface.cli.start", "cluster", *args]
        said = tmp_path_factory.mktemp("said") / "said.txt"
        with said.open("w") as out:
            running = subprocess.Popen(
                [*command, "--keys", str(cluster_keys)], stderr=out, text=True
            )
        begun.append(running)
        until = time.monotonic() + 100
        while time.monotonic() < until and running.poll() is None:
            for line in said.read_text().splitlines():
                if line.startswith(LISTENS):
                    return Process(running, line.removeprefix(LISTENS).partition(",")[0])
            time.sleep(0.05)
        raise AssertionError(said.read_text())

    yield serve
    for process in begun:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def scheduler(serve: Serve) -> Process:
    return serve("scheduler", "--port", "0")


@pytest.fixture(scope="session")
def worker(serve: Serve, scheduler: Process) -> Process:
    return serve("worker", scheduler.address, "--workers", "1")
