"""The main job from the outside: files, exit codes, what is and is not left on disk."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.running import Efface

from efface.regions import Regions


def black_share(path: Path) -> float:
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"))
    return float((pixels.max(axis=2) <= 3).mean())


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_a_photo_is_redacted_beside_itself(photo: Path, efface: Efface) -> None:
    original = photo.read_bytes()
    run = efface("redact", photo)
    assert run.code == 0, run.err
    target = photo.with_name("photo.effaced.jpg")
    assert names(photo.parent) == {"photo.jpg", "photo.effaced.jpg"}
    assert photo.read_bytes() == original
    assert 0.02 < black_share(target) - black_share(photo) < 0.4
    assert re.search(r"1 track; zones cover \d+ % of the picture", run.err)
    assert run.out == ""


def test_json_names_everything_a_program_needs(photo: Path, efface: Efface) -> None:
    out = photo.with_name("out.jpg")
    run = efface("redact", photo, "-o", out, "--json", "-q")
    report = run.json()
    (file,) = report["files"]
    assert report["schema"] == "efface.report/1"
    assert (run.code, report["exit_code"], file["status"]) == (0, 0, "redacted")
    assert file["output"] == str(out)
    assert file["faces"] == 1
    assert file["counts"] == {"tracks": 1, "kept": [], "drawn_zones": 0}
    assert 0.02 < file["covered"]["mean"] == file["covered"]["largest"] < 0.4
    assert len(file["zones"]) == 1
    assert "CenterFace" in file["detector"]
    assert "YuNet" in file["rescan"]["detector"]
    assert file["rescan"]["uncovered"] == []
    assert file["outside_zones"] == {
        "exact": True, "unit": "coefficients", "ssim": None, "psnr_db": None, "shift": None,
    }  # fmt: skip
    assert set(file["cpu_seconds"]) == {"read", "detect", "write", "verify", "rescan"}
    assert report["limits"]
    assert run.err == ""


def test_a_folder_keeps_its_structure_and_goes_on_after_bad_files(
    tmp_path: Path, jpeg_bytes: bytes, portrait: object, efface: Efface
) -> None:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "good.jpg").write_bytes(jpeg_bytes)
    Image.fromarray(portrait).save(folder / "deep" / "good.png")  # type: ignore[arg-type]
    (folder / "truncated.jpg").write_bytes(jpeg_bytes[: len(jpeg_bytes) // 2])
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "text.jpg").write_text("not a picture")
    (folder / "really.png").write_bytes(jpeg_bytes)
    (folder / "raw.nef").write_bytes(b"II*\0")
    (folder / "notes.txt").write_text("hello")
    (folder / "loop.jpg").symlink_to(folder / "loop.jpg")
    Image.new("RGB", (64, 64), "grey").save(folder / "deep" / "nobody.jpg")
    run = efface("redact", folder, "-o", tmp_path / "out", "--json")
    outcome = {Path(f["input"]).name: (f["status"], f["exit_code"]) for f in run.json()["files"]}
    assert outcome == {
        "good.jpg": ("redacted", 0),
        "good.png": ("redacted", 0),
        "truncated.jpg": ("failed", 5),
        "empty.jpg": ("failed", 5),
        "text.jpg": ("failed", 5),
        "really.png": ("refused", 2),
        "raw.nef": ("unhandled", 2),
        "notes.txt": ("skipped", 0),
        "loop.jpg": ("failed", 5),
        "nobody.jpg": ("no-face", 3),
    }
    assert run.code == 6
    assert names(tmp_path / "out") == {"good.jpg", "deep/good.png"}
    for name in outcome:
        assert name in run.err


def test_files_that_can_hold_pictures_are_never_skipped(
    tmp_path: Path, jpeg_bytes: bytes, efface: Efface
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    contents = {
        "page.pdf": b"%PDF-1.7",
        "named.bin": b"8BPS\0\1",
        "drawing.svg": b"<?xml version='1.0'?>\n<svg xmlns='x'/>",
        "old.tga": b"\0\0\2",
        "letter.docx": b"PK\3\4",
        "notes.txt": b"hello",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    run = efface("redact", folder, "-o", tmp_path / "out", "--json")
    outcome = {Path(f["input"]).name: f["status"] for f in run.json()["files"]}
    assert outcome == dict.fromkeys(contents, "unhandled") | {"notes.txt": "skipped"}
    assert run.code == 6
    assert "a Photoshop file" in run.err
    assert "document" in run.err
    for command in ("detect", "redact"):
        alone = efface(command, folder / "page.pdf")
        assert alone.code == 2
        assert "Export its pages" in alone.err


BAD = {
    "missing": (None, 5),
    "empty": (b"", 5),
    "text": (b"this is no picture at all", 5),
    "only a signature": (b"\xff\xd8\xff", 5),
}


@pytest.mark.parametrize(("content", "code"), BAD.values(), ids=BAD.keys())
def test_one_bad_file_ends_with_its_own_code(
    tmp_path: Path, content: bytes | None, code: int, efface: Efface
) -> None:
    bad = tmp_path / "bad.jpg"
    if content is not None:
        bad.write_bytes(content)
    before = names(tmp_path)
    run = efface("redact", bad)
    assert run.code == code
    assert "bad.jpg" in run.err
    assert "Traceback" not in run.err
    assert names(tmp_path) == before


def test_a_bomb_is_refused_by_the_policys_limits(photo: Path, efface: Efface) -> None:
    policy = photo.with_name("policy.toml")
    policy.write_text('schema = "efface.policy/1"\n[limits]\nmax_megapixels = 0.05\n')
    run = efface("redact", photo, "--policy", policy)
    assert run.code == 2
    assert "max_megapixels" in run.err


def test_no_face_is_code_3_unless_accepted(tmp_path: Path, efface: Efface) -> None:
    plain = tmp_path / "plain.png"
    Image.new("RGB", (80, 60), (120, 130, 140)).save(plain)
    run = efface("redact", plain)
    assert run.code == 3
    assert names(tmp_path) == {"plain.png"}
    run = efface("redact", plain, "--allow-no-face", "--json")
    assert run.code == 0
    (file,) = run.json()["files"]
    assert file["status"] == "no-face"
    assert any("accepted" in note for note in file["notes"])
    assert names(tmp_path) == {"plain.png", "plain.effaced.png"}


def test_output_equal_to_input_is_refused(photo: Path, efface: Efface) -> None:
    original = photo.read_bytes()
    for overwrite in ([], ["--overwrite"]):
        run = efface("redact", photo, "-o", photo, *overwrite)
        assert run.code == 2
        assert photo.read_bytes() == original


def test_an_existing_output_is_refused_and_left_alone(photo: Path, efface: Efface) -> None:
    target = photo.with_name("photo.effaced.jpg")
    target.write_bytes(b"precious")
    assert efface("redact", photo).code == 2
    assert target.read_bytes() == b"precious"
    assert efface("redact", photo, "--overwrite").code == 0
    assert target.read_bytes() != b"precious"


def test_two_inputs_to_one_output_are_refused(photo: Path, efface: Efface) -> None:
    other = photo.parent / "sub" / "photo.jpg"
    other.parent.mkdir()
    shutil.copy(photo, other)
    run = efface("redact", photo, other, "-o", photo.parent / "out")
    assert run.code == 2
    assert not (photo.parent / "out").exists()


def test_an_unwritable_place_is_code_8(photo: Path, efface: Efface) -> None:
    (photo.parent / "file").write_bytes(b"")
    run = efface("redact", photo, "-o", photo.parent / "file" / "out.jpg")
    assert run.code == 8
    assert "Traceback" not in run.err


@pytest.mark.skipif(sys.platform == "win32", reason="needs resource limits")
def test_a_full_disk_is_code_8_and_leaves_nothing(photo: Path) -> None:
    """A limit on file sizes stands in for the full disk: write() fails half-way."""
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
        "sys.argv = ['efface', 'redact', sys.argv[1]]\n"
        "from efface.cli.main import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, photo], capture_output=True, text=True, check=False
    )
    assert done.returncode == 8, done.stderr
    assert names(photo.parent) == {"photo.jpg"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing(photo: Path, number: int) -> None:
    """Interrupted while the temporary file exists: the write is held up to be sure of that."""
    script = (
        "import sys, time\n"
        "from efface.media.jpeg import JpegPhoto\n"
        "write = JpegPhoto.write\n"
        "def slow(self, zones, colour, encode, out):\n"
        "    done = write(self, zones, colour, encode, out)\n"
        "    print('written', flush=True)\n"
        "    time.sleep(60)\n"
        "    return done\n"
        "JpegPhoto.write = slow\n"
        "sys.argv = ['efface', 'redact', sys.argv[1]]\n"
        "from efface.cli.main import main\n"
        "main()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, photo], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"written"
    assert len(names(photo.parent)) == 2
    process.send_signal(number)
    process.communicate(timeout=30)
    assert process.returncode == 130
    assert names(photo.parent) == {"photo.jpg"}


@pytest.mark.parametrize(
    "name", ["spaces and ümlauts.jpg", "-dash.jpg", "quote\"'.jpg", "esc\x1b[31m.jpg", "[b].jpg"]
)
def test_odd_names_work(tmp_path: Path, jpeg_bytes: bytes, name: str, efface: Efface) -> None:
    odd = tmp_path / name
    odd.write_bytes(jpeg_bytes)
    run = efface("redact", "--", odd)
    assert run.code == 0, run.err
    assert "\x1b" not in run.err
    assert (tmp_path / (odd.stem + ".effaced.jpg")).exists()


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text exist on Linux")
def test_a_name_that_is_no_text_works(tmp_path: Path, jpeg_bytes: bytes, efface: Efface) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9.jpg")
    odd.write_bytes(jpeg_bytes)
    run = efface("redact", odd, "--json")
    assert run.code == 0, run.err
    assert run.json()["files"][0]["status"] == "redacted"


def test_regions_are_given_back_edited(photo: Path, efface: Efface) -> None:
    found = efface("detect", photo, "--json").json()
    Regions.from_json(found)
    edited = photo.with_name("edited.json")

    found["tracks"][0]["action"] = "keep"
    found["tracks"].append(
        {"id": "mine", "source": "person", "zone": True, "boxes": [{"box": [0, 200, 40, 30]}]}
    )
    edited.write_text(json.dumps(found))
    run = efface("redact", photo, "--regions", edited, "--json")
    assert run.code == 0, run.err
    (file,) = run.json()["files"]
    assert file["kept"] == ["t1"]
    assert [z["track"] for z in file["zones"]] == ["mine"]
    assert file["zones"][0]["zone"][0] == 0


def test_a_face_taken_out_of_the_regions_fails_the_gate(photo: Path, efface: Efface) -> None:
    found = efface("detect", photo, "--json").json()
    found["tracks"] = [
        {"id": "mine", "source": "person", "zone": True, "boxes": [{"box": [0, 200, 40, 30]}]}
    ]
    edited = photo.with_name("edited.json")
    edited.write_text(json.dumps(found))
    run = efface("redact", photo, "--regions", edited, "--json")
    assert run.code == 4
    (file,) = run.json()["files"]
    assert len(file["rescan"]["uncovered"]) == 1
    assert names(photo.parent) == {"photo.jpg", "edited.json"}
    run = efface("redact", photo, "--regions", edited, "--accept-rescan", "--json")
    assert run.code == 0
    assert any("accepted" in note for note in run.json()["files"][0]["notes"])


def test_keep_leaves_a_track_visible(photo: Path, efface: Efface) -> None:
    run = efface("redact", photo, "--keep", "t1", "--json")
    assert run.code == 0, run.err
    (file,) = run.json()["files"]
    assert file["kept"] == ["t1"]
    assert file["zones"] == []
    assert file["status"] == "kept"
    assert efface("redact", photo, "--keep", "t7", "--overwrite").code == 2


def test_regions_of_another_file_are_refused(photo: Path, efface: Efface) -> None:
    document = efface("detect", photo, "--json").json()
    document["media"]["sha256"] = "0" * 64
    edited = photo.with_name("edited.json")
    edited.write_text(json.dumps(document))
    run = efface("redact", photo, "--regions", edited)
    assert run.code == 2
    assert "another" in run.err or "other" in run.err


def test_colour_and_shape_come_from_the_command_line(photo: Path, efface: Efface) -> None:
    run = efface("redact", photo, "--colour", "#ff0000", "--shape", "rounded")
    assert run.code == 0, run.err
    with Image.open(photo.with_name("photo.effaced.jpg")) as image:
        pixels = np.asarray(image).astype(int)
    red = (pixels[..., 0] > 245) & (pixels[..., 1] < 12) & (pixels[..., 2] < 12)
    assert red.mean() > 0.02
    assert efface("redact", photo, "--colour", "red", "--overwrite").code == 2


def test_files_beside_it_are_named(photo: Path, efface: Efface) -> None:
    photo.with_suffix(".mov").write_bytes(b"")
    run = efface("redact", photo)
    assert run.code == 0
    assert "Live Photo" in run.err


def test_the_command_line_starts_without_heavy_imports() -> None:
    script = (
        "import sys; sys.argv=['efface','--help']\n"
        "import efface.cli.main\n"
        "heavy = {'numpy', 'openvino', 'PIL', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_nothing_is_sent_anywhere(photo: Path) -> None:
    """With sockets forbidden the whole job still works."""
    script = (
        "import socket, sys\n"
        "def no(*a, **k): raise AssertionError('a socket was opened')\n"
        "socket.socket.connect = no\n"
        "socket.create_connection = no\n"
        "socket.getaddrinfo = no\n"
        "sys.argv = ['efface', 'redact', sys.argv[1]]\n"
        "from efface.cli.main import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, photo], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_temporary_files_hold_nothing(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's folder for temporary files stays empty."""
    temporary = photo.parent / "tmp"
    temporary.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "efface.cli.main", "redact", photo],
        env={**os.environ, "TMPDIR": str(temporary), "XDG_CACHE_HOME": str(photo.parent / "c")},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    time.sleep(0.1)
    assert names(temporary) == set()


