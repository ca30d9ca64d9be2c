"""A page of results: printed as it grows, and written at the end."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path


class Page:
    """Collects lines for the terminal and for the results page."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str = "") -> None:
        print(line, flush=True)
        self.lines.append(line)

    def say_on_what(self) -> None:
        """Versions and the machine."""
        self.say(
            f"efface {version('efface')}, deface 1.5.0 at its defaults; {platform.machine()}, "
            f"{os.cpu_count()} processors, Python {platform.python_version()}."
        )
        self.say()

    def print_of(self, script: Path, *args: str | Path) -> None:
        """What another bench prints on stdout."""
        done = subprocess.run(
            [sys.executable, script, *args], stdout=subprocess.PIPE, text=True, check=True
        )
        for line in done.stdout.splitlines():
            self.say(line)
        self.say()

    def table(self, head: list[str], rows: list[list[str]]) -> None:
        self.say("| " + " | ".join(head) + " |")
        self.say("|" + "---|" * len(head))
        for row in rows:
            self.say("| " + " | ".join(row) + " |")
        self.say()
