"""Files redacted in confined processes, one after the other: what goes in is a job of one file,
and what comes out is a report and a file, neither of which is believed unseen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from efface.errors import InputError, OutputError, RefusedError, StoppedError, in_own_words
from efface.events import Listener
from efface.files.appearing import check_target, scratch_folder
from efface.files.paths import is_folder, sha256
from efface.policy import Policy
from efface.regions import Regions
from efface.sandbox.apart import ConfinedWorker, WorkerLostError, code_paths
from efface.sandbox.choice import chosen_mechanism
from efface.sandbox.interface import Bounds, Mechanism, View
from efface.sandbox.staging import home_of, publish
from efface.sandbox.told import told_event, told_report
from efface.weights.added import models_folder
from efface.workflow.plan import PlannedFile
from efface.workflow.redact.file import STOPPED
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.job import Job
from efface.workflow.redact.order import Order
from efface.workflow.redact.report import FileReport

FILES_EACH = 64
"""Files that one process takes, and sees, before another takes its place: its start costs about a
second of processor time."""

_LARGER = 4
"""A file that is written may be so many times the size that an input may have."""


class ReaderLostError(InputError):
    """What read the file crashed, hung, or said what it must not."""


class ConfinedRedactor:
    """Redacts the files of one run; to be closed."""

    def __init__(
        self,
        files: Sequence[PlannedFile],
        order: Order,
        mechanism: Mechanism | None = None,
        *,
        home: Path | None = None,
    ) -> None:
        """
        Args:
            files: of the run, in the order in which they will be asked for.
            mechanism: left out, the strongest that works, as strict as the policy requires.
            home: folder on the targets' disk for what is not finished; left out, each target's own.

        Raises:
            RefusedError: none is strict enough, or a pack is wanted.
        """
        if order.pack is not None:
            raise RefusedError(
                "a pack is signed with your key, which a process that reads hostile files does not "
                "get: files for a pack cannot be read apart.",
                path=order.pack.folder,
                hint="Take --pack or sandbox.require out, whichever matters less for this file.",
            )
        least = order.policy.sandbox.require
        self._mechanism = mechanism or chosen_mechanism("limits" if least == "none" else least)
        self._order = replace(order, policy=_with_whole_paths(order.policy))
        self._files = [file for file in files if file.target is not None and file.error is None]
        self._place = {file.source: number for number, file in enumerate(self._files)}
        self._worker: ConfinedWorker | None = None
        self._seen: dict[Path, Path] = {}
        """Files of the process that runs, and where each result is written."""
        self._around = ExitStack()
        self._home = home

    def redact(self, asked: FileOrder, listen: Listener) -> FileReport:
        """One file, as ``workflow.redact.file.redact_file`` does it.

        Args:
            asked: for a file of the run.
        """
        report = FileReport(asked.source)
        try:
            report = self._redacted(asked, listen)
        except WorkerLostError as lost:
            self.close()
            report = report.failing(lost_reader(lost))
        except Exception as error:  # one file's trouble must not cost the others
            report = report.failing(in_own_words(error, asked.source))
        except KeyboardInterrupt:
            self.close()
            report = report.failing(StoppedError(STOPPED))
        return replace(report, sandbox=self._mechanism.name)

    def interrupt(self) -> None:
        """From another thread: end the process; the file that it works on fails."""
        worker = self._worker
        if worker is not None:
            worker.kill()

    def close(self) -> None:
        """End the process, and leave nothing of it."""
        if self._worker is not None:
            self._worker.end()
        self._worker, self._seen = None, {}
        self._around.close()

    def _redacted(self, asked: FileOrder, listen: Listener) -> FileReport:
        """
        Raises:
            WorkerLostError: the process is gone.
            EffaceError: it was refused, does not start, or what it made cannot be released.
        """
        asked = _with_own_regions(asked)
        confined = replace(asked.ports, confined=self._mechanism.name)
        replace(asked, ports=confined).check_allowed()
        check_target(asked.source, asked.target, asked.order.overwrite)
        worker, staged = self._ready(asked)
        job = Job(
            self._order,
            (PlannedFile(whole_path(asked.source), staged),),
            None if asked.regions is None and asked.documents is None else _by_hash(asked),
        )
        dry_run = self._order.dry_run

        def answer(kind: str, content: object) -> FileReport | None:
            if kind == "event":
                listen(told_event(content, asked.source))
                return None
            if kind != "file":
                raise ValueError("expected a report")
            return told_report(content, asked.source, asked.target, dry_run=dry_run)

        sandbox = self._order.policy.sandbox
        report = worker.ask(job.to_json(), answer, sandbox.silent_s, sandbox.file_s)
        if report.target is not None:
            assert report.target_sha256 is not None, "told_report saw to it"
            overwrite = asked.order.overwrite
            publish(staged, asked.target, digest=report.target_sha256, overwrite=overwrite)
        return report

    def _ready(self, asked: FileOrder) -> tuple[ConfinedWorker, Path]:
        """A process that sees the file, and where it writes the result."""
        if self._worker is None or asked.source not in self._seen:
            self.close()
            first = self._place[asked.source]
            files = self._files[first : first + FILES_EACH]
            self._seen = self._stage(files)
            policy = self._order.policy
            bounds = Bounds(policy.sandbox.memory_mb, int(policy.limits.max_file_mb * _LARGER))
            self._worker = ConfinedWorker(self._mechanism, self._view(files), bounds)
        if asked.source not in self._seen:
            raise OutputError("no right to write there.", path=asked.target.parent)
        return self._worker, self._seen[asked.source]

    def _stage(self, files: Sequence[PlannedFile]) -> dict[Path, Path]:
        """Places for the results of files; of those whose disk takes none there is none."""
        scratch: dict[Path, Path | None] = {}
        places = {}
        for number, file in enumerate(files):
            assert file.target is not None, "the others are left out"
            home = self._home or home_of(file.target)
            if home not in scratch:
                try:
                    scratch[home] = self._around.enter_context(scratch_folder(home))
                except OutputError:
                    scratch[home] = None
            folder = scratch[home]
            if folder is not None:
                places[file.source] = folder / str(number) / file.target.name
        return places

    def _view(self, files: Sequence[PlannedFile]) -> View:
        sources = [whole_path(file.source) for file in files]
        policy = self._order.policy
        own = () if policy.method.own_figure else (policy.method.figure,)
        gallery = (policy.attack.gallery,) if policy.attack.gallery else ()
        beside = [str(path) for path in _companions(sources)]
        own_models = policy.method.name == "replace" or policy.attack.enabled
        models = (
            (str(models_folder().resolve()),) if own_models and is_folder(models_folder()) else ()
        )
        written = dict.fromkeys(place.parents[1] for place in self._seen.values())
        return View(
            code=code_paths(),
            reads=(*map(str, sources), *beside, *own, *gallery, *models),
            lists=tuple(dict.fromkeys(str(path.parent) for path in sources)),
            writes=tuple(str(path.absolute()) for path in written),
        )


@contextmanager
def confined_redactor(files: Sequence[PlannedFile], order: Order) -> Iterator[ConfinedRedactor]:
    """A redactor that is closed when the block ends.

    Raises:
        RefusedError: as ``ConfinedRedactor``.
    """
    redactor = ConfinedRedactor(files, order)
    try:
        yield redactor
    finally:
        redactor.close()


def whole_path(path: Path) -> Path:
    """The path without links on its way, which a view has not; the name stays."""
    return path.absolute().parent.resolve() / path.name


def _companions(sources: Sequence[Path]) -> Iterator[Path]:
    """Files beside a file that carry its name: a report warns of them."""
    in_folder: dict[Path, list[str]] = defaultdict(list)
    for path in sources:
        in_folder[path.parent].append(path.name)
    for folder, names in in_folder.items():
        stems = {*names, *(Path(name).stem for name in names)}
        try:
            there = [entry.name for entry in folder.iterdir()]
        except OSError:
            continue
        yield from (folder / name for name in there if Path(name).stem in stems)


def _with_whole_paths(policy: Policy) -> Policy:
    """With the user's own files by names that hold in any folder."""
    method, attack = policy.method, policy.attack
    if not method.own_figure:
        method = replace(method, figure=str(Path(method.figure).resolve()))
    if attack.gallery:
        attack = replace(attack, gallery=str(Path(attack.gallery).resolve()))
    return replace(policy, method=method, attack=attack)


def _with_own_regions(asked: FileOrder) -> FileOrder:
    """With the one document that is the file's, so that it can be checked, and the others are not
    sent with each file."""
    if asked.documents is None:
        return asked
    own = asked.documents.get(sha256(asked.source))
    return replace(asked, documents={} if own is None else {own.media.sha256: own}, regions=own)


def _by_hash(asked: FileOrder) -> dict[str, Regions]:
    regions = asked.regions
    return {} if regions is None else {regions.media.sha256: regions}


def lost_reader(lost: Exception) -> ReaderLostError:
    """What became of a file whose process is gone, in words.

    Args:
        lost: its message follows "what read it".
    """
    return ReaderLostError(
        f"what read it {lost}; nothing of it was written.",
        hint="If the file is one of your own, it may need more than [sandbox] in the policy gives.",
    )
