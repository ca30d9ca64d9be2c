"""Many photos: each on its own, in turn, whatever becomes of the others."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.workflow.redact.asking import digest_of, faces, picture, quick

from efface.errors import InputError
from efface.events import BatchStarted, Event, FileFinished, FileStarted, StepStarted
from efface.policy import Policy
from efface.regions import Regions
from efface.workflow.plan import PlannedFile
from efface.workflow.redact.batch import redact_all
from efface.workflow.redact.order import Order
from efface.workflow.redact.report import FileReport

ORDER = Order(quick())


@pytest.fixture
def sources(tmp_path: Path) -> list[Path]:
    """Three photos that differ."""
    return [picture(tmp_path / f"{name}.png", seed) for seed, name in enumerate("abc")]


@pytest.fixture
def regions(sources: list[Path]) -> dict[str, Regions]:
    return {digest_of(path): faces(path) for path in sources}


def planned(sources: list[Path]) -> list[PlannedFile]:
    out = sources[0].parent / "out"
    return [PlannedFile(path, out / path.name) for path in sources]


def written(sources: list[Path]) -> set[str]:
    out = sources[0].parent / "out"
    return {path.name for path in out.iterdir()} if out.exists() else set()


def test_every_file_is_done_in_turn_and_told_of(
    sources: list[Path], regions: dict[str, Regions]
) -> None:
    events: list[Event] = []
    told: list[FileReport] = []
    report = redact_all(planned(sources), ORDER, regions, listen=events.append, tell=told.append)
    assert [file.status for file in report.files] == ["redacted"] * 3
    assert told == [*report.files]
    assert [file.source for file in report.files] == sources
    assert written(sources) == {"a.png", "b.png", "c.png"}
    around = [event for event in events if not isinstance(event, StepStarted)]
    assert around == [
        BatchStarted(3),
        *(
            event
            for index, path in enumerate(sources)
            for event in (FileStarted(path, index), FileFinished(path, index, 0))
        ),
    ]
    assert (report.exit_code, report.interrupted) == (0, False)
    assert report.counts() == {"redacted": 3}


def test_trouble_with_one_costs_no_other(sources: list[Path], regions: dict[str, Regions]) -> None:
    damaged = sources[0].with_name("damaged.png")
    damaged.write_bytes(sources[0].read_bytes()[:-60])
    unknown = picture(sources[0].with_name("unknown.png"), 9)
    gone = sources[0].with_name("gone.png")
    regions[digest_of(damaged)] = regions[digest_of(sources[0])]
    files = [
        PlannedFile(damaged, damaged.with_name("out") / "damaged.png"),
        *planned(sources),
        PlannedFile(unknown, unknown.with_name("out") / "unknown.png"),
        PlannedFile(gone, gone.with_name("out") / "gone.png"),
        PlannedFile(sources[0], None, skipped="not a photo"),
        PlannedFile(gone, None, error=InputError("it is not there.", path=gone)),
    ]
    report = redact_all(files, ORDER, regions)
    codes = [file.exit_code for file in report.files]
    assert codes == [5, 0, 0, 0, 2, 5, 0, 5]
    statuses = [file.status for file in report.files]
    assert statuses == ["failed", *["redacted"] * 3, "refused", "failed", "skipped", "failed"]
    assert report.files[6].message == "not a photo"
    assert report.exit_code == 6
    assert written(sources) == {"a.png", "b.png", "c.png"}
    assert all(file.message for file in report.files if file.exit_code)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_an_interruption_is_booked_where_it_came(
    at: int, sources: list[Path], regions: dict[str, Regions]
) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, StepStarted) and (event.path, event.step) == (sources[at], "verify"):
            raise KeyboardInterrupt

    told: list[FileReport] = []
    report = redact_all(planned(sources), ORDER, regions, listen=stop, tell=told.append)
    expected = ["redacted"] * at + ["stopped"] + ["not-begun"] * (2 - at)
    assert [file.status for file in report.files] == expected
    assert told == [*report.files]
    assert report.interrupted
    assert report.exit_code == 130
    assert written(sources) == {path.name for path in sources[:at]}


def test_an_interruption_between_two_files_costs_neither(
    sources: list[Path], regions: dict[str, Regions]
) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, FileFinished) and event.index == 1:
            raise KeyboardInterrupt

    told: list[FileReport] = []
    report = redact_all(planned(sources), ORDER, regions, listen=stop, tell=told.append)
    assert [file.status for file in report.files] == ["redacted", "redacted", "not-begun"]
    assert [file.source for file in told] == sources
    assert written(sources) == {"a.png", "b.png"}


def test_results_of_an_earlier_run_are_left_alone_unless_they_are_the_input(
    sources: list[Path], regions: dict[str, Regions]
) -> None:
    files = planned(sources)
    out = sources[0].with_name("out")
    out.mkdir()
    (out / "a.png").write_bytes(b"whatever it is")
    (out / "b.png").write_bytes(sources[1].read_bytes())
    report = redact_all(files, Order(quick(), skip_existing=True), regions)
    assert [file.status for file in report.files] == ["exists", "refused", "redacted"]
    assert "unredacted" in (report.files[1].message or "")
    assert (out / "a.png").read_bytes() == b"whatever it is"


def test_nothing_is_allowed_that_the_policy_forbids(sources: list[Path]) -> None:
    policy = Policy.from_json({"schema": "efface.policy/1", "allow": {"no_face": False}})
    report = redact_all(planned(sources), Order(policy, allow_no_face=True), {})
    assert {file.status for file in report.files} == {"refused"}
    assert written(sources) == set()
