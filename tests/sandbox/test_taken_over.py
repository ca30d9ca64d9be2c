"""What a file can do that has taken over its decoder: nothing, or end its own process. Each double
is seen to succeed where nothing confines it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sandbox.doubles import TAKEN_OVER, UNCONFINED, Doubled, mechanism, order, redacted
from tests.workflow.redact.asking import picture

from efface.sandbox.choice import chosen_mechanism

CONFINED = ("bubblewrap", "landlock")

ATTEMPTS = {
    "socket": "socket.create_connection(('127.0.0.1', PORT), 5).close()",
    "listens": "socket.socket().bind(('127.0.0.1', 0))",
    "home": "Path(SECRET).read_text()",
    "names": "os.listdir(os.path.dirname(SECRET))",
    "beside": "path.with_name('planted.txt').write_text('x')",
    "cut": "os.truncate(SECRET, 0)",
    "overwrite": "os.close(os.open(path, os.O_WRONLY))",
    "forks": "[os._exit(0) for n in range(FORKS) if os.fork() == 0]",
    "starts": "os.posix_spawn('/usr/bin/env', ['env'], {})",
    "kills": "os.kill(PARENT, 0)",
    "memory": "mmap.mmap(-1, 20 << 30)",
    "memfd": "os.memfd_create('x')",
}
"""What each double tries, by the name of the file that takes over."""


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """One for each attempt, and an honest one at the end."""
    folder = tmp_path / "in"
    folder.mkdir()
    paths = [folder / f"{name}.png" for name in (*ATTEMPTS, "honest")]
    for path in paths:
        picture(path)
    return paths


def taken_over(tmp_path: Path, port: int, forks: int) -> str:
    home = tmp_path / "home"
    home.mkdir()
    secret = home / "secret.txt"
    secret.write_text("secret")
    given = {"PORT": port, "SECRET": str(secret), "FORKS": forks, "PARENT": os.getpid()}
    begin = "".join(f"{name} = {value!r}\n" for name, value in given.items())
    return f"{begin}DOUBLES = {ATTEMPTS!r}\n{TAKEN_OVER}"


def test_each_succeeds_where_nothing_confines_it(
    tmp_path: Path, files: list[Path], listening: int
) -> None:
    code = taken_over(tmp_path, listening, 3) + UNCONFINED
    *reports, honest = redacted(files, tmp_path / "out", Doubled(mechanism("limits"), code))
    said = {report.source.stem: report.message for report in reports}
    assert said == dict.fromkeys(ATTEMPTS, "it succeeded")
    assert files[0].with_name("planted.txt").exists()
    assert (tmp_path / "home" / "secret.txt").read_text() == ""
    assert honest.status == "redacted"


@pytest.mark.parametrize("name", CONFINED)
def test_a_confined_one_gets_nowhere(
    name: str, tmp_path: Path, files: list[Path], listening: int
) -> None:
    means = mechanism(name)
    trouble = means.trouble()
    if trouble is not None:
        pytest.skip(trouble)
    code = taken_over(tmp_path, listening, 1000)
    *reports, honest = redacted(files, tmp_path / "out", Doubled(means, code))
    said = {report.source.stem: report.message or "" for report in reports}
    assert {key for key, words in said.items() if not words.startswith("refused: ")} == set()
    assert {report.exit_code for report in reports} == {5}
    assert {report.sandbox for report in (*reports, honest)} == {name}
    assert sorted(path.name for path in files[0].parent.iterdir()) == sorted(p.name for p in files)
    assert (tmp_path / "home" / "secret.txt").read_text() == "secret"
    assert honest.status == "redacted"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["honest.png"]


def test_limits_alone_bound_what_a_file_can_cost(
    tmp_path: Path, files: list[Path], listening: int
) -> None:
    code = taken_over(tmp_path, listening, 1000)
    *reports, honest = redacted(files, tmp_path / "out", Doubled(mechanism("limits"), code))
    said = {report.source.stem: report.message or "" for report in reports}
    for name in ("socket", "forks", "starts", "kills", "memory", "memfd"):
        assert said[name].startswith("refused: "), name
    assert honest.status == "redacted"
    assert honest.sandbox == "limits"


ENDS = {
    "crash": ("os.kill(os.getpid(), signal.SIGSEGV)", "what read it crashed (SIGSEGV)"),
    "leaves": ("os._exit(3)", "what read it ended (exit code 3)"),
    "hangs": ("time.sleep(600)", "what read it said nothing for 3 s and was ended"),
    "short": ("raise MemoryError", "it needs more memory than a file may use"),
}


def test_one_that_ends_costs_one_file(tmp_path: Path) -> None:
    means = chosen_mechanism("limits")
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    files = [folder / f"{stem}.png" for stem in (*ENDS, "honest")]
    for path in files:
        picture(path)
    doubles = {stem: code for stem, (code, _) in ENDS.items()}
    double = Doubled(means, f"DOUBLES = {doubles!r}\n{TAKEN_OVER}")
    *reports, honest = redacted(files, out, double, order(silent_s=3.0))
    for report, (_, words) in zip(reports, ENDS.values(), strict=True):
        assert (report.status, report.exit_code) == ("failed", 5)
        assert (report.message or "").startswith(words)
    assert honest.status == "redacted"
    assert [path.name for path in out.iterdir()] == ["honest.png"]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".efface")] == []
