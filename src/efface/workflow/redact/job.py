"""A job: what is to be redacted, how, and where to, as data that crosses to another process.

``python -m efface.workflow.redact.job`` reads a job as JSON from standard input and says on
standard output what happens, a line of JSON for each: ``{"event": …}`` for progress,
``{"file": …}`` for what became of a file as soon as that is known, and at the end
``{"report": …}``, or ``{"error": …}`` when there was no job to do. It ends with the report's exit
code.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from efface.documents.reading import as_model, from_json
from efface.errors import EffaceError, InputError, RefusedError, StoppedError, in_own_words
from efface.events import Listener, event_to_json, ignore
from efface.files.interruptions import interruptible
from efface.regions import Regions
from efface.workflow.plan import PlannedFile
from efface.workflow.redact.batch import redact_all
from efface.workflow.redact.form import JOB_SCHEMA, FaultEntry, JobDocument, PlannedEntry
from efface.workflow.redact.order import Order
from efface.workflow.redact.ports import Ports
from efface.workflow.redact.report import FileReport, Report
from efface.workflow.redact.workers import ports_for


@dataclass(frozen=True, slots=True)
class Job:
    """Files, and one order for all of them."""

    order: Order
    files: tuple[PlannedFile, ...]
    regions: Mapping[str, Regions] | None = None
    """In place of what the detectors find, by the input's SHA-256."""

    def run(
        self,
        ports: Ports | None = None,
        listen: Listener = ignore,
        *,
        tell: Callable[[FileReport], None] = lambda file: None,
    ) -> Report:
        """Do it here.

        Args:
            ports: whoever the order wants asked; made from it when left out, which cannot be for a
                pack: its keys are no part of a job.
            tell: is called with each file's report as soon as nothing changes in it any more.

        A file whose policy requires that it is read apart is refused here: ``efface.run`` sees to
        that.

        Raises:
            RefusedError: the order is for a pack, and nobody was handed in to sign.
        """
        ports = ports_for(self.order) if ports is None else ports
        return redact_all(self.files, self.order, self.regions, ports, listen, tell=tell)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types (``efface.job/1``), from which ``from_json`` makes the same again."""
        document: dict[str, Any] = msgspec.to_builtins(
            JobDocument(
                schema=JOB_SCHEMA,
                order=self.order.to_json(),
                files=tuple(map(_planned_entry, self.files)),
                regions=None
                if self.regions is None
                else tuple(one.to_json(exact=True) for one in self.regions.values()),
            )
        )
        return document

    @classmethod
    def from_json(cls, document: object) -> Job:
        """Read ``to_json``.

        Raises:
            RefusedError: it does not follow ``efface.job/1``, or a document in it not its own form.
        """
        try:
            form = as_model(document, JobDocument)
        except ValueError as error:
            raise RefusedError(f"the job is not valid {JOB_SCHEMA}: {error}.") from error
        regions = None
        if form.regions is not None:
            regions = {one.media.sha256: one for one in map(Regions.from_json, form.regions)}
        return cls(Order.from_json(form.order), tuple(map(_planned_of, form.files)), regions)


def _planned_entry(file: PlannedFile) -> PlannedEntry:
    error = None if file.error is None else FaultEntry(file.error.message, file.error.hint)
    target = None if file.target is None else str(file.target)
    return PlannedEntry(str(file.source), target, file.skipped, error)


def _planned_of(entry: PlannedEntry) -> PlannedFile:
    source = Path(entry.source)
    error = None
    if entry.error is not None:
        error = InputError(entry.error.message, path=source, hint=entry.error.hint)
    target = None if entry.target is None else Path(entry.target)
    return PlannedFile(source, target, entry.skipped, error)


def main() -> None:
    """Do the job that comes in."""
    with interruptible():
        try:
            code = _run()
        except KeyboardInterrupt:
            code = _failed(StoppedError("interrupted before there was a result."))
        except Exception as error:
            code = _failed(in_own_words(error))
    sys.exit(code)


def _run() -> int:
    try:
        document = from_json(sys.stdin.read())
    except ValueError as error:
        raise RefusedError(f"the job is no JSON: {error}.") from error
    report = Job.from_json(document).run(
        listen=lambda event: _say("event", event_to_json(event)),
        tell=lambda file: _say("file", file.to_json()),
    )
    _say("report", report.to_json())
    return report.exit_code


def _failed(error: EffaceError) -> int:
    _say("error", error.to_json())
    return error.exit_code


def _say(kind: str, document: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps({kind: document}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
