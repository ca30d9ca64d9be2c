"""Videos from the outside: what a user types, reads and finds on disk."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.running import Efface
from tests.walks import FRAMES, face_in, ground, is_filled, seen, sound_of, write_clip


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def started(clip: Path, held_up: str) -> subprocess.Popen[str]:
    """A run that says ``here`` and waits, where the script tells it to."""
    script = f"import sys, time\n{held_up}\nsys.argv = ['efface', 'redact', sys.argv[1]]\n"
    script += "from efface.cli.main import main\nmain()\n"
    return subprocess.Popen(
        [sys.executable, "-c", script, clip],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


IN_ANALYSIS = """
from efface.detect import video as watching
from efface.detect import saved_analysis as observations
observations.FLUSH_S = 0.0
find = watching.find_tracks
def slow(*args, tell, **options):
    def held(seen):
        tell(seen)
        if seen.frame == 14:
            print('here', flush=True)
            time.sleep(60)
    return find(*args, tell=held, **options)
watching.find_tracks = slow
"""

IN_WRITING = """
from efface.workflow.redact import attempt
write = attempt.write_video
def slow(*args, **options):
    def held(frame):
        if frame.index == 20:
            print('here', flush=True)
            time.sleep(60)
    return write(*args, **{**options, 'tell': held})
attempt.write_video = slow
"""


def test_a_person_reads_what_was_done(clip: Path, efface: Efface) -> None:
    run = efface("redact", clip)
    assert run.code == 0, run.err
    assert names(clip.parent) == {"clip.mp4", "clip.effaced.mp4"}
    assert f"{FRAMES} of {FRAMES} frames have a zone." in run.err
    assert "Rescan: 0 uncovered face(s)" in run.err
    assert "SSIM" in run.err and "libx264" in run.err
    assert "a voice identifies a person" in run.err
    assert run.out == ""


def test_detect_edit_redact(clip: Path, efface: Efface) -> None:
    document = efface("detect", clip, "--json").json()
    assert document["schema"] == "efface.regions/1"
    assert (document["media"]["kind"], document["media"]["frames"]) == ("video", FRAMES)
    [track] = document["tracks"]
    zone = {"id": "badge", "zone": True, "boxes": [{"frame": 3, "box": [200, 8, 30, 20]}]}
    track["action"] = "keep"
    document["tracks"].append(zone)
    regions = clip.with_name("clip.json")
    regions.write_text(json.dumps(document))
    run = efface("redact", clip, "--regions", regions, "--audio", "drop", "--json", "-q")
    assert run.code == 0, run.err
    [file] = run.json()["files"]
    assert (file["kept"], file["video"]["frames_covered"]) == (["t1"], 1)
    written = seen(clip.with_name("clip.effaced.mp4"))
    assert is_filled(written[3][8:28, 200:230])
    assert not is_filled(written[20][8:28, 200:230])
    assert not is_filled(face_in(written[10], 10))
    assert sound_of(clip.with_name("clip.effaced.mp4")) == []


def test_detect_prints_where_each_face_shows(clip: Path, efface: Efface) -> None:
    run = efface("detect", clip, "--fast")
    assert "240x160, 30 frame(s), 1 track\n" in run.out
    assert "frames 0 to 29 (0.00 to 1.45 s)" in run.out


def test_keep_and_zone_are_taken_from_the_command_line(clip: Path, efface: Efface) -> None:
    args = ("--keep", "t1@0.5-0.95", "--zone", "200,8,30,20", "--zone", "0,132,9,9@0 99,132,9,9@1")
    run = efface("redact", clip, *args, "--json", "-q", "--fast")
    assert run.code == 0, run.err
    [file] = run.json()["files"]
    assert file["kept"] == ["t1.kept"]
    assert file["faces"] == 5
    kept = [{"track": "t1", "from_s": 0.5, "to_s": 0.95}]
    assert file["counts"] == {"tracks": 1, "kept": kept, "drawn_zones": 2}
    assert 0 < file["covered"]["mean"] < file["covered"]["largest"] < 1


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--keep", "t1@later"), "expected a time span"),
        (("--keep", "t1@5-3"), "ends before it begins"),
        (("--keep", "t9@0-1"), "t9"),
        (("--keep", "t1@60-70"), "no frame lies between 60 and 70 seconds"),
        (("--zone", "1,2,3"), "expected a zone as X,Y,WIDTH,HEIGHT"),
        (("--zone", "900,2,30,30"), "outside the picture of 240x160"),
        (("--zone", "1,2,3,4@1 1,2,3,4"), "needs a time"),
        (("--quality", "200"), "video.quality"),
    ],
)
def test_what_cannot_be_meant_is_code_2_in_words(
    clip: Path, efface: Efface, found: Path, args: tuple[str, ...], words: str
) -> None:
    run = efface("redact", clip, "--regions", found, *args)
    assert run.code == 2
    assert words in run.err
    assert "Traceback" not in run.err
    assert names(clip.parent) == {"clip.mp4"}


@pytest.fixture(scope="module")
def found(walk_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The regions of the walk as a file."""
    from efface.api import detect  # noqa: PLC0415 - most tests run it in its own process

    path = tmp_path_factory.mktemp("found") / "walk.json"
    path.write_text(json.dumps(detect(walk_file).to_json()))
    return path


