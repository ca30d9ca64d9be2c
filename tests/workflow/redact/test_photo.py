"""One photo from end to end, its faces given: what is said of it, and what keeps it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.workflow.redact.asking import FACE, ask, digest_of, faces, picture, quick

from efface.errors import (
    EffaceError,
    GateError,
    InputError,
    NoFaceError,
    OutputError,
    RefusedError,
    VerificationError,
)
from efface.events import Event, StepStarted
from efface.geometry import Rect
from efface.media.interface import Photo
from efface.policy import Limits, Policy
from efface.regions import Box, Track
from efface.regions.choices import drawings, keeps
from efface.workflow.redact.file import redact_file
from efface.workflow.redact.ports import Notarised, Ports
from efface.workflow.redact.report import FileReport
from efface.workflow.redact.report_form import NotarisedEntry
from efface.zones.zone import Zone


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return picture(tmp_path / "a.png")


def left(folder: Path) -> set[str]:
    """Names in a folder."""
    return {path.name for path in folder.iterdir()}


def steps(events: Sequence[Event]) -> list[str]:
    return [event.step for event in events if isinstance(event, StepStarted)]


def test_the_face_is_covered_and_all_is_said(source: Path) -> None:
    before = source.read_bytes()
    events: list[Event] = []
    report = redact_file(ask(source), events.append)
    assert (report.status, report.exit_code, report.error) == ("redacted", 0, None)
    target = source.with_name("out.png")
    assert report.target == target
    assert source.read_bytes() == before
    assert left(source.parent) == {"a.png", "out.png"}
    assert report.sha256 == digest_of(source)
    assert report.target_sha256 == digest_of(target)
    assert (report.format, report.width, report.height, report.frames) == ("PNG", 48, 40, 1)
    assert (report.faces, report.kept, report.recall) == (1, (), None)
    assert report.detector == "none: regions were given"
    assert report.notes == ("The rescan was switched off by the policy.",)
    assert report.fidelity is not None and report.fidelity.exact
    assert {*report.cpu_seconds} == {"read", "detect", "write", "verify", "rescan"}
    assert steps(events) == ["read", "write", "verify"]
    (zone,) = report.zones
    x, y, width, height = FACE
    assert zone.rect.x0 < x and zone.rect.y0 < y
    assert zone.rect.x1 > x + width and zone.rect.y1 > y + height
    ours, theirs = (np.asarray(Image.open(path).convert("RGB")) for path in (source, target))
    mask = np.zeros(ours.shape[:2], bool)
    mask[zone.rect.y0 : zone.rect.y1, zone.rect.x0 : zone.rect.x1] = zone.mask()
    assert not theirs[mask].any()
    assert (ours[~mask] == theirs[~mask]).all()
    assert report.covered is not None
    assert report.covered.largest == pytest.approx(mask.mean(), abs=1e-3)


def test_a_face_that_is_kept_stays_and_the_file_is_called_kept(source: Path) -> None:
    report = redact_file(ask(source, keep=keeps("t1")))
    assert (report.status, report.exit_code, report.kept, report.zones) == ("kept", 0, ("t1",), ())
    assert report.target is not None
    before, after = (np.asarray(Image.open(path)) for path in (source, report.target))
    assert (before == after).all()


def test_what_is_drawn_by_hand_is_covered_as_it_is_drawn(source: Path) -> None:
    nobody = faces(source, ())
    report = redact_file(ask(source, regions=nobody, drawn=drawings("30,20,7,9")))
    assert report.status == "redacted"
    assert [zone.rect for zone in report.zones] == [Rect(30, 20, 37, 29)]


def test_without_a_face_nothing_is_written_unless_that_is_accepted(source: Path) -> None:
    nobody = faces(source, ())
    report = redact_file(ask(source, regions=nobody))
    assert (report.status, report.exit_code) == ("no-face", 3)
    assert isinstance(report.error, NoFaceError)
    assert left(source.parent) == {"a.png"}
    report = redact_file(ask(source, regions=nobody, allow_no_face=True))
    assert (report.status, report.exit_code) == ("no-face", 0)
    assert "No face was found; the user accepted that." in report.notes
    assert report.target is not None and report.target.exists()


def test_a_dry_run_decodes_and_writes_nothing(source: Path) -> None:
    report = redact_file(ask(source, dry_run=True))
    assert (report.status, report.exit_code, report.target) == ("planned", 0, None)
    assert report.planned == source.with_name("out.png")
    cut = source.with_name("cut.png")
    cut.write_bytes(source.read_bytes()[:-60])
    report = redact_file(ask(cut, dry_run=True, regions=faces(source)))
    assert report.exit_code == 5
    assert left(source.parent) == {"a.png", "cut.png"}


REFUSED: dict[str, tuple[dict[str, Any], type[EffaceError], str]] = {
    "times": ({"keep": keeps("t1@0:01-0:02")}, RefusedError, "no times"),
    "an unknown track": ({"keep": keeps("t7")}, RefusedError, "t7"),
    "a limit": ({"policy": replace(quick(), limits=Limits(max_megapixels=1e-4))}, RefusedError, ""),
    "a likeness": ({"policy": quick(min_ssim=1.0)}, VerificationError, "SSIM"),
    "a shift": ({"policy": quick(min_ssim=0.1, max_shift=1e-9)}, VerificationError, "moved by"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_done_leaves_nothing(what: str, tmp_path: Path) -> None:
    asked, kind, words = REFUSED[what]
    source = picture(tmp_path / "a.webp", size=(200, 160), quality=60)
    report = redact_file(ask(source, regions=faces(source), **asked))
    assert isinstance(report.error, kind)
    assert words in (report.message or "")
    assert report.hint
    assert (report.exit_code, report.target) == (kind.exit_code, None)
    assert left(tmp_path) == {"a.webp"}


def test_regions_of_another_picture_are_refused(source: Path, tmp_path: Path) -> None:
    other = picture(tmp_path / "b.png", seed=2)
    report = redact_file(ask(source, regions=faces(other)))
    assert isinstance(report.error, RefusedError | InputError)
    assert left(tmp_path) == {"a.png", "b.png"}


def test_a_box_outside_the_picture_is_refused(source: Path) -> None:
    away = faces(source)
    away = replace(away, tracks=(Track("t1", (Box(0, 500, 500, 9, 9),)),))
    report = redact_file(ask(source, regions=away))
    assert report.exit_code != 0
    assert left(source.parent) == {"a.png"}


def test_a_folder_without_room_is_an_output_error(source: Path, tmp_path: Path) -> None:
    report = redact_file(ask(source, tmp_path / ("n" * 300 + ".png")))
    assert isinstance(report.error, OutputError | InputError | RefusedError)
    assert left(tmp_path) == {"a.png"}


class Clerk:
    """A notary that notes what it is asked, and can refuse each part."""

    def __init__(self, fails: str = "") -> None:
        self.asked: list[str] = []
        self.fails = fails

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if what == self.fails:
            raise RefusedError(f"no {what} here.", hint="Ask another one.")

    def check(self, digest: str, path: Path, target: Path, overwrite: bool) -> None:
        assert digest == digest_of(path)
        self._ask("check")

    def grown(self, original: Photo, zones: Sequence[Zone]) -> tuple[Zone, ...]:
        self._ask("grown")
        width, height = original.sizes[0]
        whole = Rect(0, 0, width, height)
        return tuple(replace(zone, rect=whole, outer=whole) for zone in zones)

    def sign(
        self,
        original: Photo,
        written: Photo,
        report: FileReport,
        *,
        policy: Policy,
        target: Path,
        overwrite: bool,
        zones: Sequence[Zone],
        kept: bytes,
    ) -> Notarised:
        assert not kept
        assert written.path.exists() and not target.exists()
        assert tuple(zones) == report.zones
        self._ask("sign")
        pack = NotarisedEntry(folder="case.pack", case="2" * 32, redaction=3, key="4" * 64)
        return Notarised("1" * 64, pack)


def test_a_notary_is_asked_in_turn_and_says_how_zones_grow(source: Path) -> None:
    clerk = Clerk()
    report = redact_file(ask(source, ports=Ports(notary=clerk)))  # type: ignore[arg-type]
    assert report.exit_code == 0
    assert clerk.asked == ["check", "grown", "sign"]
    assert report.target_sha256 == "1" * 64
    assert report.to_json()["pack"]["redaction"] == 3
    assert [zone.rect for zone in report.zones] == [Rect(0, 0, 48, 40)]
    assert report.target is not None
    assert not np.asarray(Image.open(report.target)).any()


@pytest.mark.parametrize("part", ["check", "grown", "sign"])
def test_what_a_notary_refuses_is_not_released(part: str, source: Path) -> None:
    clerk = Clerk(part)
    report = redact_file(ask(source, ports=Ports(notary=clerk)))  # type: ignore[arg-type]
    assert (report.status, report.message) == ("refused", f"no {part} here.")
    assert left(source.parent) == {"a.png"}
    assert clerk.asked[-1] == part


class Guard:
    """A gate that does not let anything pass."""

    def attack(self, files: tuple[Photo, Photo], *_: Any, target: Path, **__: Any) -> None:
        original, written = files
        assert written.sizes == original.sizes
        assert not target.exists()
        raise GateError("somebody was recognised.", hint="Cover more.")


def test_what_a_gate_finds_is_not_released(source: Path) -> None:
    report = redact_file(ask(source, ports=Ports(gate=Guard())))  # type: ignore[arg-type]
    assert (report.status, report.exit_code) == ("failed", GateError.exit_code)
    assert report.fidelity is not None, "what was known by then is told"
    assert left(source.parent) == {"a.png"}


def test_a_bug_is_booked_as_one_and_leaves_nothing(source: Path) -> None:
    class Broken:
        def attack(self, *_: Any, **__: Any) -> None:
            raise ZeroDivisionError

    report = redact_file(ask(source, ports=Ports(gate=Broken())))
    assert (report.status, report.exit_code) == ("failed", 1)
    assert "ZeroDivisionError" in (report.message or "")
    assert left(source.parent) == {"a.png"}


@pytest.mark.parametrize("at", ["read", "write", "verify"])
def test_an_interruption_leaves_nothing(at: str, source: Path) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, StepStarted) and event.step == at:
            raise KeyboardInterrupt

    report = redact_file(ask(source), stop)
    assert (report.status, report.exit_code) == ("stopped", 130)
    with pytest.raises(KeyboardInterrupt):
        report.or_raise()
    assert left(source.parent) == {"a.png"}
