"""One confined process, from outside: it is asked, heard with a time limit, and ended."""

from __future__ import annotations

import json
import os
import select
import selectors
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, TypeVar

from efface.detect.compiled import cache_folder
from efface.documents.reading import from_json
from efface.enforced import ENVIRONMENT, system_folder
from efface.errors import RefusedError
from efface.files.paths import printable
from efface.sandbox.interface import Bounds, Mechanism, View
from efface.weights.added import ENVIRONMENT as MODELS
from efface.weights.added import models_folder

MAX_LINE = 64_000_000
"""Bytes of one answer; the report of a long video has a few million."""

START_S = 120.0
"""For a process to say that it is ready: Python's start and its packages, on a busy machine."""

_PIECE = 1 << 16
_LAST_WORDS = 2000
"""Letters that are kept of what it printed."""
_PASSED_ON = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", ENVIRONMENT)

_TO_END_S = 5.0
"""For a process that has closed its way out."""

_BEGIN = (
    "import os, sys; sys.path += sys.argv.pop().split(os.pathsep); "
    "from efface.sandbox.worker import main; main()"
)
"""Python that looks into no folder of the user's (``-I``) finds efface where this process did."""

Answer = TypeVar("Answer")


class WorkerLostError(Exception):
    """A confined process ended, was ended, or said what it must not; the message says which, in
    words that follow "what read it"."""


class NotStartedError(RefusedError):
    """No confined process starts; no file is to blame."""


