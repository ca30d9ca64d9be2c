"""Running the command line from tests."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from efface.cli.start import main


@dataclass(frozen=True)
class Run:
    """A finished command."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """What it printed on stdout."""
        return json.loads(self.out)


Efface = Callable[..., Run]
"""The fixtures ``efface`` and ``efface_apart``: take the arguments as a user types them."""


def here(*args: str | Path, cwd: Path | None = None) -> Run:
    """Run the command line in this process: networks that are compiled stay so, and packages need
    not be loaded again."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(3)]
    nothing, out, err = streams
    arguments = ["efface", *(os.fspath(arg) for arg in args)]
    with (
        mock.patch.multiple(sys, argv=arguments, stdin=nothing, stdout=out, stderr=err),
        contextlib.chdir(Path.cwd() if cwd is None else cwd),
        _own_signals(),
    ):
        try:
            main()
            code: Any = 0
        except SystemExit as error:
            code = error.code
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8"))
    return Run(code if isinstance(code, int) else int(code is not None), *texts)


@contextlib.contextmanager
def _own_signals() -> Iterator[None]:
    """The command line sets handlers, which are not for the tests."""
    names = [getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP")]
    before = {number: signal.getsignal(number) for number in names if number is not None}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def apart(*args: str | Path, cwd: Path | None = None) -> Run:
    """Run it in a process of its own, where that is what matters."""
    done = subprocess.run(
        [sys.executable, "-m", "efface.cli.start", *(os.fspath(arg) for arg in args)],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)
