"""Interruptions end a run, tidied up, whatever it is doing at that moment.

Ctrl-C, a polite kill and a closed terminal become a ``KeyboardInterrupt`` in the main thread, by
Python's own way, which has three gaps that a thread closes here:

- A signal that comes just before the main thread begins to wait, or that the system gives to
  another thread (those of the networks, say), is noticed when the wait is over: it is sent again.
- What is raised in a destructor or a callback of C code is ignored, and some libraries swallow
  whatever is raised in them: it is sent again.
- The main thread is in a call that takes very long, or hangs while it ends: unfinished output is
  removed, and the process ends.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

from efface.errors import StoppedError

GRACE_S = 3.0
"""After an interruption, time to tidy up and to say what was done; whoever presses Ctrl-C twice
would otherwise end that half-way."""

AGAIN_S = 0.2
"""Between two signals to a main thread that has not noticed."""

INSISTS_S = 8.0
"""After an interruption, time until it is sent once more if the process goes on: whatever it was
raised in has swallowed it."""

LAST_S = 20.0
"""After an interruption, time until the process ends in any case."""

INTERRUPTED = "efface: interrupted; no unfinished output was left."

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def interruptible() -> Iterator[None]:
    """While the block runs, an interruption raises ``KeyboardInterrupt`` in it, once; from then on
    the process has ``LAST_S`` to end. To be called from the main thread."""
    numbers = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
    watch = _Interruption(numbers)
    for number in numbers:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, watch.handle)
    before, hook = signal.set_wakeup_fd(watch.told, warn_on_full_buffer=False), sys.unraisablehook
    sys.unraisablehook = watch.hooked(hook)
    threading.Thread(target=watch.run, daemon=True).start()
    try:
        yield
    finally:
        sys.unraisablehook = hook
        if not watch.interrupted:
            signal.set_wakeup_fd(before)
            os.close(watch.told)


class _Interruption:
    """Sees to it that an interruption is noticed."""

    def __init__(self, numbers: Container[int]) -> None:
        """
        Args:
            numbers: of the signals that interrupt.
        """
        self._numbers = numbers
        self._hears, self.told = os.pipe()
        os.set_blocking(self.told, False)
        self._main = threading.main_thread().ident or 0
        self._noticed_at: float | None = None

    @property
    def interrupted(self) -> bool:
        """Whether the main thread has noticed one."""
        return self._noticed_at is not None

    def handle(self, number: int, frame: FrameType | None) -> None:
        """The signals' handler."""
        now = time.monotonic()
        if self._noticed_at is None or now - self._noticed_at >= GRACE_S:
            self._noticed_at = now
            raise KeyboardInterrupt

    def hooked(
        self, otherwise: Callable[[sys.UnraisableHookArgs], object]
    ) -> Callable[[sys.UnraisableHookArgs], object]:
        """For ``sys.unraisablehook``: an interruption that was ignored was not noticed."""

        def hook(ignored: sys.UnraisableHookArgs) -> None:
            if isinstance(ignored.exc_value, KeyboardInterrupt):
                self._noticed_at = None
            else:
                otherwise(ignored)

        return hook

    def run(self) -> None:
        """Wait for a signal (Python writes its number), and see it through."""
        while True:
            told = os.read(self._hears, 1)
            if not told:  # the block has ended
                os.close(self._hears)
                return
            if told[0] in self._numbers:  # others have handlers of their own
                break
        begun = time.monotonic()
        insisted = False
        while (spent := time.monotonic() - begun) < LAST_S:
            time.sleep(AGAIN_S)
            insists = not insisted and spent > INSISTS_S
            if insists or not self.interrupted:
                self._send(told[0])
            insisted = insisted or insists
        _end()

    def _send(self, number: int) -> None:
        """Raise a signal in the main thread, which ends what it waits for."""
        if sys.platform == "win32":
            import _thread  # noqa: PLC0415 - there is no other call for it there

            _thread.interrupt_main(number)
        else:
            signal.pthread_kill(self._main, number)


def _end() -> NoReturn:
    """End the process without a word from the main thread."""
    from efface.files.appearing import remove_unfinished  # noqa: PLC0415 - hardly ever needed

    remove_unfinished()
    with suppress(OSError):
        os.write(2, f"{INTERRUPTED}\n".encode())
    os._exit(StoppedError.exit_code)
