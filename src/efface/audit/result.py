"""What an audit found, as its document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from efface.advise.advice import FaceAdvice, advise_on
from efface.advise.leak_map import LeakMap
from efface.advise.redaction import RedactionKind, SeenRedaction
from efface.advise.result import AdvisedFace, map_entry
from efface.audit.form import AUDIT, AuditDocument, AuditedFileEntry, FoundEntry
from efface.audit.journal import FileLine
from efface.audit.ranking import ACTIONS, Rank, action_on, most_urgent, rank, risk_of
from efface.documents.error import ErrorDocument
from efface.files.paths import printable
from efface.regions import Box
from efface.version import __version__
from efface.workflow.sight_form import PlaceEntry, SightEntry

LIMITS: Final = (
    "Redacted faces are missed, small ones and weak blurs most of all: that nothing was found in a "
    "file does not say that nothing is there (docs/audit.md has the figures).",
    "What is found can be something else: a screen, a sign, what is out of focus.",
    "The figures are of the faces, people and attackers that were measured; stronger attackers "
    "find more. Other copies may be out. Hair, clothes, voice and place identify, too.",
    "Of a video some frames are looked at: what shows between them is missed.",
)

_WHY: Final[Mapping[RedactionKind, str]] = {
    "none": "as sharp as a picture is",
    "gaussian": "smooth, without a grid",
    "box": "smooth, without a grid",
    "median": "smooth, with edges kept",
    "mosaic": "a grid of even cells",
    "sampled-mosaic": "a grid of even cells",
    "swirl": "edges lean one way around the middle",
    "solid": "one colour throughout",
    "bar": "a band of one colour",
    "unknown": "it is changed, and how is not known",
}
"""No words cross from the process that read a file."""


def audit_document(
    known: LeakMap,
    lines: Iterable[tuple[Path, FileLine]],
    thumbnails: Mapping[tuple[Path, int], str],
) -> AuditDocument:
    """The files, the most urgent first.

    Args:
        known: the map.
        lines: what each file shows, or why it could not be looked at.
        thumbnails: names of small pictures, by file and number of the place in it.
    """
    ranked: list[tuple[Rank, AuditedFileEntry]] = []
    failed: list[ErrorDocument] = []
    looked, confined = 0, set()
    for path, line in lines:
        looked += 1
        confined.add(line.confined)
        if line.error is not None:
            failed.append(line.error)
        elif line.sight is not None and line.sight.places:
            ranked.append(_file(known, path, line.sight, thumbnails))
    ranked.sort(key=lambda one: one[0])
    counts = Counter(entry.action for _, entry in ranked)
    return AuditDocument(
        schema=AUDIT,
        efface=__version__,
        map=map_entry(known),
        files_looked_at=looked,
        files_without=looked - len(ranked) - len(failed),
        actions={action: counts[action] for action in ACTIONS},
        read_apart=sorted(confined),
        files=[entry for _, entry in ranked],
        failed=failed,
        limits=list(LIMITS),
    )


def _file(
    known: LeakMap,
    path: Path,
    sight: SightEntry,
    thumbnails: Mapping[tuple[Path, int], str],
) -> tuple[Rank, AuditedFileEntry]:
    found = []
    for number, place in enumerate(sight.places):
        advice = _advice(known, place, video=sight.kind == "video")
        action, risk = action_on(advice, seen=place.face), risk_of(advice)
        x, y, width, height = place.box
        box = Box(place.frame, x, y, width, height)
        entry = FoundEntry(
            action=action,
            risk=None if risk is None else round(risk, 4),
            face_seen=place.face,
            frames=place.frames,
            thumbnail=thumbnails.get((path, number)),
            face=AdvisedFace(f"f{number + 1}", box, advice).entry(),
        )
        found.append((rank(action, risk, place.frames), entry))
    found.sort(key=lambda one: one[0])
    return found[0][0], AuditedFileEntry(
        file=printable(str(path)),
        sha256=sight.sha256,
        kind=sight.kind,
        width=sight.width,
        height=sight.height,
        frames=sight.frames,
        frames_looked_at=sight.looked,
        faces_that_show=sight.clear,
        action=most_urgent([entry.action for _, entry in found]),
        found=[entry for _, entry in found],
    )


def _advice(known: LeakMap, place: PlaceEntry, *, video: bool) -> FaceAdvice:
    seen = SeenRedaction(
        place.kind, place.strength_px, place.sure, _WHY[place.kind], place.share, place.angle_deg
    )
    return advise_on(known, seen, place.width_px, video=video)
