"""A shard worked off in a confined process of this machine."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from efface.batch.carrier import Carrier
from efface.batch.interface import Shard, ShardProgress, ShardTask
from efface.errors import EffaceError
from efface.events import ignore
from efface.sandbox.apart import NotStartedError
from efface.sandbox.redactor import ConfinedRedactor
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.report import FileReport


class ShardWork:
    """One shard, once."""

    def __init__(self, shard: Shard, home: Path) -> None:
        """
        Args:
            home: a folder for what is not finished, on the disk of targets that lie here.
        """
        self._shard, self._home = shard, home
        self._turn = threading.Lock()
        self._stopped = False
        self._redactor: ConfinedRedactor | None = None

    def run(self, progress: ShardProgress) -> None:
        """
        Raises:
            EffaceError: no confined process starts; no file is to blame.
        """
        with closing(Carrier(self._shard, self._home)) as carrier:
            planned = [carrier.here(task) for task in self._shard.tasks]
            with closing(ConfinedRedactor(planned, self._shard.order, home=self._home)) as redactor:
                with self._turn:
                    self._redactor = redactor
                self._through(carrier, redactor, progress)

    def _through(
        self, carrier: Carrier, redactor: ConfinedRedactor, progress: ShardProgress
    ) -> None:
        for task in self._shard.tasks:
            if self._stopped or not progress.begin(task):
                return
            report = self._one(task, carrier, redactor)
            if isinstance(report.error, NotStartedError):
                report.or_raise()
            progress.ended(task, report)

    def interrupt(self) -> None:
        """From another thread: end the process."""
        self._stopped = True
        with self._turn:
            if self._redactor is not None:
                self._redactor.interrupt()

    def _one(self, task: ShardTask, carrier: Carrier, redactor: ConfinedRedactor) -> FileReport:
        here = carrier.here(task)
        assert here.target is not None, "every task has one"
        order = self._shard.order
        order = replace(order, overwrite=order.overwrite or task.overwrite)
        regions = None if task.regions is None else {task.regions.media.sha256: task.regions}
        asked = FileOrder(here.source, here.target, order, documents=regions)
        try:
            carrier.fetch(task)
            return carrier.deliver(task, redactor.redact(asked, ignore))
        except EffaceError as error:
            return FileReport(here.source).failing(error)
        finally:
            carrier.empty(task)
