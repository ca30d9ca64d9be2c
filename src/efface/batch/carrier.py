"""Files of a shard that lie elsewhere: they are brought here one at a time, and what is made of
them is taken to where it belongs.

An original that was brought lies in the batch's own folder, its owner's alone, while it is worked
on, and is emptied before the next is. It needs a name from the beginning: a confined process sees
the files that are there when it starts.
"""

from __future__ import annotations

import os
import re
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from efface.batch.interface import Shard, ShardTask
from efface.errors import EffaceError
from efface.files.appearing import output_error, scratch_folder
from efface.files.durable import PRIVATE
from efface.remote.address import Address, Place
from efface.remote.catalogue import remote_for
from efface.workflow.plan import PlannedFile
from efface.workflow.redact.report import FileReport

_ENDING: Final = re.compile(r"\.[A-Za-z0-9]{1,15}")


class Carrier:
    """For one shard; to be closed."""

    def __init__(self, shard: Shard, home: Path) -> None:
        """
        Args:
            home: a folder of this machine's.

        Raises:
            OutputError: nothing can be written there.
        """
        self._limit = int(shard.order.policy.limits.max_file_mb * 1_000_000)
        self._around = ExitStack()
        self._here: dict[int, PlannedFile] = {}
        scratch: Path | None = None
        for task in shard.tasks:
            source, target = task.source, task.target
            if isinstance(source, Address) or isinstance(target, Address):
                if scratch is None:
                    scratch = self._around.enter_context(scratch_folder(home))
                folder = scratch / str(task.id)
                self._here[task.id] = _stand_ins(source, target, folder)
            else:
                self._here[task.id] = PlannedFile(source, target)

    def close(self) -> None:
        """Leave nothing here."""
        self._around.close()

    def here(self, task: ShardTask) -> PlannedFile:
        """Where a file, and its result, lie on this machine."""
        return self._here[task.id]

    def fetch(self, task: ShardTask) -> None:
        """Bring a file here, unless it is.

        Raises:
            EffaceError: it cannot be had whole.
        """
        if not isinstance(task.source, Address):
            return
        source = self.here(task).source
        with source.open("r+b") as into:
            try:
                into.truncate()
                remote_for(task.source).fetch(task.source, into, self._limit)
            except OSError as error:
                raise output_error(source, error) from error

    def deliver(self, task: ShardTask, report: FileReport) -> FileReport:
        """Take a result to where it belongs; what became of it then."""
        if not isinstance(task.target, Address) or report.target is None:
            return report
        assert report.target_sha256 is not None, "of every file that was written"
        try:
            remote_for(task.target).put(
                report.target, task.target, report.target_sha256, overwrite=task.overwrite
            )
        except EffaceError as error:
            return replace(report, target=None, target_sha256=None).failing(error)
        return report

    def empty(self, task: ShardTask) -> None:
        """Nothing of the file is here any more, if it does not belong here."""
        here = self.here(task)
        if isinstance(task.source, Address):
            os.truncate(here.source, 0)
        if isinstance(task.target, Address) and here.target is not None:
            here.target.unlink(missing_ok=True)


def _stand_ins(source: Place, target: Place, folder: Path) -> PlannedFile:
    try:
        folder.mkdir(mode=0o700)
        if isinstance(source, Address):
            ending = _ending(source)
            source = folder / f"original{ending}"
            os.close(os.open(source, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE))
    except OSError as error:
        raise output_error(folder, error) from error
    if isinstance(target, Address):
        target = folder / f"result{_ending(target)}"
    return PlannedFile(source, target)


def _ending(address: Address) -> str:
    found = _ENDING.fullmatch(Path(address.name).suffix)
    return found[0] if found else ""