def test_choices_are_for_one_file(clip: Path, efface: Efface) -> None:
    shutil.copy(clip, clip.with_name("other.mp4"))
    run = efface("redact", clip.parent, "-o", clip.parent / "out", "--zone", "1,2,3,4")
    assert run.code == 2
    assert "for one file" in run.err


def test_a_photo_has_no_times(photo: Path, efface: Efface) -> None:
    run = efface("redact", photo, "--zone", "1,2,30,40@0-1", "--fast")
    assert run.code == 2
    assert "a photo has no times" in run.err


def test_a_zone_is_drawn_on_a_photo_too(photo: Path, efface: Efface) -> None:
    run = efface("redact", photo, "--zone", "200,200,40,40", "--fast", "--json", "-q")
    assert run.code == 0, run.err
    assert [zone["track"] for zone in run.json()["files"][0]["zones"]] == ["t1", "z1"]


def test_photos_and_videos_of_a_folder_go_together(
    tmp_path: Path, walk_file: Path, jpeg_bytes: bytes, efface: Efface
) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    (folder / "deep").mkdir(parents=True)
    data = walk_file.read_bytes()
    (folder / "deep" / "walk.mp4").write_bytes(data)
    (folder / "photo.jpg").write_bytes(jpeg_bytes)
    (folder / "cut.mp4").write_bytes(data[: len(data) // 2])
    (folder / "no.mp4").write_text("no video")
    (folder / "notes.txt").write_text("hello")
    write_clip(folder / "nobody.mp4", [ground()] * 3)
    run = efface("redact", folder, "-o", out, "--json", "--fast")
    assert run.code == 6
    files: list[dict[str, Any]] = run.json()["files"]
    codes = {Path(file["input"]).name: file["exit_code"] for file in files}
    assert codes == {
        "walk.mp4": 0, "photo.jpg": 0, "cut.mp4": 5, "no.mp4": 5, "nobody.mp4": 3, "notes.txt": 0,
    }  # fmt: skip
    assert names(out) == {"deep/walk.mp4", "photo.jpg"}


@pytest.mark.parametrize(
    ("held_up", "beside"), [(IN_ANALYSIS, 0), (IN_WRITING, 1)], ids=["analysis", "writing"]
)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_stopped_goes_on_where_it_was(
    clip: Path, state: Path, efface: Efface, number: int, *, held_up: str, beside: int
) -> None:
    process = started(clip, held_up)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "here", process.communicate()[1]
    process.send_signal(number)
    process.communicate(timeout=60)
    assert len([name for name in names(state) if name.endswith(".jsonl")]) == 1
    # a process that is killed cannot tidy up: what it wrote so far has no face either
    unfinished = names(clip.parent) - {"clip.mp4"}
    assert len(unfinished) <= (beside if number == signal.SIGKILL else 0)
    assert all(name.startswith(".efface-") for name in unfinished)
    run = efface("redact", clip)
    assert run.code == 0, run.err
    assert "An earlier run was interrupted: what it saw in" in run.err
    assert names(clip.parent) == {"clip.mp4", "clip.effaced.mp4"}
    assert names(state) == set()


def test_what_was_resumed_gives_the_same_regions(clip: Path, found: Path, efface: Efface) -> None:
    process = started(clip, IN_ANALYSIS)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "here"
    process.kill()
    process.communicate(timeout=60)
    resumed = efface("redact", clip, "--reproducible")
    assert "An earlier run was interrupted" in resumed.err
    out = clip.with_name("direct.mp4")
    direct = efface("redact", clip, "-o", out, "--reproducible", "--regions", found)
    assert direct.code == 0, direct.err
    assert clip.with_name("clip.effaced.mp4").read_bytes() == out.read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="limits on file sizes are POSIX's")
def test_a_full_disk_is_code_8_and_leaves_nothing_unfinished(clip: Path) -> None:
    """A limit on file sizes stands in for the full disk: write() fails half-way."""
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))\n"
        "sys.argv = ['efface', 'redact', sys.argv[1]]\n"
        "from efface.cli.main import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, clip], capture_output=True, text=True, check=False
    )
    assert done.returncode == 8, done.stderr
    assert names(clip.parent) == {"clip.mp4"}
