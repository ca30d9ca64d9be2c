"""What the commands do, programs can do too."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import click
import numpy as np
import pytest
from tests.walks import face_in, is_filled
from tests.walks import seen as decoded

import efface
from efface import api
from efface.cli.main import cli
from efface.errors import RefusedError, StoppedError
from efface.regions import Box, Track

DOORS = {
    "advise": "advise_all",
    "attack": "attack",
    "audit": "audit",
    "batch export": "batch_reports",
    "batch report": "batch_reports",
    "batch run": "batch",
    "batch status": "batch_status",
    "clean": "clean",
    "cluster keys": "cluster_keys",
    "cluster scheduler": "cluster_scheduler",
    "cluster worker": "cluster_worker",
    "contact-sheet": "contact_sheet",
    "detect": "detect_all",
    "inspect": "inspect",
    "keys add": "add_key",
    "keys forget": "forget",
    "keys list": "keys",
    "keys new": "new_key",
    "keys project": "new_project",
    "keys trust": "trust_key",
    "log add": "add_to_log",
    "log show": "log",
    "pack open": "open_pack",
    "pack release": "release",
    "pack show": "show_pack",
    "redact": "job",
    "review": "look",
    "scan": "scan_all",
    "schema": "schema",
    "seal": "seal",
    "stamp": "stamp",
    "study": "study",
    "verify": "verify",
    "watch": "watch_folder",
    "weights add": "add_model",
    "weights check": "check_model",
    "weights list": "models",
    "weights remove": "remove_model",
}
"""Functions by command; the rest tell of the command line itself."""

OF_THE_COMMAND_LINE = {"completion", "man"}


def leaves(group: click.Group, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_each_command_has_its_function() -> None:
    assert set(leaves(cli)) - OF_THE_COMMAND_LINE == set(DOORS)
    for name in DOORS.values():
        assert callable(getattr(efface, name))


def test_what_programs_call_is_listed_typed_and_explained() -> None:
    assert set(api.__all__) <= set(dir(efface))
    assert dir(api) == api.__all__ == sorted(api.__all__)
    for name in api.__all__:
        function = getattr(api, name)
        assert function.__doc__, name
        assert "return" in function.__annotations__, name
    with pytest.raises(AttributeError, match="nothing"):
        _ = api.nothing


def test_a_room_of_the_same_name_does_not_hide_a_function() -> None:
    rooms = {path.parent.name for path in Path(efface.__file__).parent.glob("*/__init__.py")}
    assert rooms & set(efface.__all__) == {
        "advise",
        "attack",
        "audit",
        "batch",
        "detect",
        "redact",
        "scan",
        "study",
    }
    for name in rooms & set(efface.__all__):
        import_module(f"efface.{name}.interface" if name == "detect" else f"efface.{name}")
        assert not isinstance(getattr(efface, name), ModuleType)


def test_the_commands_know_nothing_behind_the_door() -> None:
    """The contract names every room that there is, but those for everybody."""
    root = Path(__file__).parents[2]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {one["id"]: one for one in project["tool"]["importlinter"]["contracts"]}
    rooms = {room for floor in contracts["floors"]["layers"] for room in floor.split(" | ")}
    forbidden = {name.removeprefix("efface.") for name in contracts["door"]["forbidden_modules"]}
    allowed = {
        "api",
        "cli",
        "colour",
        "demo",
        "errors",
        "events",
        "files",
        "review",
        "version",
        "words",
    }
    assert rooms == forbidden | allowed
    of_review = {
        n.removeprefix("efface.") for n in contracts["door-of-review"]["forbidden_modules"]
    }
    assert rooms == of_review | allowed | {"documents"}


def test_a_photo_is_looked_at_before_it_is_released(photo: Path) -> None:
    """The preview is the released file, pixel by pixel."""
    seen = efface.look(photo)
    assert (seen.format, seen.media.width) == ("JPEG", 256)
    regions = efface.detect(photo)
    report = efface.redact(photo, regions=regions)
    assert report.target is not None
    written = efface.look(report.target).picture()
    assert (seen.released(regions) == written).all()
    assert (seen.picture() != written).any()
    with pytest.raises(RefusedError, match="another"):
        efface.look(report.target).released(regions)


def test_a_video_is_not_looked_at_as_a_photo(clip: Path) -> None:
    with pytest.raises(RefusedError, match="video"):
        efface.look(clip)


def test_a_video_is_watched_before_it_is_released(clip: Path, state: Path) -> None:
    seen = efface.watch(clip)
    assert (seen.format, seen.size, seen.expected_frames) == ("MP4", (240, 160), 30)
    times = seen.times()
    assert len(times) == 30
    with seen.faces() as faces:
        assert list(state.glob("*.jsonl")), "an analysis that is interrupted goes on"
    assert not list(state.glob("*.jsonl"))
    regions = faces.regions
    assert regions.media.frames == 30
    assert len(regions.tracks) == 1
    seeker = seen.seeker()
    frame = seeker.at(times[12])
    assert frame is not None
    filled = seen.released(frame, 12, regions)
    assert is_filled(face_in(filled, 12))
    assert not is_filled(face_in(frame.picture(), 12))
    report = efface.redact(clip, regions=regions)
    assert report.target is not None
    apart = np.abs(decoded(report.target)[12].astype(int) - filled)
    assert apart[:, :120].mean() < 4, "the preview is what is released, but for its coding"
    seeker.close()


def test_a_photo_is_not_watched(photo: Path) -> None:
    with pytest.raises(RefusedError, match="photo"):
        efface.watch(photo)


def test_many_files_are_redacted_and_one_bad_one_does_not_stop_them(photo: Path) -> None:
    (photo.parent / "broken.jpg").write_bytes(photo.read_bytes()[:3000])
    told: list[Path] = []
    out = photo.with_name("out")
    report = efface.redact_all(
        [photo.parent],
        out,
        policy={"detect": {"recall": "fast"}},
        tell=lambda file: told.append(file.source),
    )
    assert [file.status for file in report.files] == ["failed", "redacted"]
    assert [file.source for file in report.files] == told
    assert (out / "photo.jpg").exists()
    again = efface.redact_all([photo], out, skip_existing=True)
    assert [file.status for file in again.files] == ["exists"]


def test_a_job_is_planned_and_nothing_is_done(photo: Path) -> None:
    planned = efface.job([str(photo)], keep="t1", draw="1,2,30,40", overwrite=True)
    assert [one.target for one in planned.files] == [photo.with_name("photo.effaced.jpg")]
    order = json.loads(json.dumps(planned.to_json()))["order"]
    assert (order["keep"], order["overwrite"]) == ([{"track": "t1", "span": None}], True)
    assert [path.name for path in photo.parent.iterdir()] == ["photo.jpg"]
    with pytest.raises(RefusedError, match="no file"):
        efface.job([])


def test_faces_of_many_files_and_errors_come_back(photo: Path) -> None:
    broken = photo.with_name("broken.jpg")
    broken.write_bytes(photo.read_bytes()[:3000])
    fast = {"detect": {"recall": "fast"}}
    found, failed = efface.detect_all([photo, broken], policy=fast, preview=None)
    assert [len(regions.tracks) for regions in found] == [1]
    assert [error.path for error in failed] == [broken]
    scans, failed = efface.scan_all([broken, photo], policy=fast)
    assert [len(one.faces) for one in scans] == [1]
    assert [error.path for error in failed] == [broken]


def test_a_contact_sheet_of_given_regions(clip: Path) -> None:
    regions = efface.detect(clip, recall="fast")
    track = Track("z1", (Box(0, 10, 10, 40, 40),), source="person", zone=True)
    pages = efface.contact_sheet(clip, regions=efface.Regions(regions.media, (track,)), columns=4)
    assert pages == (clip.with_name("clip.contact-sheet.png"),)
    assert pages[0].exists()
    assert efface.clean(list_only=True).analyses == ()


def test_an_interruption_is_no_error_that_a_loop_goes_on_after(
    photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from efface.workflow.redact import photo as way  # noqa: PLC0415

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(way, "_verified", stop)
    with pytest.raises(KeyboardInterrupt):
        efface.redact(photo, policy={"detect": {"recall": "fast"}})
    report = efface.redact_all([photo], policy={"detect": {"recall": "fast"}})
    assert isinstance(report.files[0].error, StoppedError)
    assert [path.name for path in photo.parent.iterdir()] == ["photo.jpg"]
