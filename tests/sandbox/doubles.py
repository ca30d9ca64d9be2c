"""Doubles that stand in for a decoder which a file has taken over, inside a confined process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.workflow.redact.asking import faces

from efface.events import Listener, ignore
from efface.policy import Policy, RescanPolicy, SandboxPolicy
from efface.sandbox.choice import MECHANISMS
from efface.sandbox.interface import Bounds, Mechanism, View
from efface.sandbox.redactor import ConfinedRedactor
from efface.words import Confinement
from efface.workflow.plan import PlannedFile
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.order import Order
from efface.workflow.redact.report import FileReport

TAKEN_OVER = """
import mmap, os, signal, socket, time
from efface.sandbox import worker
from pathlib import Path
original = worker.serve
def serve(requests, answers, confined):
    from efface.errors import InputError
    from efface.workflow.redact import file
    known = file.is_video
    def taken_over(source):
        path = source.path
        code = DOUBLES.get(path.stem)
        if code is None:
            return known(source)
        try:
            exec(code, globals() | {"path": path})
        except OSError as error:
            raise InputError(f"refused: {error.strerror}")
        raise InputError("it succeeded")
    file.is_video = taken_over
    original(requests, answers, confined)
worker.serve = serve
"""

INSTEAD = """
import json, os
from pathlib import Path
from efface.sandbox import worker
def serve(requests, answers, confined):
    answers.write(b'{"ready": true}\\n')
    answers.flush()
    for line in requests:
        job = json.loads(line)
        source, staged = (Path(job["files"][0][key]) for key in ("source", "target"))
        names = {**globals(), "answers": answers, "source": source, "staged": staged}
        exec(DOUBLE, names)
        answers.flush()
worker.serve = serve
"""
"""In place of all that a worker does once it is confined."""

UNCONFINED = """
from efface.sandbox import worker
class Nothing:
    name = "limits"
    def confine(self, view, bounds): pass
worker.mechanism_named = lambda name: Nothing()
"""


class Doubled:
    """A mechanism that starts a worker with something else in it."""

    def __init__(self, mechanism: Mechanism, code: str) -> None:
        self._mechanism, self._code = mechanism, code

    @property
    def name(self) -> Confinement:
        return self._mechanism.name

    def trouble(self) -> str | None:
        return self._mechanism.trouble()

    def command(self, view: View, argv: Sequence[str]) -> list[str]:
        begin = argv.index("-c") + 1
        own = argv[begin].replace("from efface", f"exec({self._code!r}, {{}}); from efface", 1)
        return self._mechanism.command(view, [*argv[:begin], own, *argv[begin + 1 :]])

    def confine(self, view: View, bounds: Bounds) -> None:
        raise AssertionError("the worker has its own")


def mechanism(name: str) -> Mechanism:
    (found,) = [one for one in MECHANISMS if one.name == name]
    return found


def order(**sandbox: float) -> Order:
    """Without a rescan; with limits that make a test short."""
    limits = SandboxPolicy("limits", **({"silent_s": 60.0} | sandbox))  # type: ignore[arg-type]
    return Order(Policy(sandbox=limits, rescan=RescanPolicy(enabled=False)))


def redacted(
    sources: Sequence[Path],
    out: Path,
    means: Mechanism,
    asked: Order | None = None,
    listen: Listener = ignore,
) -> list[FileReport]:
    """What becomes of files, one after the other; a face is given for each."""
    asked = asked or order()
    regions = {one.media.sha256: one for one in map(faces, sources)}
    files = [PlannedFile(source, out / source.name) for source in sources]
    redactor = ConfinedRedactor(files, asked, means)
    try:
        return [
            redactor.redact(FileOrder(path, out / path.name, asked, documents=regions), listen)
            for path in sources
        ]
    finally:
        redactor.close()
