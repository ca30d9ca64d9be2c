"""The first moments of a command, and the last: interrupted while loading, nowhere to print."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

INTERRUPTED_WHILE_LOADING = """
import sys
class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == "efface.cli.main":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupts())
from efface.cli.start import main
main()
"""


def test_an_interrupt_while_the_commands_load_is_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_WHILE_LOADING],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 130
    assert done.stderr == "efface: interrupted; no unfinished output was left.\n"


def test_little_is_loaded_before_interrupts_are_caught() -> None:
    code = "import sys; import efface.cli.start; print(len(sys.modules), 'click' in sys.modules)"
    unmeasured = {name: v for name, v in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=unmeasured
    )
    number, click = done.stdout.split()
    assert click == "False"
    assert int(number) < 150


def test_help_loads_no_documents() -> None:
    script = (
        "import sys\n"
        "from efface.cli.main import cli\n"
        "cli.main(['--help'], standalone_mode=False)\n"
        "loaded = {'msgspec', 'numpy', 'efface.policy', 'efface.regions', 'efface.documents'}\n"
        "print(sorted(loaded & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.skipif(os.name == "nt", reason="shells there do not close streams")
def test_json_that_cannot_be_printed_is_not_lost_without_a_word(photo: Path) -> None:
    command = [sys.executable, "-m", "efface.cli.start", "inspect", str(photo), "--json"]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *command],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 8
    assert "stdout is closed" in done.stderr


def test_a_photo_loads_neither_video_nor_what_is_never_used(photo: Path) -> None:
    script = (
        "import sys\n"
        f"sys.argv = ['efface', 'redact', {str(photo)!r}, '-q', '--fast']\n"
        "from efface.cli.main import cli\n"
        "assert cli.main(standalone_mode=False) == 0\n"
        "loaded = {'av', 'scipy', 'rich', 'jinja2', 'reportlab', 'cryptography', 'c2pa',\n"
        "          'scenedetect', 'openvino.tools.ovc', 'efface.media.video.opening'}\n"
        "print(sorted(loaded & set(sys.modules)))\n"
        "import openvino\n"
        "print(openvino.convert_model.__name__, hasattr(openvino, 'nothing'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["[]", "convert_model False"], done.stderr
