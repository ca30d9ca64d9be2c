"""The advice on files, and its JSON (``efface.advice/1``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from efface.advise.advice import FaceAdvice, MapAnswer
from efface.advise.form import (
    ADVICE,
    AdviceDocument,
    AskedEntry,
    FaceAdviceEntry,
    FileAdviceEntry,
    LeakEntry,
    LeftEntry,
    MapEntry,
    MethodEntry,
    NearestEntry,
    RedactionEntry,
)
from efface.advise.leak_map import LeakMap, LeftOver
from efface.documents.error import ErrorDocument
from efface.documents.model import plain
from efface.documents.reading import as_model
from efface.errors import EffaceError
from efface.regions import Box, Media
from efface.version import __version__

LIMITS = (
    "The figures are of the faces, people and attackers that were measured; another picture can "
    "give more away. They are of one picture: further frames, or other pictures of the person, add "
    "to it.",
    "What was done is estimated from the published pixels. A face that is not found is not in this "
    "list, and hair, clothes, voice and place identify, too.",
)
"""What advice does not say; in every document."""


@dataclass(frozen=True, slots=True)
class AdvisedFace:
    """One face of a file."""

    id: str
    box: Box
    """As found, or as given."""
    found: FaceAdvice

    def entry(self) -> FaceAdviceEntry:
        """As documents have it."""
        box = self.box
        return FaceAdviceEntry(
            id=self.id,
            frame=box.frame,
            box=[round(v, 2) for v in (box.x, box.y, box.width, box.height)],
            **_parts(self.found),
        )


@dataclass(frozen=True, slots=True)
class FileAdvice:
    """The faces of one file."""

    path: Path
    media: Media
    faces: tuple[AdvisedFace, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return plain(self.entry())

    def entry(self) -> FileAdviceEntry:
        """As documents have it."""
        return FileAdviceEntry(
            file=str(self.path),
            sha256=self.media.sha256,
            kind=self.media.kind,
            width=self.media.width,
            height=self.media.height,
            faces=[face.entry() for face in self.faces],
        )


def _parts(found: FaceAdvice) -> dict[str, Any]:
    redaction = found.redaction
    return {
        "width_px": round(found.width_px, 2),
        "redaction": RedactionEntry(
            kind=redaction.kind,
            strength_px=_rounded(redaction.strength_px),
            strength=_rounded(found.strength),
            sure=round(redaction.sure, 3),
            why=redaction.why,
            angle_deg=_rounded(redaction.angle_deg),
        ),
        "left": _left(found.answer),
        "nearest": _nearest(found.answer),
        "verdict": found.verdict,
        "advice": found.advice,
        "methods": [
            MethodEntry(
                method=one.method, strength=one.strength, left=_left(one.answer), cost=one.cost
            )
            for one in found.methods
        ],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _left(answer: MapAnswer) -> LeftEntry:
    return LeftEntry(K0=_leak(answer.k0), K2=_leak(answer.k2))


def _leak(leak: LeftOver | None) -> LeakEntry | None:
    if leak is None:
        return None
    return LeakEntry(
        rank1=round(leak.rank1, 4),
        rank1_interval=list(leak.rank1_interval),
        bits=round(leak.bits, 3),
        bits_interval=list(leak.bits_interval),
        N=leak.people,
        chance=leak.chance,
    )


def _nearest(answer: MapAnswer) -> NearestEntry | None:
    near = answer.nearest
    entry = None if near is None else _leak(near.leak)
    if near is None or entry is None:
        return None
    return NearestEntry(
        K2=entry,
        strength=near.strength,
        width_px=list(near.width_px),
        narrower=near.narrower,
        wider=near.wider,
        weaker=near.weaker,
        stronger=near.stronger,
    )


def advice_document(
    known: LeakMap,
    files: Sequence[FileAdvice] = (),
    failed: Sequence[EffaceError] = (),
    asked: FaceAdvice | None = None,
) -> dict[str, Any]:
    """``efface.advice/1``: the files, what could not be read, and what advice does not say."""
    return plain(
        AdviceDocument(
            schema=ADVICE,
            efface=__version__,
            map=map_entry(known),
            asked=None if asked is None else AskedEntry(**_parts(asked)),
            files=[file.entry() for file in files],
            failed=[as_model(error.to_json(), ErrorDocument) for error in failed],
            limits=list(LIMITS),
        )
    )


def map_entry(known: LeakMap) -> MapEntry:
    """Where the figures are from."""
    card = known.card
    return MapEntry(
        run=card.run,
        page=card.page,
        data=card.data,
        people=card.people,
        intervals=card.intervals,
        lower_bounds=card.lower_bounds,
        face_px=card.face_px,
    )
