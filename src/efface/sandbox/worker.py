"""The confined process: ``python -I … -m efface.sandbox.worker MECHANISM``.

It reads lines of JSON from standard input: first what it may see and use, then jobs of one file
each, or files to be looked through (``efface.look/1``). It answers with lines of JSON: ``{"ready":
true}`` once it is confined and has loaded what it needs, ``{"event": …}`` and, for each job, one
``{"file": …}`` (as in ``efface.report/1``); for each look ``{"sight": …}`` or ``{"error": …}``.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from efface.sandbox.choice import mechanism_named
from efface.sandbox.interface import Bounds, View

if TYPE_CHECKING:
    from efface.errors import InputError
    from efface.words import Confinement
    from efface.workflow.redact.job import Job
    from efface.workflow.redact.report import FileReport

_PR_SET_PDEATHSIG = 1
"""prctl(2)."""


def main() -> None:
    """Confine this process, and do what comes in until nothing more does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it ends it
    _end_with_parent()
    requests, answers = sys.stdin.buffer, _answers()
    confined = mechanism_named(sys.argv[1])
    begin = json.loads(requests.readline())
    view = View(**{key: tuple(paths) for key, paths in begin["view"].items()})
    confined.confine(view, Bounds(**begin["bounds"]))
    check_confined(confined.name, begin["forbidden"])
    serve(requests, answers, confined.name)


def _end_with_parent() -> None:
    """Whatever it does then; where the system has no call for that, when it next listens."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _answers() -> BinaryIO:
    """Standard output, which is the way out, kept from libraries that print."""
    own = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return own


def check_confined(name: Confinement, forbidden: str) -> None:
    """Try what must not succeed: a confinement that does nothing is none.

    Args:
        forbidden: a folder in which no file may be made.

    Raises:
        RuntimeError: something did.
    """
    if name == "limits":  # it is not said to keep anything from anybody
        return
    try:
        socket.socket().close()
    except PermissionError:
        pass
    else:
        raise RuntimeError(f"{name} let a socket be opened")
    probe = os.path.join(forbidden, f".efface-probe-{os.getpid()}")  # noqa: PTH118 - light to load
    try:
        os.close(os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError:
        return
    os.unlink(probe)  # noqa: PTH108
    raise RuntimeError(f"{name} let a file be made in {forbidden}")


def serve(requests: BinaryIO, answers: BinaryIO, confined: Confinement) -> None:
    """Do job after job."""
    from efface.workflow.redact.job import Job  # noqa: PLC0415 - confined by now
    from efface.workflow.sight_form import LOOK  # noqa: PLC0415

    def say(kind: str, content: Any) -> None:
        answers.write(json.dumps({kind: content}).encode("ascii") + b"\n")
        answers.flush()

    say("ready", True)
    for line in requests:
        document = json.loads(line)
        if document["schema"] == LOOK:
            say(*_looked(document, say))
        else:
            say("file", _done(Job.from_json(document), confined, say).to_json())


def _done(job: Job, confined: Confinement, say: Any) -> FileReport:
    from efface.errors import MemoryShortError  # noqa: PLC0415
    from efface.workflow.redact.workers import ports_for  # noqa: PLC0415

    ports = replace(ports_for(job.order), confined=confined)
    (report,) = job.run(ports, _listener(say)).files
    if isinstance(report.error, MemoryShortError):
        return report.failing(_short(job.order.policy.sandbox.memory_mb))
    return report


def _looked(document: Any, say: Any) -> tuple[str, Any]:
    from efface.documents.model import plain  # noqa: PLC0415
    from efface.documents.reading import as_model  # noqa: PLC0415
    from efface.errors import MemoryShortError, in_own_words  # noqa: PLC0415
    from efface.policy import Policy  # noqa: PLC0415
    from efface.workflow.audit import look_through  # noqa: PLC0415
    from efface.workflow.sight_form import LookDocument  # noqa: PLC0415

    asked = as_model(document, LookDocument)
    path, policy = Path(asked.file), Policy.from_json(asked.policy)
    try:
        sight = look_through(path, policy, thumbnails=asked.thumbnails, listen=_listener(say))
        return "sight", plain(sight)
    except Exception as error:  # whatever it is, it is said
        own = in_own_words(error, path)
        short = isinstance(own, MemoryShortError)
        return "error", (_short(policy.sandbox.memory_mb) if short else own).to_json()


def _listener(say: Any) -> Any:
    from efface.events import StepStarted, event_to_json  # noqa: PLC0415

    def listen(event: Any) -> None:
        if isinstance(event, StepStarted):
            say("event", event_to_json(event))

    return listen


def _short(limit_mb: int) -> InputError:
    from efface.errors import InputError  # noqa: PLC0415

    return InputError(
        f"it needs more memory than a file may use (sandbox.memory_mb = {limit_mb}).",
        hint="Raise that limit in the policy if the file is one of your own.",
    )


if __name__ == "__main__":
    main()
