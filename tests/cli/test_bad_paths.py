"""Names and files that a careless or hostile user gives: an error that says so, never a bug."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.running import Efface, Run

LONG = "x" * 300 + ".jpg"

unix = pytest.mark.skipif(os.name != "posix", reason="needs a Unix")


def told(run: Run, code: int, word: str) -> None:
    assert run.code == code, run.err
    assert word in run.err
    assert "Traceback" not in run.err


@pytest.mark.parametrize("command", ["redact", "detect", "inspect"])
def test_a_name_that_is_too_long(tmp_path: Path, command: str, efface: Efface) -> None:
    told(efface(command, tmp_path / LONG), 5, "cannot be read")


def test_an_output_name_that_is_too_long(photo: Path, efface: Efface) -> None:
    told(efface("redact", photo, "-o", photo.with_name(LONG)), 8, "too long")
    assert [p.name for p in photo.parent.iterdir()] == ["photo.jpg"]


@pytest.mark.parametrize("command", ["redact", "detect", "inspect"])
def test_an_empty_name_is_not_the_current_folder(photo: Path, command: str, efface: Efface) -> None:
    """An unset variable of a shell."""
    told(efface(command, "", cwd=photo.parent), 2, "empty name")


@unix
@pytest.mark.parametrize("command", ["redact", "detect", "inspect"])
@pytest.mark.parametrize("name", ["pipe.jpg", "pipe"])
def test_a_pipe_is_no_photo(tmp_path: Path, command: str, name: str, efface: Efface) -> None:
    os.mkfifo(tmp_path / name)
    told(efface(command, tmp_path / name), 5, "pipe")
    if command != "inspect":
        told(efface(command, tmp_path), 5, "pipe")


@unix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may read everything")
def test_a_locked_folder(photo: Path, efface: Efface) -> None:
    locked = photo.parent / "locked"
    locked.mkdir()
    locked.chmod(0)
    try:
        for command in ("redact", "detect", "inspect"):
            told(efface(command, locked / "a.jpg"), 5, "cannot be read")
        told(efface("redact", photo, "-o", locked / "a.jpg"), 8, "no right")
        told(efface("redact", photo, "--regions", locked / "r.json"), 5, "cannot be read")
    finally:
        locked.chmod(0o700)


def test_a_locked_path_is_a_bad_input_to_every_helper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for root, whom rights do not stop."""
    from efface.files.paths import exists, is_folder, same_place  # noqa: PLC0415

    def no(self: Path, **_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", no)
    assert not is_folder(tmp_path)
    assert not exists(tmp_path)
    assert not same_place(tmp_path, tmp_path)


def test_a_missing_input_is_named_though_the_output_exists(photo: Path, efface: Efface) -> None:
    run = efface("redact", photo.with_name("missing.jpg"), "-o", photo, "--overwrite")
    told(run, 5, "missing.jpg")


@pytest.mark.parametrize("command", ["redact", "detect"])
def test_a_video_without_pictures_is_a_bad_input(
    tmp_path: Path, command: str, efface: Efface
) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"\0\0\0\x18ftypisom")
    told(efface(command, tmp_path / "clip.mp4"), 5, "MP4")


def test_a_name_without_an_ending_works_all_the_way(
    tmp_path: Path, jpeg_bytes: bytes, efface: Efface
) -> None:
    (tmp_path / "plain").write_bytes(jpeg_bytes)
    run = efface("redact", tmp_path / "plain")
    assert run.code == 0, run.err
    assert efface("inspect", tmp_path / "plain.effaced").code == 0


def test_an_output_named_as_another_format_is_refused_at_once(photo: Path, efface: Efface) -> None:
    out = photo.with_name("out.png")
    told(efface("redact", photo, "-o", out), 2, "it stays JPEG")
    assert not out.exists()


def test_a_whole_disk_needs_a_name_for_the_output(efface: Efface) -> None:
    told(efface("redact", Path("/").resolve()), 2, "whole disk")


