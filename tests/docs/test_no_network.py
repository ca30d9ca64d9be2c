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

WATCHED = """
import json, sys
tried = []
def watch(event, args):
    if event.startswith("socket.") and event != "socket.__new__":
        tried.append(f"{event} {args[1:]!r}")
sys.addaudithook(watch)
from efface.cli.main import main
codes = []
for command in json.loads(sys.argv[1]):
    sys.argv[1:] = command
    code = 0
    try:
        main()
    except SystemExit as error:
        code = error.code
    codes.append(code)
    tried.append(command)
loaded = [name for name, module in sys.modules.items() if module is not None]
print("\\n" + json.dumps({"codes": codes, "tried": tried, "loaded": loaded}))
"""
"""Runs commands in turn; each stands behind what it tried."""

SWITCHES = ("CI", "TF_BUILD", "JENKINS_URL")
"""Variables that quiet the telemetry on build machines, where this test would prove nothing."""


def test_no_command_tries_to_reach_the_network(photo: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    again = tmp_path / "again.jpg"
    watched(
        [
            ["detect", photo],
            ["inspect", photo],
            ["scan", photo],
            ["redact", photo],
            ["redact", "--attack", photo, "-o", again],
        ],
        home,
    )
    assert {entry.name for entry in home.iterdir()} <= {"efface"}, "only the cache of models"


def watched(commands: list[list[str | Path]], home: Path) -> None:
    """Run commands in one process and see to it that none asks anybody."""
    kept = {name: value for name, value in os.environ.items() if name not in SWITCHES}
    places = ("HOME", "USERPROFILE", "XDG_CACHE_HOME", "XDG_DATA_HOME")
    asked = [[str(word) for word in command] for command in commands]
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, json.dumps(asked)],
        env={**kept, **{name: str(home) for name in places}, "EFFACE_KEYS": str(home / "keys")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["codes"] == [0] * len(commands), done.stderr
    assert seen["tried"] == asked, "what was tried stands before the command that tried it"
    assert "openvino_telemetry" not in seen["loaded"]


def test_evidence_is_made_and_checked_without_a_network(photo: Path, tmp_path: Path) -> None:
    home, pack, published = tmp_path / "home", tmp_path / "case.pack", tmp_path / "out.jpg"
    home.mkdir()
    words = home / "words"
    words.write_text("four unrelated words\n")
    asked: list[str | Path] = ["--passphrase-file", words]
    recipient = "age1sjswg62vd4heelssgkpd00em4ssn3e2juzv3l070pu5strsl2pqstea8vq"
    watched(
        [
            ["keys", "new", *asked],
            ["seal", photo, "--to", recipient, "-o", pack, *asked],
            ["redact", photo, "--pack", pack, "-o", published, *asked],
            ["log", "add", pack, "note", "looked at", *asked],
            ["verify", published, "--pack", pack],
            ["log", "show", pack],
        ],
        home,
    )
