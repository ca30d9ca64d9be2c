"""Decisions taken over from the page, and files released by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from efface.api.detection import BoxEntry, Regions, RegionsDocument
from efface.api.redaction import FileReport, Job, NotarisedEntry, Report
from efface.errors import RefusedError
from efface.files.paths import exists
from efface.review.desk import Desk, DeskFile
from efface.review.evidence import Evidence, sealed_original
from efface.review.forms import (
    Acceptance,
    Confirmation,
    Decisions,
    EvidenceOrder,
    FileState,
    KeptReview,
    PastRelease,
    ReleaseOrder,
    ReleaseOutcome,
)
from efface.review.looks import WANTED, confirmed_by, missing
from efface.review.spans import unwatched
from efface.review.store import Change, ConflictError


def decide(desk: Desk, file: DeskFile, revision: int, decisions: Decisions) -> FileState:
    """Keep what a person decided: it is on disk when this returns.

    Args:
        revision: that the decisions are based on.

    Raises:
        ConflictError: another one is there by now, which the file then shows.
        RefusedError: a box or a judgement cannot be meant.
        OutputError: it cannot be written; what was there still is.
    """

    def change(there: KeptReview) -> KeptReview:
        document = msgspec.structs.replace(there.regions, tracks=decisions.tracks)
        _check(document, decisions)
        return msgspec.structs.replace(
            there, regions=document, doubts=decisions.doubts, checked=decisions.checked
        )

    _put(desk, file, revision, change)
    return desk.reviewed(file)


def release(desk: Desk, file: DeskFile, asked: ReleaseOrder) -> ReleaseOutcome:
    """Redact a file by its decisions, through the gates that ``efface redact`` has.

    Raises:
        ConflictError: other decisions are there by now than those that were seen.
        EffaceError: it cannot be reviewed.
    """
    kept = _latest(desk, file)
    if kept.revision != asked.revision:
        raise ConflictError("what you saw is not what would be released.", hint="Look at it again.")
    audience, looks = desk.audience or "public", desk.confirmed(kept)
    lacking = _lacking(desk, kept, looks)
    for what in lacking:
        if what.name not in asked.accept or not what.accepted:
            return _refused(what, desk.reviewed(file))
    order = replace(
        desk.job.order,
        policy=desk.policy(),
        allow_no_face="no-face" in asked.accept,
        accept_rescan="rescan" in asked.accept,
        allow_damaged="damaged" in asked.accept,
        overwrite="overwrite" in asked.accept,
    )
    sha256 = kept.regions.media.sha256
    job = Job(order, (file.planned,), {sha256: desk.regions(kept)})
    file.stopping.clear()
    with desk.heavy.taken():
        evidence = _evidence(desk, file, sha256, asked.evidence)
        ports = None
        if evidence is not None:
            job, ports = evidence.ordered(job)
        run = job.run(ports, listen=desk.listening(file))
    notes = [what.note for what in lacking]
    if kept.damage is not None and "damaged" in asked.accept:
        notes.append(f"The user accepted that it is damaged: {kept.damage}")
    if looks:
        notes.append(f"{confirmed_by(looks)} before it was released.")
    report = run.files[0]
    done = report.target is not None and not report.exit_code
    if done and evidence is not None:
        notes += evidence.enter(report, looks, kept.regions.media.frames)
    run = _saying(run, notes)
    report = run.files[0]
    file.report = _without_paths(run)
    if done and report.target is not None and report.target_sha256 is not None:
        published = PastRelease(
            target=_place(report.target, file), sha256=report.target_sha256, status=report.status,
            revision=asked.revision, accepted=asked.accept, audience=audience, method=desk.method,
            time=datetime.now(UTC).isoformat(timespec="seconds"),
            pack=None if evidence is None else evidence.pack.name,
        )  # fmt: skip
        _note(desk, file, published)
    return _outcome(report, file, asked.accept, desk.reviewed(file), evidence)


class _Lacking(NamedTuple):
    """What the app asks for before it releases a file, and does not have."""

    name: Acceptance
    says: str
    hint: str
    note: str
    """In the report, when it was released all the same."""
    accepted: bool = True
    """Somebody may take it upon themselves."""


def _lacking(desk: Desk, kept: KeptReview, looks: Sequence[Confirmation]) -> list[_Lacking]:
    policy, media = desk.policy(), kept.regions.media
    out: list[_Lacking] = []
    video, two = media.kind == "video", policy.review.two_persons
    missed = unwatched(kept.watched, media.frames) if video else 0
    said = [f"{missed} of its {media.frames} frames were not watched by anybody here."]
    said = (said if missed else []) + (list(missing(looks, media.frames)) if two else [])
    if said:
        words = " ".join(said)
        out.append(_Lacking("unwatched", words, "They are marked on its timeline.", words))
    if two and len(looks) < WANTED:
        words = f"{confirmed_by(looks)}; two different persons have to."
        note = f"The user accepted that fewer than two persons confirmed it. {words}"
        hint = "Each looks at it, gives a name or initials, and confirms it."
        if not policy.allow.one_person:
            hint += " The policy does not allow less (allow.one_person = false)."
        out.append(_Lacking("one-person", words, hint, note, policy.allow.one_person))
    return [what for what in out if not what.accepted] + [what for what in out if what.accepted]


def _latest(desk: Desk, file: DeskFile) -> KeptReview:
    """What is decided, also by another efface that runs."""
    desk.ready(file)
    with file.lock:
        file.kept = desk.store.load(file.name) or file.kept
    return desk.ready(file)


def _evidence(
    desk: Desk, file: DeskFile, sha256: str, asked: EvidenceOrder | None
) -> Evidence | None:
    """The pack of an original, if one is wanted.

    Raises:
        RefusedError: there can be none.
        EffaceError: it cannot be made.
    """
    if asked is None:
        return None
    source = file.planned.source
    if desk.drops is not None and desk.drops.holds(source):
        raise RefusedError(
            "its pack would go with the copy when efface ends: nothing was sealed.",
            hint="Open the file by its name: efface review FILE.",
        )
    return sealed_original(source, sha256, desk.evidence, asked, desk.listening(file))


def _refused(what: _Lacking, state: FileState) -> ReleaseOutcome:
    return ReleaseOutcome(
        exit_code=RefusedError.exit_code, status="refused", message=what.says, hint=what.hint,
        acceptable=what.name if what.accepted else None, uncovered=(), covered=None,
        tracks=0, kept=0, drawn=0, dropped=(), evidence=None, notes=(), state=state,
    )  # fmt: skip


def _saying(run: Report, notes: Sequence[str]) -> Report:
    files = tuple(replace(file, notes=(*file.notes, *notes)) for file in run.files)
    return replace(run, files=files)


def _without_paths(run: Report) -> dict[str, Any]:
    """A report that can be handed on: it names files, not where they lie on this computer."""
    files = tuple(
        replace(
            file,
            source=Path(file.source.name),
            target=None if file.target is None else Path(file.target.name),
            pack=None if file.pack is None else _named_only(file.pack),
        )
        for file in run.files
    )
    return replace(run, files=files).to_json()


def _named_only(pack: NotarisedEntry) -> NotarisedEntry:
    return msgspec.structs.replace(pack, folder=Path(pack.folder).name)


def _place(target: Path, file: DeskFile) -> str:
    """Where a result lies, for people: its name, with its folder where that is another one."""
    beside = target.parent == file.planned.source.parent
    return target.name if beside else f"{target.parent.name}/{target.name}"


def _note(desk: Desk, file: DeskFile, published: PastRelease) -> None:
    """Keep that a file was released, also when its decisions were changed meanwhile.

    It is no decision, so that decisions go on from the same revision: whoever makes one before
    they hear of the release overwrites nobody's.
    """

    def change(there: KeptReview) -> KeptReview:
        same = there.revision == published.revision
        return msgspec.structs.replace(there, publication=published, checked=there.checked or same)

    with file.lock:
        file.kept = desk.store.add(file.name, change)
        desk.changed(file)


def _put(desk: Desk, file: DeskFile, revision: int, change: Change) -> None:
    desk.ready(file)
    with file.lock:
        try:
            file.kept = desk.store.change(file.name, revision, change)
        except ConflictError:
            file.kept = desk.store.load(file.name) or file.kept
            raise
        finally:
            desk.changed(file)


def _check(document: RegionsDocument, decisions: Decisions) -> None:
    """
    Raises:
        RefusedError: something of it cannot be meant.
    """
    regions = Regions.from_json(msgspec.to_builtins(document))
    for track in regions.tracks:
        for box in track.boxes:
            width, height = regions.media.size(box.frame)
            if not box.touches(width, height):
                raise RefusedError(
                    f"the box of {track.id!r} lies outside the picture of {width}x{height} pixels."
                )
    known = {track.id for track in regions.doubts()}
    if not set(decisions.doubts) <= known:
        raise RefusedError("a place that was judged is not one of those in doubt.")


def _outcome(
    report: FileReport,
    file: DeskFile,
    accepted: Sequence[Acceptance],
    state: FileState,
    evidence: Evidence | None,
) -> ReleaseOutcome:
    rescan, counts = report.rescan, report.counts
    uncovered = () if rescan is None else tuple(
        BoxEntry(frame=frame, box=(d.x, d.y, d.width, d.height), score=min(max(d.score, 0.0), 1.0))
        for frame, d in rescan.uncovered
    )  # fmt: skip
    return ReleaseOutcome(
        exit_code=report.exit_code, status=report.status, message=report.message, hint=report.hint,
        acceptable=_acceptable(report, file, accepted, uncovered, state),
        uncovered=uncovered, covered=None if report.covered is None else report.covered.largest,
        tracks=counts.tracks, kept=len({keep.track for keep in counts.kept}), drawn=counts.drawn,
        dropped=tuple(f"{trace.kind} ({trace.where})" for trace in report.dropped),
        evidence=None if evidence is None else evidence.outcome(report),
        notes=report.notes, state=state,
    )  # fmt: skip


def _acceptable(
    report: FileReport,
    file: DeskFile,
    accepted: Sequence[Acceptance],
    uncovered: Sequence[BoxEntry],
    state: FileState,
) -> Acceptance | None:
    """What a person could take upon themselves so that it is released."""
    could: Acceptance | None = None
    target = file.planned.target
    if report.exit_code == 3:
        could = "no-face"
    elif report.exit_code == 4 and uncovered:
        could = "rescan"
    elif report.exit_code == 5 and state.damage is not None:
        could = "damaged"
    elif report.exit_code == 2 and target is not None and exists(target):
        could = "overwrite"
    return None if could in accepted else could
