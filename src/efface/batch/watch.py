"""A folder that files arrive in: which of them are whole, and what became of each.

A file counts as whole when nobody writes to it and it has stayed as it is for some seconds. Who
writes is asked of the system where it says so (Linux, for files of one's own on a local disk, by a
lease); elsewhere the seconds alone count, and a transfer that stalls for longer is taken for its
end: such a file is damaged, fails, and is taken up again when it changes.
"""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from efface.batch.store import BatchStore
from efface.errors import OutputError
from efface.files.durable import replace_durably
from efface.files.paths import exists
from efface.workflow.plan import PlannedFile, in_folder
from efface.workflow.redact.report import FileReport

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

SETTLES_S: Final = 5.0
"""How long a file stays as it is before it counts as whole."""

LOOKS_EVERY_S: Final = 1.0
"""Between two looks at the folder, at least."""

_REST: Final = 10
"""Times as long as a look took is how long the next one waits: a large folder is looked at less
often."""

QUARANTINE_SUFFIX = ".quarantine"
"""Of the folder beside the results that names what was not released."""

REPORT_SUFFIX = ".report.json"
"""Of a file in it, after the name of the file that it is about."""


@dataclass(slots=True)
class _Seen:
    """One file as it was last seen."""

    content: str
    since: float
    settled: bool = False


@dataclass(slots=True)
class Arrivals:
    """Looks at a folder, and puts into a store what is whole in it."""

    folder: Path
    out: Path
    store: BatchStore
    settles_s: float = SETTLES_S
    changed: Callable[[Path], None] = print
    """Is told of a file that changed after its result was released."""
    left_out: Callable[[PlannedFile], None] = print
    """Is told, once each, of what is no part of it."""
    _seen: dict[Path, _Seen] = field(default_factory=dict)
    _told: set[Path] = field(default_factory=set)
    _next: float = 0.0

    def look(self) -> None:
        """Look now, unless the last look is not long ago.

        Raises:
            OutputError: the folder is gone, or the store cannot be written to.
        """
        begun = time.monotonic()
        if begun < self._next:
            return
        if not self.folder.is_dir():
            raise OutputError(
                "the watched folder is gone.", path=self.folder, hint="Is its disk there?"
            )
        here: dict[Path, _Seen] = {}
        for file in in_folder(self.folder, self.out):
            if file.target is not None:
                seen = self._file(file, begun)
                if seen is not None:
                    here[file.source] = seen
            elif file.source not in self._told:
                self._told.add(file.source)
                self.left_out(file)
        self._seen = here
        now = time.monotonic()
        self._next = now + max(LOOKS_EVERY_S, _REST * (now - begun))

    def _file(self, file: PlannedFile, now: float) -> _Seen | None:
        content = _content(file.source)
        if content is None:
            return None
        seen = self._seen.get(file.source)
        if seen is None or seen.content != content:
            return _Seen(content, now)
        if not seen.settled and now - seen.since >= self.settles_s and not written_to(file.source):
            arrival = self.store.arrived(file, content)
            if arrival == "changed":
                self.changed(file.source)
            seen.settled = arrival != "busy"
        return seen


def _content(path: Path) -> str | None:
    """Tells one content from another by size and time; ``None``: nothing to read is there (yet)."""
    try:
        found = path.stat()
    except OSError:
        return None
    return f"{found.st_size}:{found.st_mtime_ns}:{found.st_ino}" if found.st_size else None


def written_to(path: Path) -> bool:
    """Whether somebody has the file open to write to it, as far as the system says so."""
    if fcntl is None or not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False  # whoever redacts it says what is wrong
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(handle)
    return False


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Beside the results: for each file that was not released a link to it, and why. Originals stay
    where they are."""

    folder: Path
    watched: Path

    def hear(self, report: FileReport) -> None:
        """
        Raises:
            OutputError: it cannot be written to.
        """
        link = self.folder / report.source.relative_to(self.watched)
        reason = link.with_name(link.name + REPORT_SUFFIX)
        try:
            if report.exit_code == 0:
                for path in (link, reason):
                    path.unlink(missing_ok=True)
                self._without_empty(link.parent)
                return
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            link.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(report.to_json(), indent=1, ensure_ascii=True)
            replace_durably(reason, text.encode())
            if not (exists(link) or link.is_symlink()):
                link.symlink_to(report.source.absolute())
        except OSError as error:
            raise OutputError(
                f"the quarantine cannot be written to ({error.strerror}).", path=self.folder
            ) from error

    def _without_empty(self, folder: Path) -> None:
        with suppress(OSError):
            while folder != self.folder.parent:
                folder.rmdir()
                folder = folder.parent


def quarantine_of(out: Path) -> Path:
    """The quarantine beside a folder of results."""
    return out.absolute().with_name(f"{out.absolute().name}{QUARANTINE_SUFFIX}")
