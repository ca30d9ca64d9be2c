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
    kept = {name: value for name, value in os.environ.items() if name not in SWITCHES}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *command, str(photo)],
        env={**kept, "HOME": str(home), "USERPROFILE": str(home), "XDG_CACHE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["code"] == 0, done.stderr
    assert seen["tried"] == []
    assert "openvino_telemetry" not in seen["loaded"]
    assert {entry.name for entry in home.iterdir()} <= {"efface"}, "only the cache of models"
