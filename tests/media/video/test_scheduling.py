"""AV1 is encoded without going before everything else on the computer."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from tests.media.video.contract_clips import make
from tests.media.video.contract_clips_list import MP4
from tests.media.video.test_contract import BLACK, zones

from efface.media.video import open_video
from efface.media.video.scheduling import ordinary_scheduling
from efface.media.video.writing import write_video
from efface.policy import Limits, VideoPolicy

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root may be that urgent"
)


def policies() -> set[int]:
    """Of this process's threads."""
    return {os.sched_getscheduler(int(task.name)) for task in Path("/proc/self/task").iterdir()}


def test_no_thread_stays_urgent_when_av1_is_written(tmp_path: Path) -> None:
    source = make(tmp_path, replace(MP4, frames=3, keys=(0,)))
    seen: list[set[int]] = []
    movie = open_video(source, Limits())
    write_video(
        movie, tmp_path / "out.mp4", zones, BLACK, VideoPolicy(codec="av1"),
        tell=lambda _: seen.append(policies()),
    )  # fmt: skip
    assert seen
    assert set().union(*seen, policies()) == {os.SCHED_OTHER}


def test_what_was_urgent_before_stays_so() -> None:
    go, done = threading.Event(), threading.Event()

    def urgent() -> None:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
        go.set()
        done.wait()

    thread = threading.Thread(target=urgent)
    thread.start()
    try:
        go.wait()
        with ordinary_scheduling():
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        assert os.sched_getscheduler(0) == os.SCHED_OTHER
        assert thread.native_id is not None
        assert os.sched_getscheduler(thread.native_id) == os.SCHED_RR
    finally:
        done.set()
        thread.join()
