"""A job does the same in another process, from JSON alone."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from efface.colour import Colour
from efface.errors import InputError, RefusedError
from efface.events import Event, FileFinished, StepStarted, event_from_json, event_to_json
from efface.files.paths import sha256
from efface.policy import DetectPolicy, MethodPolicy, Policy, RescanPolicy, VideoPolicy
from efface.regions import Box, Media, Regions, Track
from efface.workflow.plan import PlannedFile
from efface.workflow.redact.job import Job
from efface.workflow.redact.order import Order, PackOrder

FAST = Policy(
    method=MethodPolicy(colour=Colour(200, 0, 0)),
    detect=DetectPolicy("fast"),
    video=VideoPolicy(reproducible=True),
)


def elsewhere(job: Job, before: str = "") -> tuple[int, dict[str, list[Any]]]:
    """Run a job in a process of its own; returns its exit code, and what it said by kind.

    Args:
        before: is run there first.
    """
    script = f"from efface.workflow.redact import job\n{before}\njob.main()"
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(job.to_json()),
        capture_output=True,
        text=True,
        check=False,
    )
    said: dict[str, list[Any]] = {"event": [], "file": [], "report": [], "error": []}
    for line in done.stdout.splitlines():
        ((kind, document),) = json.loads(line).items()
        said[kind].append(document)
    assert done.stderr == ""
    return done.returncode, said


def without_times(file: dict[str, Any]) -> dict[str, Any]:
    """What became of a file, less what is never the same twice: the steps' times and its name."""
    steps = list(file["cpu_seconds"])
    return {**file, "cpu_seconds": steps, "output": None}


def test_a_photo_and_a_video_come_out_as_they_do_here(photo: Path, clip: Path) -> None:
    broken = photo.with_name("broken.jpg")
    broken.write_bytes(photo.read_bytes()[:3000])
    sources = (photo, clip, broken)

    def job(folder: str) -> Job:
        out = photo.parent / folder
        return Job(Order(FAST), tuple(PlannedFile(path, out / path.name) for path in sources))

    events: list[Event] = []
    here = job("here").run(listen=events.append)
    code, there = elsewhere(job("there"))
    assert code == here.exit_code == 6
    assert [file.status for file in here.files] == ["redacted", "redacted", "failed"]
    assert there["file"] == there["report"][0]["files"]
    for mine, other in zip(here.files, there["file"], strict=True):
        assert without_times(mine.to_json()) == without_times(other)
    for path in (photo, clip):
        written = [photo.parent / folder / path.name for folder in ("here", "there")]
        assert written[0].read_bytes() == written[1].read_bytes()
    assert [event_from_json(event) for event in there["event"]] == events


def test_regions_cross_exactly(photo: Path) -> None:
    """A hundredth of a pixel more, and the zone would reach another block."""
    media = Media(photo.name, sha256(photo), "image", 256, 256)
    box = Box(0, 80.004999, 24.99500001, 52.0, 70.0, 0.123456789)
    regions = {media.sha256: Regions(media, (Track("t1", (box,)),))}
    policy = replace(FAST, rescan=RescanPolicy(enabled=False))
    job = Job(Order(policy), (PlannedFile(photo, photo.with_name("b.jpg")),), regions)
    assert Job.from_json(json.loads(json.dumps(job.to_json()))) == job


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_one_that_is_interrupted_leaves_nothing_and_says_so(photo: Path) -> None:
    second = photo.with_name("second.jpg")
    second.write_bytes(photo.read_bytes())
    interrupts = (
        "import os, signal\n"
        "from efface.workflow.redact import photo\n"
        "def write(*_): os.kill(os.getpid(), signal.SIGTERM)\n"
        "photo._verified = write"
    )
    out = photo.parent / "out"
    files = tuple(PlannedFile(path, out / path.name) for path in (photo, second))
    code, said = elsewhere(Job(Order(FAST), files), interrupts)
    assert code == 130
    assert [file["status"] for file in said["file"]] == ["stopped", "not-begun"]
    assert said["report"][0]["interrupted"]
    assert said["file"][0]["sha256"] == sha256(photo)  # as much as was known
    assert list(out.iterdir()) == []


def test_a_pack_needs_somebody_to_sign(photo: Path) -> None:
    order = Order(FAST, pack=PackOrder(photo.with_name("case.pack")))
    code, said = elsewhere(Job(order, (PlannedFile(photo, photo.with_name("b.jpg")),)))
    assert (code, said["file"]) == (2, [])
    assert "passphrase" in said["error"][0]["message"]


PATHS = st.sampled_from([Path("a.jpg"), Path("/b/c.png"), Path("caf\udce9.jpg")])
FILES = st.builds(PlannedFile, PATHS, st.none() | PATHS, st.none() | st.text(max_size=5), st.none())


@settings(max_examples=30)
@given(st.lists(FILES, max_size=4))
def test_a_job_comes_back_from_json_as_it_was(files: list[PlannedFile]) -> None:
    job = Job(Order(FAST), tuple(files))
    assert Job.from_json(json.loads(json.dumps(job.to_json()))) == job


def test_a_file_that_could_not_be_opened_keeps_its_reason() -> None:
    fault = InputError("the folder cannot be read.", path=Path("a"), hint="Check its rights.")
    job = Job(Order(), (PlannedFile(Path("a"), error=fault),))
    (again,) = Job.from_json(json.loads(json.dumps(job.to_json()))).files
    assert again.error is not None
    assert again.error.to_json() == fault.to_json()


def test_what_is_no_job_is_refused() -> None:
    document = Job(Order(), ()).to_json()
    for change, words in (
        ({"schema": "efface.job/2"}, "expected schema"),
        ({"files": [{"source": "a"}]}, "files[0]"),
        ({"regions": [{"schema": "efface.regions/1"}]}, "the regions document is not valid"),
        ({"order": {"schema": "efface.order/1"}}, "the order is not valid"),
    ):
        with pytest.raises(RefusedError) as caught:
            Job.from_json({**document, **change})
        assert words in caught.value.message


@pytest.mark.parametrize(
    "event",
    [StepStarted(Path("a"), "search", 0, 1, "residue"), FileFinished(Path("caf\udce9"), 3, 0)],
)
def test_events_cross_too(event: Event) -> None:
    assert event_from_json(json.loads(json.dumps(event_to_json(event)))) == event
    for wrong in ({}, {"event": "ended"}, {**event_to_json(event), "more": 1}):
        with pytest.raises(ValueError, match="expected an event"):
            event_from_json(wrong)
