"""README and docs/how-it-works.md say that efface opens no network connection: it does not try to.

Libraries can: OpenVINO's telemetry package reports to an analytics service as soon as OpenVINO's
Python package is imported, and leaves an id in the home folder.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

WATCHED = """
import json, sys
tried = []
def watch(event, args):
    if event.startswith("socket.") and event != "socket.__new__":
        tried.append(f"{event} {args[1:]!r}")
sys.addaudithook(watch)
from efface.cli.main import main
code = 0
try:
    main()
except SystemExit as error:
    code = error.code
loaded = [name for name, module in sys.modules.items() if module is not None]
print("\\n" + json.dumps({"code": code, "tried": tried, "loaded": loaded}))
"""

SWITCHES = ("CI", "TF_BUILD", "JENKINS_URL")
"""Variables that quiet the telemetry on build machines, where this test would prove nothing."""


@pytest.mark.parametrize(
    "command", [["redact"], ["redact", "--attack"], ["detect"], ["inspect"], ["scan"]], ids=" ".join
)
def test_no_command_tries_to_reach_the_network(
    command: list[str], photo: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    watched([*command, photo], home)
    assert {entry.name for entry in home.iterdir()} <= {"efface"}, "only the cache of models"


def watched(command: list[str | Path], home: Path) -> None:
    """Run a command and see to it that it asks nobody."""
    kept = {name: value for name, value in os.environ.items() if name not in SWITCHES}
    places = ("HOME", "USERPROFILE", "XDG_CACHE_HOME", "XDG_DATA_HOME")
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *map(str, command)],
        env={**kept, **{name: str(home) for name in places}, "EFFACE_KEYS": str(home / "keys")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["code"] == 0, done.stderr
    assert seen["tried"] == []
    assert "openvino_telemetry" not in seen["loaded"]


def test_evidence_is_made_and_checked_without_a_network(photo: Path, tmp_path: Path) -> None:
    home, pack, published = tmp_path / "home", tmp_path / "case.pack", tmp_path / "out.jpg"
    home.mkdir()
    words = home / "words"
    words.write_text("four unrelated words\n")
    asked: list[str | Path] = ["--passphrase-file", words]
    recipient = "age1sjswg62vd4heelssgkpd00em4ssn3e2juzv3l070pu5strsl2pqstea8vq"
    watched(["keys", "new", *asked], home)
    watched(["seal", photo, "--to", recipient, "-o", pack, *asked], home)
    watched(["redact", photo, "--pack", pack, "-o", published, *asked], home)
    watched(["log", "add", pack, "note", "looked at", *asked], home)
    watched(["verify", published, "--pack", pack], home)
    watched(["log", "show", pack], home)
