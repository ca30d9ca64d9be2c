"""Faces removed: ``efface.redact``, and many files at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from efface.arguments import (
    AnyPath,
    GivenPassphrase,
    GivenPolicy,
    GivenRegions,
    all_regions,
    passphrase_from,
    path_from,
    policy_from,
    the_regions,
)
from efface.arrays import fill_array
from efface.errors import RefusedError
from efface.events import Listener, ignore
from efface.policy import Policy
from efface.redact.people import NOBODY, NamedPeople, named, read_project
from efface.regions import Regions
from efface.regions.choices import drawings, keeps
from efface.report.limits import LIMITS
from efface.sandbox.redactor import confined_redactor
from efface.workflow.plan import PlannedFile, effaced_name, plan
from efface.workflow.redact.batch import redact_all as redact_planned
from efface.workflow.redact.extent import covered_words
from efface.workflow.redact.file import redact_file
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.job import Job
from efface.workflow.redact.methods import check_method
from efface.workflow.redact.order import Order, PackOrder, check_allowed
from efface.workflow.redact.ports import Ports
from efface.workflow.redact.report import FileReport, Report
from efface.workflow.redact.report_form import NotarisedEntry, VideoSummary
from efface.workflow.redact.workers import ports_for

__all__ = [
    "LIMITS", "FileReport", "Job", "NotarisedEntry", "PlannedFile", "Ports", "Report",
    "VideoSummary", "covered_words", "effaced_name", "job", "no_files_yet", "pack_order",
    "ports_for", "redact", "redact_all", "redact_frame", "run",
]  # fmt: skip


def redact(
    path: AnyPath,
    out: AnyPath | None = None,
    *,
    policy: GivenPolicy = None,
    regions: GivenRegions = None,
    keep: str | Iterable[str] = (),
    draw: str | Iterable[str] = (),
    allow_no_face: bool = False,
    accept_rescan: bool = False,
    allow_damaged: bool = False,
    overwrite: bool = False,
    people: str | Iterable[str] = (),
    project: AnyPath | None = None,
    pack: AnyPath | None = None,
    key: str | None = None,
    identities: Sequence[AnyPath] = (),
    passphrase: GivenPassphrase | None = None,
    listen: Listener = ignore,
) -> FileReport:
    """Redact one photo or video.

    Args:
        path: the file; it is only read.
        out: where the result goes; ``NAME.effaced.EXT`` beside the input by default.
        policy: what to do, as a ``Policy``, a file, or a mapping; the defaults when left out. With
            ``attack.enabled`` the result is attacked before it is released.
        regions: faces and zones to use instead of the detector's, as ``Regions``, a document, or
            the path of one.
        keep: ids of tracks that stay visible, one (``"t3"``) or several; in a video
            ``t3@0:10-0:20`` does for that time.
        draw: zones drawn by hand, as ``--zone`` takes them: ``X,Y,W,H``, ``X,Y,W,H@FROM-TO``, or
            key frames ``X,Y,W,H@TIME X,Y,W,H@TIME``.
        allow_no_face: write the file (without its metadata) although no face was found.
        accept_rescan: release it although the rescan saw an uncovered face.
        allow_damaged: write what can be read of a damaged video; frames that cannot are solid.
        overwrite: replace an existing output.
        people: who is who, as ``--person`` takes it: ``t1=A``, one or several. Faces with the same
            name get the same drawn head, in every file of the project.
        project: file of the project's key (``new_project``); needed with ``people``.
        pack: folder; the file is the original of that pack: what is written is proven and signed.
        key: name of the key that signs; needed if there are several.
        identities: files of secret keys (age or SSH) that open its seal; your own when left out.
        passphrase: of those keys.
        listen: receives progress events.

    Returns: what was done; the file is at ``report.target``.

    Raises:
        EffaceError: a subclass says why nothing was written (its ``exit_code`` is the command's).
    """
    source = path_from(path)
    order = Order(
        policy_from(policy),
        keeps(keep),
        drawings(draw),
        allow_no_face,
        accept_rescan,
        allow_damaged,
        overwrite,
        pack=None if pack is None else pack_order(pack, key, identities),
        people=_people(people, project, sealed=pack is not None),
    )
    check_method(order)
    target = path_from(out) if out is not None else effaced_name(source)
    ports = ports_for(order, None if passphrase is None else passphrase_from(passphrase))
    own = regions if isinstance(regions, Regions) else None  # whose they are is checked there
    documents = None if own is not None else all_regions(regions)
    asked = FileOrder(source, target, order, ports, own, documents)
    if not _apart(order):
        return redact_file(asked, listen).or_raise()
    with confined_redactor((PlannedFile(source, target),), order) as redactor:
        return redactor.redact(asked, listen).or_raise()


def job(
    paths: Sequence[AnyPath],
    out: AnyPath | None = None,
    *,
    policy: GivenPolicy = None,
    regions: GivenRegions = None,
    keep: str | Iterable[str] = (),
    draw: str | Iterable[str] = (),
    allow_no_face: bool = False,
    accept_rescan: bool = False,
    allow_damaged: bool = False,
    overwrite: bool = False,
    skip_existing: bool = False,
    dry_run: bool = False,
    people: str | Iterable[str] = (),
    project: AnyPath | None = None,
    pack: AnyPath | None = None,
    key: str | None = None,
    identities: Sequence[AnyPath] = (),
) -> Job:
    """Plan many files, and do nothing yet: ``Job.run`` does, here or, from its JSON, in another
    process.

    Args:
        paths: files and folders.
        out: a file for one input, otherwise a folder; ``NAME.effaced.EXT`` beside each input by
            default.
        skip_existing: take an output that exists for the result of an earlier run.
        dry_run: say what would be done, and neither look for faces nor write.
        policy: as for ``redact``, like all the others.

    Raises:
        RefusedError: two inputs would go to one output, an output is an input, there is nothing to
            do, or something given cannot be meant.
        InputError: the policy or the regions cannot be read.
    """
    order = Order(
        policy_from(policy),
        keeps(keep),
        drawings(draw),
        allow_no_face,
        accept_rescan,
        allow_damaged,
        overwrite,
        skip_existing,
        dry_run,
        None if pack is None else pack_order(pack, key, identities),
        _people(people, project, sealed=pack is not None),
    )
    check_method(order)
    planned = plan([path_from(path) for path in paths], None if out is None else path_from(out))
    return Job(order, planned, all_regions(regions))


def order_for(
    policy: GivenPolicy = None,
    *,
    allow_no_face: bool = False,
    accept_rescan: bool = False,
    allow_damaged: bool = False,
) -> Order:
    """What is done to files that are not known yet; as for :func:`job`.

    Raises:
        RefusedError: it cannot be done here.
        InputError: the policy cannot be read.
    """
    order = Order(
        policy_from(policy),
        allow_no_face=allow_no_face,
        accept_rescan=accept_rescan,
        allow_damaged=allow_damaged,
    )
    check_method(order)
    return order


def no_files_yet(policy: Policy) -> Job:
    """A job to which files come later.

    Raises:
        EffaceError: its policy's method cannot be used.
    """
    order = Order(policy)
    check_method(order)
    return Job(order, ())


def redact_all(
    paths: Sequence[AnyPath],
    out: AnyPath | None = None,
    *,
    policy: GivenPolicy = None,
    regions: GivenRegions = None,
    allow_no_face: bool = False,
    accept_rescan: bool = False,
    allow_damaged: bool = False,
    overwrite: bool = False,
    skip_existing: bool = False,
    listen: Listener = ignore,
    tell: Callable[[FileReport], None] = lambda file: None,
) -> Report:
    """Redact many photos and videos; one bad file does not stop the others.

    Args:
        paths: files and folders.
        out: a file for one input, otherwise a folder; ``NAME.effaced.EXT`` beside each input by
            default.
        skip_existing: take an output that exists for the result of an earlier run.
        listen: receives progress events.
        tell: is called with each file's report as soon as nothing changes in it any more.
        policy: as for ``redact``, like all the others.

    Returns:
        What became of each file; errors are in it, and so is an interruption.

    Raises:
        RefusedError: as for ``job``.
        InputError: likewise.
    """
    planned = job(
        paths,
        out,
        policy=policy,
        regions=regions,
        allow_no_face=allow_no_face,
        accept_rescan=accept_rescan,
        allow_damaged=allow_damaged,
        overwrite=overwrite,
        skip_existing=skip_existing,
    )
    return run(planned, listen=listen, tell=tell)


def run(
    job: Job,
    ports: Ports | None = None,
    listen: Listener = ignore,
    *,
    tell: Callable[[FileReport], None] = lambda file: None,
) -> Report:
    """Do a job here, its files read in processes apart where its policy requires that.

    Args:
        ports: as for ``Job.run``.
        listen: receives progress events.
        tell: is called with each file's report as soon as nothing changes in it any more.

    Raises:
        RefusedError: the policy requires a stricter confinement than works here, or a pack is
            wanted, which needs somebody to sign, or files that are not read apart.
    """
    if not _apart(job.order):
        return job.run(ports, listen, tell=tell)
    ports = ports_for(job.order) if ports is None else ports
    with confined_redactor(job.files, job.order) as redactor:
        return redact_planned(
            job.files, job.order, job.regions, ports, listen, tell=tell, redact=redactor.redact
        )


def _apart(order: Order) -> bool:
    """Whether files are read in a process apart."""
    return order.policy.sandbox.require != "none"


def _people(given: str | Iterable[str], project: AnyPath | None, *, sealed: bool) -> NamedPeople:
    """Whom the user named.

    Args:
        sealed: there is a pack, under whose seal the project's key goes.

    Raises:
        RefusedError: there is no project, or one is not written as it should be.
        InputError: the project's key cannot be read.
    """
    if not given:
        return NOBODY
    if project is None:
        raise RefusedError(
            "people were named, and no project: its key says which head goes with which name.",
            hint="--project FILE names it; 'efface keys project FILE' makes one.",
        )
    key = read_project(path_from(project))
    return NamedPeople(named(key, given), key if sealed else b"")


def pack_order(folder: AnyPath, key: str | None, identities: Sequence[AnyPath]) -> PackOrder:
    """The pack that was named, as an order has it."""
    return PackOrder(path_from(folder), key, tuple(path_from(file) for file in identities))


def redact_frame(
    frame: NDArray[Any],
    regions: Regions | AnyPath | Mapping[str, Any],
    *,
    index: int = 0,
    policy: GivenPolicy = None,
) -> NDArray[Any]:
    """Fill the zones of one frame held as an array.

    Args:
        frame: uint8, shape (height, width) grey, (height, width, 3) RGB or (height, width, 4) RGBA,
            upright; it is not changed.
        regions: whose boxes with ``frame == index`` are used; tracks marked ``keep`` are left.
        index: which frame of the regions this is.
        policy: how zones grow, and their colour.

    Returns:
        A copy with the zones filled; alpha in a zone is opaque.

    Raises:
        ValueError: the array is no picture, or not the one that the regions are of.
        RefusedError: the policy does not allow it.
    """
    order = Order(policy_from(policy))
    given = the_regions(regions)
    check_allowed(order, given)
    return fill_array(frame, given, index, order.policy)