class ConfinedWorker:
    """A confined process that is there until it is ended."""

    def __init__(self, mechanism: Mechanism, view: View, bounds: Bounds) -> None:
        """
        Raises:
            NotStartedError: it does not start.
        """
        argv = [
            sys.executable,
            "-I",
            "-B",
            "-c",
            _BEGIN,
            mechanism.name,
            os.pathsep.join(_packages()),
        ]
        begin = {"view": asdict(view), "bounds": asdict(bounds), "forbidden": str(Path.home())}
        try:
            self._process = subprocess.Popen(
                mechanism.command(view, argv),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd="/",
                env=_environment(view),
                start_new_session=True,
            )
        except OSError as error:
            raise _not_started(mechanism, str(error)) from error
        self._heard, self._last_words = bytearray(), b""
        for stream in self._streams():
            os.set_blocking(stream.fileno(), False)
        try:
            self.ask(begin, lambda kind, content: kind == "ready" or None, START_S, START_S)
        except WorkerLostError as error:
            said = printable(self._last_words.decode("utf-8", "replace").strip()[-300:])
            self.end()
            raise _not_started(mechanism, f"it {error}{said and f': {said}'}") from error
        except BaseException:
            self.end()
            raise

    def ask(
        self,
        request: object,
        answer: Callable[[str, object], Answer | None],
        silent_s: float,
        total_s: float,
    ) -> Answer:
        """Send a request, and hear until there is an answer.

        Args:
            answer: is given the kind and the content of all that is said, until it returns
                something; a ``ValueError`` that it raises ends the process.
            silent_s: seconds without a word.
            total_s: seconds in all.

        Raises:
            WorkerLostError: there is none, and the process is gone.
        """
        try:
            return self._asked(
                json.dumps(request).encode("ascii") + b"\n", answer, silent_s, total_s
            )
        except BaseException:
            self.end()
            raise

    def kill(self) -> None:
        """End it, and wait for nothing; another thread that asks it notices."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """End it, whatever it does."""
        if self._process.poll() is None:
            self.kill()
            self._process.wait()
            self._wait_for_all()
        for stream in self._streams():
            with suppress(OSError):  # what it has not read is lost with it
                stream.close()

    def _wait_for_all(self) -> None:
        """What was started by what was started ends with it, a moment later."""
        out = self._streams()[1].fileno()
        until = time.monotonic() + _TO_END_S
        while (left := until - time.monotonic()) > 0 and select.select([out], [], [], left)[0]:
            if not os.read(out, _PIECE):
                return

    def _streams(self) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
        process = self._process
        assert process.stdin and process.stdout and process.stderr
        return process.stdin, process.stdout, process.stderr

    def _asked(
        self,
        rest: bytes,
        answer: Callable[[str, object], Answer | None],
        silent_s: float,
        total_s: float,
    ) -> Answer:
        to, heard, printed = self._streams()
        begun = said_at = time.monotonic()
        with selectors.DefaultSelector() as ready:
            ready.register(to, selectors.EVENT_WRITE)
            ready.register(heard, selectors.EVENT_READ)
            ready.register(printed, selectors.EVENT_READ)
            while True:
                now = time.monotonic()
                left = min(said_at + silent_s, begun + total_s) - now
                if left <= 0:
                    limit = silent_s if now - said_at >= silent_s else total_s
                    raise WorkerLostError(_too_long(limit, silent=limit == silent_s))
                for key, _ in ready.select(left):
                    if key.fileobj is to:
                        rest = self._sent(rest)
                        if not rest:
                            ready.unregister(to)
                    elif key.fileobj is printed:
                        self._noted(ready)
                    else:
                        for kind, content in self._answers():
                            said_at = time.monotonic()
                            found = _taken(answer, kind, content)
                            if found is not None:
                                return found

    def _sent(self, rest: bytes) -> bytes:
        try:
            return rest[os.write(self._streams()[0].fileno(), rest[:_PIECE]) :]
        except BlockingIOError:
            return rest
        except OSError as error:
            raise WorkerLostError(self._how_it_ended()) from error

    def _noted(self, ready: selectors.BaseSelector) -> None:
        printed = self._streams()[2]
        piece = os.read(printed.fileno(), _PIECE)
        if not piece:
            ready.unregister(printed)
        self._last_words = (self._last_words + piece)[-_LAST_WORDS:]

    def _answers(self) -> list[tuple[str, object]]:
        """Whole lines that have come."""
        piece = os.read(self._streams()[1].fileno(), _PIECE)
        if not piece:
            raise WorkerLostError(self._how_it_ended())
        self._heard += piece
        if len(self._heard) > MAX_LINE:
            raise WorkerLostError("said more than there is to say")
        if b"\n" not in piece:
            return []
        *lines, self._heard = self._heard.split(b"\n")
        return [_answer_in(line) for line in lines]

    def _how_it_ended(self) -> str:
        try:
            code = self._process.wait(_TO_END_S)
        except subprocess.TimeoutExpired:
            return "closed its way out"
        number = -code if code < 0 else code - 128
        names = {one.value: one.name for one in signal.Signals}
        return f"crashed ({names[number]})" if number in names else f"ended (exit code {code})"


def _too_long(seconds: float, *, silent: bool) -> str:
    return f"{'said nothing for' if silent else 'took more than'} {seconds:g} s and was ended"


def _answer_in(line: bytes | bytearray) -> tuple[str, object]:
    try:
        document = from_json(bytes(line))
        ((kind, content),) = document.items()
    except (ValueError, AttributeError) as error:
        raise WorkerLostError("said what it must not") from error
    return kind, content


def _taken(
    answer: Callable[[str, object], Answer | None], kind: str, content: object
) -> Answer | None:
    try:
        return answer(kind, content)
    except ValueError as error:
        raise WorkerLostError(f"said what it must not ({error})") from error


def _not_started(mechanism: Mechanism, why: str) -> NotStartedError:
    return NotStartedError(
        f"files cannot be read apart: the process does not start under {mechanism.name} ({why}).",
        hint="docs/sandbox.md says what each mechanism needs.",
    )


def code_paths() -> tuple[str, ...]:
    """What a confined process needs to run at all; nothing of the user's but the programs."""
    of_python = (sys.prefix, sys.base_prefix, *sysconfig.get_paths().values())
    cache = cache_folder()
    named = os.environ.get(ENVIRONMENT)
    return tuple(
        dict.fromkeys(
            (
                "/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/sys/devices/system",
                "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/dev/urandom",
                *(path for path in of_python if Path(path).exists()),
                str(Path(os.path.realpath(sys.executable)).parent),
                *_packages(),
                *(() if cache is None else (str(cache),)),
                str(system_folder()),
                *(() if named is None else (named,)),
            )
        )
    )  # fmt: skip


def _packages() -> list[str]:
    """Folders in which efface and what it imports lie."""
    own = str(Path(__file__).absolute().parents[2])
    places = {"site-packages", "dist-packages"}
    return [own, *(path for path in sys.path if Path(path).name in places and path != own)]


def _environment(view: View) -> dict[str, Any]:
    scratch = view.writes[0] if view.writes else "/"
    cache = cache_folder()
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {
        **passed,
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": scratch,
        "TMPDIR": scratch,
        "EFFACE_STATE": scratch,
        MODELS: str(models_folder().resolve()),
        **({} if cache is None else {"XDG_CACHE_HOME": str(cache.parent.parent)}),
    }