def test_quiet_still_names_failures(photo: Path, efface: Efface) -> None:
    assert efface("redact", photo, "-q").err == ""
    run = efface("redact", photo.with_name("none.jpg"), "-q")
    assert run.code == 5
    assert "none.jpg" in run.err


def test_an_empty_folder_is_no_success(tmp_path: Path, efface: Efface) -> None:
    (tmp_path / "empty").mkdir()
    assert efface("redact", tmp_path / "empty").code == 2


def test_people_are_named_within_a_project(photo: Path, efface: Efface) -> None:
    key, other = photo.with_name("story.key"), photo.with_name("b.jpg")
    named, of_it = ("redact", photo, "--dry-run", "--person", "t1=A"), ("--project", key)

    def refused(*args: str | Path) -> str:
        run = efface(*args)
        assert run.code == 2
        return run.err

    assert "no project" in refused(*named)
    assert "goes with --person" in refused("redact", photo, *of_it)
    assert efface("keys", "project", key).code == 0
    made = key.read_bytes()
    assert "exists already" in refused("keys", "project", key)
    assert key.read_bytes() == made
    assert efface(*named, *of_it).code == 0
    assert "--method replace" in refused(*named, *of_it, "--method", "solid")
    shutil.copy(photo, other)
    assert "one at a time" in refused(*named, other, *of_it, "-o", photo.with_name("out"))
    assert "'t9'" in refused("redact", photo, *of_it, "--person", "t9=A")
    assert not photo.with_name("photo.effaced.jpg").exists()
