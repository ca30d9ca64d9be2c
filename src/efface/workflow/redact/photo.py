"""One photo: read, detect, write, verify, rescan; the output appears only if all of it held."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from efface.detect.around import photo_sphere
from efface.detect.interface import Detection
from efface.detect.photo import find_faces, read_media
from efface.detect.rescan import RESCAN_THRESHOLD, TURNED, rescan, rescan_detector_name
from efface.errors import (
    GateError,
    InputError,
    NoFaceError,
    RefusedError,
    VerificationError,
)
from efface.events import Listener, StepStarted, ignore
from efface.files.appearing import appearing, check_target, output_error
from efface.files.paths import sha256
from efface.media.interface import Photo
from efface.media.siblings import beside
from efface.media.sniff import check_ending, open_photo
from efface.regions import Media, Regions
from efface.regions.checks import check_regions
from efface.regions.choices import chosen, needs_times
from efface.workflow.redact.counting import counted
from efface.workflow.redact.extent import note_extent
from efface.workflow.redact.order import Order, check_sealed, provable
from efface.workflow.redact.report import FileReport, Rescan
from efface.zones.extent import Extent
from efface.zones.growth import zones_of
from efface.zones.zone import Zone


def redact_photo(
    report: FileReport,
    target: Path,
    order: Order,
    regions: Regions | None = None,
    listen: Listener = ignore,
) -> None:
    """Redact ``report.source`` into ``target`` and fill in the report.

    Raises:
        EffaceError: whatever kept the file from being released; nothing is left behind then.
    """
    source = report.source
    with report.step("read"):
        listen(StepStarted(source, "read", 0, 1))
        photo, media = _opened(report, target, order)
    if order.dry_run:
        _plan(report, photo, target)
        return
    with report.step("detect"):
        if regions is None:
            regions = _found(report, photo, media, order, listen)
        else:
            check_regions(regions, media, source)
            report.detector = "none: regions were given"
    if needs_times(order.keep, order.drawn):
        raise RefusedError("a photo has no times.", path=source, hint="Leave out what follows '@'.")
    report.counts = counted(regions, order.keep, len(order.drawn))
    regions = chosen(regions, order.keep, order.drawn, ())
    report.faces, report.doubtful = len(regions.tracks), regions.doubtful
    report.kept = tuple(t.id for t in regions.tracks if t.action == "keep")
    if not regions.tracks and not order.allow_no_face:
        raise NoFaceError(
            "no face was found, so nothing was written.",
            path=source,
            hint="Look at the picture: add a face with --regions, or accept it with "
            "--allow-no-face.",
        )
    if not regions.tracks:
        report.notes.append("No face was found; the user accepted that.")
    with appearing(target, overwrite=order.overwrite) as temporary:
        with report.step("write"):
            listen(StepStarted(source, "write", 0, 1))
            zones = provable(order, photo, photo.grown(_zones(photo, regions, order)))
            report.zones = zones
            note_extent(report, _extent(regions, zones))
            try:
                with temporary.open("xb") as out:
                    written = photo.write(
                        zones, order.policy.method.colour, order.policy.encode, out
                    )
            except OSError as error:
                raise output_error(target, error) from error
            report.dropped = written.dropped
            report.notes.extend(written.notes)
        with report.step("verify"):
            listen(StepStarted(source, "verify", 0, 1))
            again = _verified(photo, temporary, zones, order, report)
        _looked_at_again(again, regions, order, report, listen)
        if order.red_team is not None:
            with report.step("attack"):
                order.red_team.check((photo, again), regions, report, target=target, listen=listen)
        if order.evidence is not None:
            with report.step("evidence"):
                order.evidence.sign(
                    photo,
                    temporary,
                    report,
                    policy=order.policy,
                    target=target,
                    overwrite=order.overwrite,
                    zones=zones,
                )
        report.target_sha256 = sha256(temporary)
    report.target = target
    report.status = "redacted" if zones else "kept" if regions.tracks else "no-face"
    report.exit_code = 0


def _zones(photo: Photo, regions: Regions, order: Order) -> tuple[Zone, ...]:
    return zones_of(regions, order.policy.zones, lambda frame: photo_sphere(photo, frame))


def _extent(regions: Regions, zones: Sequence[Zone]) -> Extent:
    extent = Extent()
    for frame in range(regions.media.frames):
        width, height = regions.media.size(frame)
        kept = [(track.id, box) for track, box in regions.in_frame(frame, "keep")]
        faces = [(t.id, box) for t, box in regions.in_frame(frame, "redact") if not t.zone]
        extent.see([zone for zone in zones if zone.frame == frame], width, height, kept, faces)
    return extent


def _plan(report: FileReport, photo: Photo, target: Path) -> None:
    """What can be said without looking for faces: whether every frame can be decoded."""
    for frame in range(len(photo.sizes)):
        photo.picture(frame)
    report.plan(target)


def _found(
    report: FileReport, photo: Photo, media: Media, order: Order, listen: Listener
) -> Regions:
    """The faces, noting how they were found."""
    report.recall = order.policy.detect.recall
    regions, report.detector = find_faces(photo, media, report.recall, listen)
    return regions


def _opened(report: FileReport, target: Path, order: Order) -> tuple[Photo, Media]:
    """The input, if it and the target are what they have to be."""
    source = report.source
    photo = open_photo(source, order.policy.limits)
    check_target(source, target, order.overwrite)
    check_ending(target, photo.format)
    media = read_media(source, photo)
    check_sealed(order, media.sha256, source, target)
    report.format, report.sha256 = photo.format, media.sha256
    report.width, report.height, report.frames = media.width, media.height, media.frames
    report.beside = beside(source)
    return photo, media


def _verified(
    photo: Photo, temporary: Path, zones: Sequence[Zone], order: Order, report: FileReport
) -> Photo:
    """Read the written file again and hold it against the input."""
    try:
        again = open_photo(temporary, order.policy.limits)
        report.fidelity = photo.compare(again, zones)
    except InputError as error:
        raise VerificationError(
            f"the written file cannot be read back ({error.message})", path=report.source
        ) from error
    if again.gpano != photo.gpano:
        raise VerificationError(
            "the written file does not say that it is an all-round picture as the input does.",
            path=report.source,
            hint="Nothing was released. Please report this file's format.",
        )
    left = again.findings()
    if left:
        raise VerificationError(
            "the written file still carries " + ", ".join(f"{f.kind} ({f.where})" for f in left),
            path=report.source,
            hint="Nothing was released. Please report this file's format.",
        )
    ssim = report.fidelity.ssim
    if ssim is not None and ssim < order.policy.encode.min_ssim:
        raise VerificationError(
            f"outside the zones the written picture has an SSIM of {ssim:.4f}, "
            f"less than {order.policy.encode.min_ssim}.",
            path=report.source,
            hint="Raise the encode quality in the policy, or lower encode.min_ssim.",
        )
    shift = report.fidelity.shift
    if shift is not None and shift > order.policy.encode.max_shift:
        raise VerificationError(
            f"outside the zones the written picture's colours moved by {shift:.1f} of 255, "
            f"more than {order.policy.encode.max_shift:g}.",
            path=report.source,
            hint="The file's colours are not kept: convert it to PNG or TIFF first, and redact "
            "that.",
        )
    return again


def _looked_at_again(
    again: Photo, regions: Regions, order: Order, report: FileReport, listen: Listener
) -> None:
    """The second detector on what was written."""
    with report.step("rescan"):
        if order.policy.rescan.enabled:
            _rescan(again, regions, order, report, listen)
        else:
            report.notes.append("The rescan was switched off by the policy.")


def _rescan(
    again: Photo, regions: Regions, order: Order, report: FileReport, listen: Listener
) -> None:
    threshold = order.policy.rescan.threshold or RESCAN_THRESHOLD
    seen: list[tuple[int, Detection]] = []
    turns = {} if order.policy.detect.recall == "fast" else TURNED  # what that looked at
    for frame in range(len(again.sizes)):
        listen(StepStarted(report.source, "rescan", frame, len(again.sizes)))
        kept = [box for _, box in regions.in_frame(frame, "keep")]
        picture, sphere = again.picture(frame), photo_sphere(again, frame)
        zones = report.zones
        faces = rescan(picture, frame, zones, kept, threshold, sphere=sphere, turns=turns)
        seen += [(frame, face) for face in faces]
    report.rescan = Rescan(rescan_detector_name(), threshold, tuple(seen))
    if not seen:
        return
    places = "; ".join(
        f"frame {frame}: {face.width:.0f}x{face.height:.0f} at ({face.x:.0f}, {face.y:.0f})"
        for frame, face in seen
    )
    sentence = f"the rescan saw {len(seen)} face(s) neither covered nor kept: {places}."
    if not order.accept_rescan:
        raise GateError(
            sentence,
            path=report.source,
            hint="Add them to the regions ('efface detect --json', then --regions), mark them "
            '"action": "keep", or release the file as it is with --accept-rescan.',
        )
    report.notes.append(sentence[0].upper() + sentence[1:] + " The user accepted that.")
