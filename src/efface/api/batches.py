"""Archives: ``efface.batch``, ``efface.watch_folder``, and what their store says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from efface.api.redaction import order_for
from efface.arguments import AnyPath, GivenPolicy, path_from, place_from
from efface.batch.export import export
from efface.batch.form import BATCH, BatchDocument, State
from efface.batch.intake import entries
from efface.batch.local import LocalWorkers
from efface.batch.run import BatchRun
from efface.batch.store import BatchStore, Result, Totals, store_of
from efface.batch.watch import SETTLES_S, Arrivals, Quarantine, quarantine_of
from efface.cluster.dask import connected
from efface.cluster.workers import ClusterWorkers
from efface.documents.model import plain
from efface.errors import EffaceError, InputError, RefusedError
from efface.events import Listener, ignore
from efface.files.appearing import TEMPORARY_PREFIX
from efface.files.paths import exists, is_folder
from efface.remote.address import Address, Place
from efface.sandbox.crew import workers_here
from efface.version import __version__
from efface.workflow.plan import PlannedFile
from efface.workflow.redact.report import FileReport

__all__ = [
    "BatchStatus", "Result", "State", "Totals", "batch", "batch_export", "batch_reports",
    "batch_results", "batch_status", "batch_totals", "watch_folder",
]  # fmt: skip


class LeftOutFile(NamedTuple):
    """A place that is no part of a batch."""

    source: str
    reason: str | InputError


@dataclass(frozen=True, slots=True)
class BatchStatus:
    """How far a batch is."""

    store: Path
    states: Mapping[State, int]
    """Files by state."""
    statuses: Mapping[str, int]
    """Files that have ended, by what became of them."""
    exit_code: int = 0
    """Of the run."""
    left_out: tuple[LeftOutFile, ...] = ()
    """Inputs of this run that are no part of it."""
    changed: int = 0
    """Files that were not released before, and of which something else is asked now."""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return plain(
            BatchDocument(
                schema=BATCH,
                store=str(self.store),
                exit_code=self.exit_code,
                states=dict(self.states),
                statuses=dict(self.statuses),
            )
        )


def batch(
    inputs: Sequence[AnyPath],
    out: AnyPath,
    *,
    policy: GivenPolicy = None,
    allow_no_face: bool = False,
    accept_rescan: bool = False,
    allow_damaged: bool = False,
    workers: int | None = None,
    store: AnyPath | None = None,
    root: AnyPath | None = None,
    redo_changed: bool = False,
    cluster: str | None = None,
    cluster_keys: AnyPath | None = None,
    listen: Listener = ignore,
) -> BatchStatus:
    """Redact many files, each read in a confined process, and keep what became of each in a store;
    called again, it goes on where it was.

    Args:
        inputs: files, folders, lists of files (``.txt``, one a line, from the list's folder),
            manifests (``.csv``), and addresses of folders elsewhere (``s3://``, ``sftp://``).
        out: folder for the results, or the address of one; sub-folders are kept.
        policy: as for ``redact``, like the options that follow.
        workers: processes at a time; left out, as many as there are processors and memory for.
        store: the store; ``OUT.batch.sqlite`` beside the results' folder by default.
        root: folder that files of a manifest are named from, or the address of one; the manifest's
            when left out.
        redo_changed: make results anew of which the manifest asks for something else now.
        cluster: a scheduler's address, ``tls://HOST:PORT``: its workers do the work, and see files
            and the results' folder by the names that they have here; ``workers`` is not for it.
        cluster_keys: folder of a client's keys, which it needs.
        listen: is told of files as they begin and end, in threads, one at a time.

    Raises:
        RefusedError: another run works on the store; it was begun with something else; files cannot
            be read apart here; there is nothing to do; a manifest has faults, or asks for something
            else of a file whose result was released; two files would go to one place;
            no scheduler answers, or a worker cannot do its work.
        InputError: the policy, a list, or the store cannot be read.
        OutputError: the store, or the results' folder, cannot be written to.
    """
    if workers is not None and workers < 1:
        raise RefusedError(f"expected at least one worker, got {workers}.")
    if (cluster is None) != (cluster_keys is None):
        raise RefusedError("a cluster and the keys for it are given together, or neither.")
    if cluster is not None and workers is not None:
        raise RefusedError(
            "how many workers a cluster has is up to it.", hint="Leave out --workers."
        )
    results = place_from(out)
    if cluster is not None and isinstance(results, Address):
        raise RefusedError(
            "results of a cluster go to a folder that all of its machines see.",
            hint="Give one with -o, and copy it when all is done.",
        )
    given = [place_from(path) for path in inputs]
    if not given:
        raise RefusedError("there is no file to work on.")
    if isinstance(results, Path) and exists(results) and not is_folder(results):
        raise RefusedError("a folder is needed for the results.", path=results)
    order = order_for(
        policy,
        allow_no_face=allow_no_face,
        accept_rescan=accept_rescan,
        allow_damaged=allow_damaged,
    )
    place = _store_for(results, store)
    left_out: list[LeftOutFile] = []
    with closing(BatchStore(place, write=True)) as opened, _undone(place, opened):
        opened.begin(order, __version__)
        added = opened.add(
            entries(
                given,
                results,
                order,
                lambda source, reason: left_out.append(LeftOutFile(source, reason)),
                None if root is None else place_from(root),
            ),
            redo=redo_changed,
        )
        if not (added.new or added.known or added.changed or added.released or left_out):
            raise RefusedError("there is no file in it.", hint="Is that the right folder?")
        home = _home(results, place)
        if cluster is None or cluster_keys is None:
            crew = LocalWorkers(workers or workers_here(), home)
            code = BatchRun(opened, crew, listen).run()
        else:
            with connected(cluster, path_from(cluster_keys)) as link:
                code = BatchRun(opened, ClusterWorkers(link, home), listen).run()
        counts, statuses = opened.counts(), opened.statuses()
        return BatchStatus(place, counts, statuses, code, tuple(left_out), added.changed)


def _store_for(results: Place, store: AnyPath | None) -> Path:
    """
    Raises:
        RefusedError: results go elsewhere, and no store was named.
    """
    if store is not None:
        return path_from(store)
    if isinstance(results, Address):
        raise RefusedError(
            "the results go to another machine, and the store must lie on a disk of this one.",
            hint="Name it with --store FILE.sqlite.",
        )
    return store_of(results)


def _home(results: Place, store: Path) -> Path:
    """The folder for what is not finished: on the results' disk, or else on the store's."""
    if isinstance(results, Address):
        return store.absolute().with_name(f"{TEMPORARY_PREFIX}{store.name}")
    return results.absolute() / f"{TEMPORARY_PREFIX}batch"


@contextmanager
def _undone(place: Path, store: BatchStore) -> Iterator[None]:
    """A store in which there is nothing goes when its batch is refused."""
    try:
        yield
    except EffaceError:
        if not any(store.counts().values()):
            store.close()
            for path in (place, *(place.with_name(place.name + end) for end in ("-wal", "-shm"))):
                path.unlink(missing_ok=True)
        raise


def watch_folder(
    folder: AnyPath,
    out: AnyPath,
    *,
    policy: GivenPolicy = None,
    allow_no_face: bool = False,
    accept_rescan: bool = False,
    allow_damaged: bool = False,
    workers: int | None = None,
    store: AnyPath | None = None,
    settles_s: float = SETTLES_S,
    tell: Callable[[FileReport], None] = lambda file: None,
    changed: Callable[[Path], None] = lambda path: None,
    left_out: Callable[[PlannedFile], None] = lambda file: None,
    listen: Listener = ignore,
) -> int:
    """Redact what arrives in a folder, each file when it is whole, until interrupted; called again,
    it goes on where it was. What is not released is named, with why, in ``OUT.quarantine``.

    Args:
        folder: what is watched, with its sub-folders; nothing in it is changed.
        out: folder for the results, not in the watched one; sub-folders are kept.
        policy: as for ``batch``, like the options that follow.
        settles_s: how long a file stays as it is before it counts as whole, in seconds.
        tell: is told what became of each file, one at a time.
        changed: is told of files that changed after their result was released; nothing is done
            about them.
        left_out: is told, once each, of what is no part of it, such as files of other kinds.
        listen: as for ``batch``.

    Returns: 130: it was interrupted.

    Raises:
        RefusedError: as for ``batch``; the results would go into the watched folder.
        InputError: the policy or the store cannot be read, or there is no such folder.
        OutputError: as for ``batch``; the quarantine cannot be written to; the folder is gone.
    """
    if workers is not None and workers < 1:
        raise RefusedError(f"expected at least one worker, got {workers}.")
    if settles_s <= 0:
        raise RefusedError(f"expected more than no time, got {settles_s} s.")
    watched, results = path_from(folder).absolute(), path_from(out).absolute()
    if not watched.is_dir():
        raise InputError("there is no such folder.", path=watched, hint="Make it, then watch it.")
    quarantine = Quarantine(quarantine_of(results), watched)
    for place in (results, quarantine.folder):
        if place.resolve().is_relative_to(watched.resolve()):
            raise RefusedError(
                "it would be in the folder that is watched.",
                path=place,
                hint="Give another folder with -o.",
            )
    order = order_for(
        policy,
        allow_no_face=allow_no_face,
        accept_rescan=accept_rescan,
        allow_damaged=allow_damaged,
    )

    def hear(report: FileReport) -> None:
        quarantine.hear(report)
        tell(report)

    place = store_of(results) if store is None else path_from(store)
    with closing(BatchStore(place, write=True)) as opened:
        opened.begin(order, __version__)
        arrivals = Arrivals(watched, results, opened, settles_s, changed, left_out)
        home = results / f"{TEMPORARY_PREFIX}batch"
        crew = LocalWorkers(workers or workers_here(), home)
        return BatchRun(opened, crew, listen, hear=hear, feed=arrivals.look).run()


def batch_status(place: AnyPath) -> BatchStatus:
    """How far a batch is, also while it runs.

    Args:
        place: the store, or the results' folder.

    Raises:
        InputError: there is no store, or it cannot be read.
    """
    found = store_of(path_from(place))
    with closing(BatchStore(found, write=False)) as opened:
        return BatchStatus(found, opened.counts(), opened.statuses())


def batch_reports(place: AnyPath, *, doubtful_first: bool = False) -> Iterator[FileReport]:
    """What became of each file that has ended.

    Args:
        place: the store, or the results' folder.
        doubtful_first: files that were not written come first, then those in which most places were
            nearly taken for a face.

    Raises:
        InputError: as for ``batch_status``.
    """
    with closing(BatchStore(store_of(path_from(place)), write=False)) as opened:
        for result in opened.results(doubtful_first=doubtful_first):
            yield result.report


def batch_results(place: AnyPath, *, doubtful_first: bool = False) -> Iterator[Result]:
    """The same, with where each file lies, here or elsewhere, and its row of the manifest.

    Args:
        place: as for ``batch_reports``, like the next.

    Raises:
        InputError: as for ``batch_status``.
    """
    with closing(BatchStore(store_of(path_from(place)), write=False)) as opened:
        yield from opened.results(doubtful_first=doubtful_first)


def batch_totals(place: AnyPath) -> Totals:
    """Sums over all files that have ended.

    Args:
        place: as for ``batch_status``.

    Raises:
        InputError: as for ``batch_status``.
    """
    with closing(BatchStore(store_of(path_from(place)), write=False)) as opened:
        return opened.totals()


def batch_export(place: AnyPath, out: AnyPath, *, overwrite: bool = False) -> int:
    """Write what became of each file that has ended; what to look at first comes first.

    Args:
        place: as for ``batch_status``.
        out: a name that ends in ``.csv``, ``.jsonl``, ``.parquet`` (needs ``efface[parquet]``), or
            ``.txt``: a list of the originals that a person should look at, for ``efface review``.

    Returns: how many files stand in it.

    Raises:
        InputError: as for ``batch_status``.
        RefusedError: the name says nothing of that, or the file exists.
        OutputError: it cannot be written.
    """
    with closing(BatchStore(store_of(path_from(place)), write=False)) as opened:
        results = opened.results(doubtful_first=True)
        return export(results, path_from(out), overwrite=overwrite)
