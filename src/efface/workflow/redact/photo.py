"""One photo: read, detect, write, verify, rescan; the output appears only if all of it held."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from efface.detect.around import photo_sphere
from efface.detect.interface import Detection
from efface.detect.media import check_given
from efface.detect.photo import find_faces
from efface.detect.rescan import RESCAN_THRESHOLD, TURNED, rescan, rescan_detector_name
from efface.errors import RefusedError
from efface.files.appearing import appearing, check_target, output_error
from efface.media.file import Picture
from efface.media.interface import Photo
from efface.media.siblings import beside
from efface.media.sniff import check_ending, open_photo, photo_of
from efface.media.source import Source
from efface.regions import Regions
from efface.regions.choices import chosen, needs_times
from efface.workflow.redact import gates
from efface.workflow.redact.counts import counted
from efface.workflow.redact.draft import Draft
from efface.workflow.redact.ending import attack_written, sign_written
from efface.workflow.redact.extent import extent_notes
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.methods import finished, prepared, redrawn
from efface.workflow.redact.report import FileReport, Rescan
from efface.zones.extent import Extent
from efface.zones.filling import Filling
from efface.zones.growth import zones_of
from efface.zones.zone import Zone


@dataclass(frozen=True, slots=True)
class _Fill:
    """What is put where."""

    zones: tuple[Zone, ...]
    filling: Filling


def redact_photo(asked: FileOrder, source: Source, draft: Draft) -> FileReport:
    """Redact a photo.

    Args:
        source: the input.

    Raises:
        EffaceError: whatever kept the file from being released; nothing is left behind then.
    """
    with draft.step("read"):
        draft.tell("read")
        photo = _opened(asked, source, draft)
    if asked.order.dry_run:
        for frame in range(len(photo.sizes)):  # whether each can be decoded
            photo.picture(frame)
        return draft.planned(asked.target)
    with draft.step("detect"):
        regions = _found(photo, draft, asked)
    regions = _chosen(regions, draft, asked)
    redraws = 0
    while True:
        try:
            digest = _written(photo, regions, draft, asked)
            break
        except gates.LookAlikeError:
            redraws += 1
            if redraws > asked.order.policy.replace.redraw:
                raise
    draft.note(*redrawn(redraws))
    return draft.released(asked.target, digest, regions)


def _written(photo: Photo, regions: Regions, draft: Draft, asked: FileOrder) -> str:
    """Write and release it; returns the SHA-256 of what was written, hexadecimal.

    Raises:
        LookAlikeError: a head that was drawn is like somebody in the file.
        EffaceError: whatever else keeps it from being released.
    """

    def pictures(frames: Collection[int]) -> Iterator[tuple[int, Picture]]:
        return ((n, photo.picture(n)) for n in frames)

    with appearing(asked.target, overwrite=asked.order.overwrite) as temporary:
        with draft.step("write"):
            draft.tell("write")
            zones = _zones(photo, regions, draft, asked)
            made = prepared(asked, regions, pictures)
            fill = _Fill(zones, made.filling)
            _write(photo, fill, temporary, draft, asked)
            done = finished(made, asked, regions, pictures, draft)
        with draft.step("verify"):
            draft.tell("verify")
            again = _verified(photo, fill, temporary, draft, asked)
        with draft.step("rescan"):
            seen = _rescanned(again, regions, zones, draft, asked)
            draft.report = replace(draft.report, rescan=seen)
            accepted = asked.order.accept_rescan
            draft.note(*gates.rescanned(seen, draft.source, accepted=accepted))
        attack_written(asked, (photo, again), regions, zones, draft)
        digest = sign_written(asked, (photo, again), zones, draft, done.kept)
        photo.source.check_unchanged()
        again.source.close()
    return digest


def _opened(asked: FileOrder, source: Source, draft: Draft) -> Photo:
    """The input, if it and the target are what they have to be."""
    photo = photo_of(source, asked.order.policy.limits)
    check_target(source.path, asked.target, asked.order.overwrite)
    check_ending(asked.target, photo.format)
    media = photo.media()
    asked.check_sealed(media.sha256)
    draft.report = replace(
        draft.report,
        format=photo.format,
        sha256=media.sha256,
        width=media.width,
        height=media.height,
        frames=media.frames,
        beside=beside(source.path),
    )
    return photo


def _found(photo: Photo, draft: Draft, asked: FileOrder) -> Regions:
    """The faces: those that were given, or that are found."""
    if asked.regions is not None:
        check_given(asked.regions, photo)
        draft.report = replace(draft.report, detector="none: regions were given")
        return asked.regions
    recall = asked.order.policy.detect.recall
    draft.report = replace(draft.report, recall=recall)
    regions, detector = find_faces(photo, recall, draft.listen)
    draft.report = replace(draft.report, detector=detector)
    return regions


def _chosen(regions: Regions, draft: Draft, asked: FileOrder) -> Regions:
    """With what a person chose on top, if there is anything to do then."""
    order = asked.order
    if needs_times(order.keep, order.drawn):
        raise RefusedError(
            "a photo has no times.", path=asked.source, hint="Leave out what follows '@'."
        )
    counts = counted(regions, order.keep, len(order.drawn))
    regions = chosen(regions, order.keep, order.drawn, ())
    draft.count(regions, counts)
    draft.note(*gates.some_face(regions, asked.source, accepted=order.allow_no_face))
    return regions


def _zones(photo: Photo, regions: Regions, draft: Draft, asked: FileOrder) -> tuple[Zone, ...]:
    """As they are filled; with a pack they are grown to whole blocks of what is proven."""
    order, notary = asked.order, asked.ports.notary
    zones = photo.grown(
        zones_of(regions, order.policy.zones, lambda frame: photo_sphere(photo, frame))
    )
    if notary is not None:
        zones = notary.grown(photo, zones)
    extent = _extent(regions, zones)
    draft.report = replace(draft.report, zones=zones, covered=extent.share)
    draft.note(*extent_notes(extent, regions.media.frames))
    return zones


def _write(photo: Photo, fill: _Fill, temporary: Path, draft: Draft, asked: FileOrder) -> None:
    try:
        with temporary.open("xb") as out:
            written = photo.write(fill.zones, fill.filling, asked.order.policy.encode, out)
    except OSError as error:
        raise output_error(asked.target, error) from error
    draft.report = replace(draft.report, dropped=written.dropped)
    draft.note(*written.notes)


def _extent(regions: Regions, zones: Sequence[Zone]) -> Extent:
    extent = Extent()
    for frame in range(regions.media.frames):
        width, height = regions.media.size(frame)
        kept = [(track.id, box) for track, box in regions.in_frame(frame, "keep")]
        faces = [(t.id, box) for t, box in regions.in_frame(frame, "redact") if not t.zone]
        extent.see([zone for zone in zones if zone.frame == frame], width, height, kept, faces)
    return extent


def _verified(photo: Photo, fill: _Fill, temporary: Path, draft: Draft, asked: FileOrder) -> Photo:
    """Read the written file again and hold it against the input."""
    policy = asked.order.policy
    with gates.read_back(asked.source):
        again = open_photo(temporary, policy.limits)
        fidelity = photo.compare(again, fill.zones, fill.filling)
    draft.report = replace(draft.report, fidelity=fidelity)
    gates.same_sphere(again.gpano == photo.gpano, asked.source)
    gates.nothing_left(again.findings(), asked.source)
    gates.looks_alike(fidelity, policy.encode, asked.source)
    return again


def _rescanned(
    again: Photo, regions: Regions, zones: Sequence[Zone], draft: Draft, asked: FileOrder
) -> Rescan | None:
    """What the second detector sees in what was written; ``None`` if the policy leaves it out."""
    policy = asked.order.policy
    if not policy.rescan.enabled:
        return None
    threshold = policy.rescan.threshold or RESCAN_THRESHOLD
    turns = {} if policy.detect.recall == "fast" else TURNED  # what that looked at
    seen: list[tuple[int, Detection]] = []
    for frame in range(len(again.sizes)):
        draft.tell("rescan", frame, len(again.sizes))
        kept = [box for _, box in regions.in_frame(frame, "keep")]
        picture, sphere = again.picture(frame), photo_sphere(again, frame)
        faces = rescan(
            picture,
            frame,
            zones,
            kept,
            threshold,
            sphere=sphere,
            turns=turns,
            blank=policy.method.name != "solid",
        )
        seen += [(frame, face) for face in faces]
    return Rescan(rescan_detector_name(), threshold, tuple(seen))