def test_a_zone_on_a_page_of_another_size_is_not_lost(
    tmp_path: Path, portrait: NDArray[np.uint8], efface: Efface
) -> None:
    """Regions that leave a page's size out would otherwise clip its zones to the first page's."""
    pages = [Image.new("RGB", (64, 64), "grey"), Image.fromarray(portrait)]
    pages[0].save(tmp_path / "two.tif", save_all=True, append_images=pages[1:])
    document = efface("detect", tmp_path / "two.tif", "--json").json()
    zone = {"frame": 1, "box": [150, 150, 60, 60]}
    document["tracks"].append({"id": "badge", "zone": True, "boxes": [zone]})
    regions = tmp_path / "two.json"

    def redacted() -> Run:
        import json  # noqa: PLC0415

        regions.write_text(json.dumps(document), encoding="utf-8")
        return efface("redact", tmp_path / "two.tif", "--regions", regions)

    pages_stated = document["media"].pop("pages")
    told(redacted(), 2, "frame 1 has 64x64 pixels, in the file it has 256x256")
    document["media"]["pages"] = pages_stated
    assert redacted().code == 0
    with Image.open(tmp_path / "two.effaced.tif") as out:
        out.seek(1)
        assert np.asarray(out)[150:210, 150:210].max() == 0


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('{"schema": "efface.regions/1", "schema": "efface.regions/1"}', "twice"),
        ("{", "JSON"),
        ("[" * 100_000, "JSON"),
        ("1" * 10_000, "JSON"),
        ('{"schema": "efface.regions/1", "files": [], "file": 1}', "nothing else"),
    ],
    ids=["a key twice", "cut short", "deep", "a long number", "unknown key"],
)
def test_regions_that_are_not_valid_are_refused(
    photo: Path, text: str, word: str, efface: Efface
) -> None:
    regions = photo.with_name("r.json")
    regions.write_text(text, encoding="utf-8")
    told(efface("redact", photo, "--regions", regions), 2, word)


def test_regions_with_a_byte_order_mark_are_read(photo: Path, efface: Efface) -> None:
    regions = photo.with_name("r.json")
    regions.write_text(efface("detect", photo, "--json").out, encoding="utf-8-sig")
    assert efface("redact", photo, "--regions", regions).code == 0


def test_errors_before_the_work_are_json_too(photo: Path, efface: Efface) -> None:
    run = efface("redact", photo, "--json", "--regions", photo.with_name("missing.json"))
    assert run.code == 5
    assert run.json()["schema"] == "efface.error/1"
    assert "missing.json" in run.json()["file"]


def script(text: str, *args: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", text, *map(str, args)],
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )


def test_a_bug_on_one_file_does_not_cost_the_others(photo: Path) -> None:
    (photo.parent / "b.bmp").write_bytes(_bmp())
    done = script(
        "import sys\n"
        "from efface.media.bmp.photo import BmpPhoto\n"
        "def broken(self, *a): raise RuntimeError('surprise')\n"
        "BmpPhoto.picture = broken\n"
        "sys.argv = ['efface', 'redact', *sys.argv[1:]]\n"
        "from efface.cli.main import main\n"
        "main()\n",
        photo.parent / "b.bmp",
        photo,
        "-o",
        photo.parent / "out",
    )
    assert done.returncode == 6
    assert b"surprise" in done.stderr
    assert b"exit code 1" in done.stderr
    assert b"Traceback" not in done.stderr
    assert [p.name for p in (photo.parent / "out").iterdir()] == ["photo.jpg"]


def _bmp() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "grey").save(out, "BMP")
    return out.getvalue()


MAIN = "import sys; from efface.cli.main import main; sys.argv = ['efface', *sys.argv[1:]]; main()"


def test_a_name_that_the_consoles_encoding_lacks(tmp_path: Path, jpeg_bytes: bytes) -> None:
    path = tmp_path / "写真.jpg"
    path.write_bytes(jpeg_bytes)
    done = script(MAIN, "detect", path, PYTHONIOENCODING="cp1252")
    assert done.returncode == 0, done.stderr
    assert b"u5199" in done.stdout


@unix
def test_a_run_that_outlives_its_terminal_goes_on(photo: Path) -> None:
    """``nohup``: the signal was ignored before efface started."""
    text = (
        "import os, signal, sys\n"
        "from efface.media.jpeg import JpegPhoto\n"
        "write = JpegPhoto.write\n"
        "def hung_up(self, *a):\n"
        "    os.kill(os.getpid(), signal.SIGHUP)\n"
        "    return write(self, *a)\n"
        "JpegPhoto.write = hung_up\n" + MAIN
    )
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        done = script(text, "redact", photo)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert done.returncode == 0, done.stderr
    photo.with_name("photo.effaced.jpg").unlink()
    assert script(text, "redact", photo).returncode == 130


@unix
def test_a_full_disk_under_stdout_is_code_8(photo: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "efface.cli.main", "detect", photo, "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 8
    assert b"Traceback" not in done.stderr
