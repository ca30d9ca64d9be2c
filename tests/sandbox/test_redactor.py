"""Files read apart come out as files that are not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from tests.sandbox.doubles import mechanism, order, redacted
from tests.workflow.redact.asking import picture

import efface
from efface.errors import RefusedError
from efface.events import Event
from efface.policy import DetectPolicy, Policy, SandboxPolicy, VideoPolicy
from efface.sandbox import choice, redactor
from efface.sandbox.apart import ConfinedWorker
from efface.sandbox.choice import chosen_mechanism
from efface.sandbox.interface import Bounds, Mechanism, View
from efface.sandbox.worker import check_confined
from efface.words import Confinement
from efface.workflow.plan import PlannedFile
from efface.workflow.redact.job import Job
from efface.workflow.redact.order import PackOrder

FAST = Policy(detect=DetectPolicy("fast"), video=VideoPolicy(reproducible=True))


def strongest() -> Confinement:
    return chosen_mechanism("limits").name


def test_a_photo_and_a_video_come_out_the_same(photo: Path, clip: Path) -> None:
    photo.with_suffix(".json").write_text("{}")
    broken = photo.with_name("broken.jpg")
    broken.write_bytes(photo.read_bytes()[:3000])
    paths = [photo, clip, broken]
    apart = replace(FAST, sandbox=SandboxPolicy(strongest()))
    told: list[Event] = []
    events: list[Event] = []
    reports = [
        efface.redact_all(paths, photo.parent / "apart", policy=apart, listen=told.append),
        efface.redact_all(paths, photo.parent / "here", policy=FAST, listen=events.append),
    ]
    for one, other in zip(*(report.files for report in reports), strict=True):
        documents = [file.to_json() for file in (one, other)]
        assert [document.pop("sandbox") for document in documents] == [strongest(), "none"]
        for document in documents:
            document["cpu_seconds"] = [*document["cpu_seconds"]]
            document["output"] = document["output"] and Path(document["output"]).name
        assert documents[0] == documents[1]
    assert reports[0].files[0].beside != ()
    assert told == events
    for name in (photo.name, clip.name):
        written = [photo.parent / folder / name for folder in ("apart", "here")]
        assert written[0].read_bytes() == written[1].read_bytes()
    assert [path.name for path in photo.parent.rglob(".efface-*")] == []


@pytest.fixture
def many(tmp_path: Path) -> list[Path]:
    return [picture(tmp_path / f"{n}.png", n) for n in range(3)]


def test_a_process_takes_several_files_and_sees_no_more(
    many: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[View] = []

    class Watched(ConfinedWorker):
        def __init__(self, mechanism: Mechanism, view: View, bounds: Bounds) -> None:
            started.append(view)
            super().__init__(mechanism, view, bounds)

    monkeypatch.setattr(redactor, "ConfinedWorker", Watched)
    monkeypatch.setattr(redactor, "FILES_EACH", 2)
    out = many[0].parent / "out"
    reports = redacted(many, out, mechanism("limits"))
    assert [report.status for report in reports] == ["redacted"] * 3
    seen = [set(view.reads) for view in started]
    assert seen == [set(map(str, many[:2])), {str(many[2])}]


def test_an_output_that_is_there_stays(many: list[Path]) -> None:
    out = many[0].parent / "out"
    out.mkdir()
    (out / many[0].name).write_bytes(b"mine")
    reports = redacted(many[:2], out, mechanism("limits"))
    assert [report.exit_code for report in reports] == [2, 0]
    assert (out / many[0].name).read_bytes() == b"mine"


def test_an_interruption_ends_it(many: list[Path]) -> None:
    def listen(event: Event) -> None:
        raise KeyboardInterrupt

    out = many[0].parent / "out"
    (report,) = redacted(many[:1], out, mechanism("limits"), listen=listen)
    assert (report.status, report.exit_code) == ("stopped", 130)
    assert not out.exists()
    assert [path.name for path in many[0].parent.rglob(".efface-*")] == []


def test_a_dry_run_writes_nothing(many: list[Path]) -> None:
    out = many[0].parent / "out"
    asked = replace(order(), dry_run=True)
    (report,) = redacted(many[:1], out, mechanism("limits"), asked)
    assert (report.status, report.planned, report.target) == ("planned", out / many[0].name, None)
    assert not out.exists()


def test_a_job_that_nothing_confines_is_refused(many: list[Path]) -> None:
    """Whoever runs a job without ``efface.run`` gets no file that was read in the open."""
    job = Job(order(), (PlannedFile(many[0], many[0].with_name("b.png")),))
    (file,) = job.run().files
    assert (file.status, file.exit_code) == ("refused", 2)
    assert "sandbox.require = 'limits'" in (file.message or "")
    (file,) = efface.run(job, listen=lambda event: None).files
    assert file.exit_code == 3  # no face, but read
    assert file.sandbox == strongest()


def test_a_pack_is_not_signed_apart(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="signed with your key"):
        redactor.ConfinedRedactor((), replace(order(), pack=PackOrder(tmp_path)))


class Broken:
    """A mechanism that does not work here."""

    def __init__(self, name: Confinement) -> None:
        self.name = name

    def trouble(self) -> str | None:
        return "the kernel has none"


def test_less_than_is_required_is_refused() -> None:
    limits = mechanism("limits")
    means: list[object] = [Broken("bubblewrap"), Broken("landlock"), limits]
    assert chosen_mechanism("limits", means) is limits  # type: ignore[arg-type]
    for least, words in (
        ("bubblewrap", r"'bubblewrap'\): bubblewrap: the kernel has none\."),
        ("landlock", r"bubblewrap: the kernel has none; landlock: the kernel has none\."),
    ):
        with pytest.raises(RefusedError, match=words):
            chosen_mechanism(least, means)  # type: ignore[arg-type]


def test_a_process_that_does_not_start_is_said_to(
    many: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Fails:
        name: Confinement = "landlock"

        def command(self, view: View, argv: list[str]) -> list[str]:
            return [argv[0], "-c", "raise SystemExit('no namespaces')"]

    (report,) = redacted(many[:1], many[0].parent / "out", Fails())  # type: ignore[arg-type]
    assert report.exit_code == 2
    assert "does not start under landlock" in (report.message or "")
    assert "no namespaces" in (report.message or "")


ABANDONED = """
import sys
from efface.sandbox.apart import ConfinedWorker
from efface.sandbox.choice import mechanism_named
from efface.sandbox.interface import Bounds, View
worker = ConfinedWorker(mechanism_named("limits"), View((), (), (), ()), Bounds(8000, 100))
print(worker._process.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the call is Linux's")
def test_a_process_ends_with_whoever_started_it() -> None:
    command = [sys.executable, "-c", ABANDONED]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        confined = int(parent.stdout.readline())
        os.kill(confined, signal.SIGSTOP)  # it does not notice that nobody speaks to it any more
        parent.kill()
    until = time.monotonic() + 10
    while _there(confined) and time.monotonic() < until:
        time.sleep(0.02)
    assert not _there(confined)


def _there(number: int) -> bool:
    """Whether there is such a process, and it has not ended."""
    try:
        status = Path(f"/proc/{number}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_a_confinement_that_does_nothing_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="let a socket be opened"):
        check_confined("landlock", str(tmp_path))


def test_there_are_three_and_the_strongest_comes_first() -> None:
    assert [one.name for one in choice.MECHANISMS] == ["bubblewrap", "landlock", "limits"]
    with pytest.raises(ValueError, match="expected one of"):
        choice.mechanism_named("none")
