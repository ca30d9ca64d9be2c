"""The Python interface: what the command line does, for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from efface.arguments import (
    AnyPath,
    GivenPolicy,
    GivenRegions,
    all_regions,
    path_from,
    policy_from,
    regions_from,
    the_regions,
)
from efface.arrays import detect_in_array, fill_array
from efface.events import Listener, ignore
from efface.media.siblings import beside, name_findings
from efface.media.sniff import kind_of_file, open_photo
from efface.media.trace import Trace
from efface.policy import Recall
from efface.regions import Regions
from efface.regions.choices import drawings, keeps
from efface.scan.result import FileScan
from efface.workflow.detect import detect_file
from efface.workflow.plan import effaced_name
from efface.workflow.redact.file import redact_file
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.order import Order, check_allowed
from efface.workflow.redact.report import FileReport
from efface.workflow.redact.workers import ports_for
from efface.workflow.scan import scan_file

if TYPE_CHECKING:
    from efface.attack.red_team.outcome import Outcome
    from efface.workflow.verify import Verification


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
    )
    target = path_from(out) if out is not None else effaced_name(source)
    given = regions_from(regions, source)
    return redact_file(FileOrder(source, target, order, ports_for(order), given), listen).or_raise()


def detect(
    path: AnyPath | NDArray[Any],
    *,
    recall: Recall | None = None,
    policy: GivenPolicy = None,
    allow_damaged: bool = False,
) -> Regions:
    """Find the faces in one photo or video, or in a picture held as an array.

    Args:
        path: the file; or uint8, shape (height, width) grey, (height, width, 3) RGB or (height,
            width, 4) RGBA, upright.
        recall: how hard to look; the policy's when left out.
        policy: the defaults when left out.
        allow_damaged: look at what can be read of a damaged video.

    Raises:
        InputError: the file cannot be read whole.
        RefusedError: its format cannot be handled.
        ValueError: there is no such recall, or the array's dtype or shape is another.
        TypeError: it is neither a path nor an array.
    """
    chosen = policy_from(policy, recall)
    if isinstance(path, np.ndarray):
        return detect_in_array(path, chosen)
    source = path_from(path, "the path of a file, or an array (numpy.asarray(image))")
    return detect_file(source, chosen, allow_damaged=allow_damaged)


def scan(
    path: AnyPath,
    *,
    recall: Recall | None = None,
    policy: GivenPolicy = None,
    allow_damaged: bool = False,
    listen: Listener = ignore,
) -> FileScan:
    """Say how the faces of one photo or video show, and where in a video none was seen.

    Args:
        path: the file; it is only read, and nothing is written.
        recall: how hard to look for faces; the policy's when left out.
        policy: the defaults when left out.
        allow_damaged: scan what can be read of a damaged video.
        listen: receives progress events.

    Raises:
        InputError: the file cannot be read whole.
        RefusedError: its format cannot be handled.
        ValueError: there is no such recall.
    """
    chosen = policy_from(policy, recall)
    return scan_file(path_from(path), chosen, allow_damaged=allow_damaged, listen=listen)


def attack(
    path: AnyPath,
    original: AnyPath,
    *,
    regions: GivenRegions = None,
    gallery: AnyPath | None = None,
    same_person: AnyPath | None = None,
    report: AnyPath | None = None,
    show_original: bool = False,
    overwrite: bool = False,
    keep: str | Iterable[str] = (),
    policy: GivenPolicy = None,
    listen: Listener = ignore,
) -> Outcome:
    """Attack a redacted photo or video as an informed adversary would.

    Args:
        path: the redacted file; it is only read.
        original: the file that it was made from; it is only read.
        regions: faces of the original; found when left out.
        gallery: pictures of 2,000 people or more to hide among; the policy's, or AI-generated
            portraits, when left out.
        same_person: other pictures of the one person in the file, to say what hair, clothes and
            surroundings give away.
        report: where an HTML report goes; none when left out.
        show_original: the report shows the original's faces, too.
        overwrite: replace a report that exists.
        keep: tracks that are meant to be visible, such as ``"t3"`` or ``"t3@0:10-0:20"``.
        policy: the defaults when left out.
        listen: receives progress events.

    Returns:
        What was found; ``outcome.passed`` says whether the file may be published, ``outcome.kind``
        and ``outcome.verdict`` what is proven of it.

    Raises:
        RefusedError: the files do not belong together, or something given cannot be used.
        NoFaceError: no face was found in the original.
        InputError: a file cannot be read whole.
        OutputError: the report cannot be written.
    """
    from efface.workflow.attack import Asked, attack_file  # noqa: PLC0415 - takes long

    asked = Asked(
        policy_from(policy),
        all_regions(regions),
        gallery=None if gallery is None else Path(gallery),
        same_person=None if same_person is None else Path(same_person),
        report=None if report is None else Path(report),
        show_original=show_original,
        overwrite=overwrite,
        keep=keeps(keep),
    )
    return attack_file(path_from(path), path_from(original), asked, listen)


def inspect(path: AnyPath, *, policy: GivenPolicy = None) -> tuple[Trace, ...]:
    """What a photo or video carries besides its visible pixels and its sound that could show,
    locate or name someone. Photos are decoded for it.

    Raises:
        InputError: the file cannot be read whole.
        RefusedError: its format cannot be handled.
    """
    source, asked = path_from(path), policy_from(policy)
    if kind_of_file(source) == "video":
        from efface.media.video import open_video  # noqa: PLC0415 - not needed for photos

        found = open_video(source, asked.limits, asked.video.track).findings()
    else:
        photo = open_photo(source, asked.limits)
        for frame in range(len(photo.sizes)):  # damage is told here as redacting would tell it
            photo.picture(frame)
        found = photo.findings()
    return (*found, *name_findings(source), *beside(source))


def verify(
    path: AnyPath | None = None,
    *,
    pack: AnyPath | None = None,
    original: AnyPath | None = None,
    identities: Sequence[AnyPath] = (),
    signer: str | None = None,
    roots: AnyPath | None = None,
) -> Verification:
    """Check a published file, its pack, or both, offline; ``docs/evidence.md`` says what each line
    of the answer proves.

    Args:
        path: as it was published; left out: the pack alone.
        pack: folder.
        original: as a court has it; needs the pack.
        identities: files of secret keys (age or SSH, without a passphrase) that open the seal.
        signer: who must have signed it: a name that is known, or a key id or its first 16 digits.
        roots: PEM file of the timestamp authorities that are trusted.

    Returns:
        Whatever is found; a forgery is no exception, but ``ok`` is false then.

    Raises:
        InputError: something cannot be read whole.
        RefusedError: there is nothing to check, or none of the keys opens the seal.
        VerificationError: the pack is of another version, or none.
    """
    from efface.evidence.keys.trust import known_here  # noqa: PLC0415 - as below
    from efface.evidence.pack.opened import Pack  # noqa: PLC0415
    from efface.evidence.seal.identities import identities as keys_of  # noqa: PLC0415
    from efface.evidence.timestamp.check import load_roots  # noqa: PLC0415
    from efface.evidence.verify.context import Context  # noqa: PLC0415
    from efface.workflow import verify as verifying  # noqa: PLC0415 - loads what signs and seals

    context = Context(known_here(), () if roots is None else load_roots(Path(roots)))
    folder = None if pack is None else Pack(Path(pack))
    keys = [key for file in identities for key in keys_of(Path(file), lambda: "")]
    return verifying.verify(
        None if path is None else Path(path),
        context,
        pack=folder,
        original=None if original is None else Path(original),
        secret=folder.secret(keys) if folder is not None and keys else None,
        signer=signer,
    )


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
