"""What a redaction asks of others before a file is released: a gate, and whoever proves and signs.

The pipelines know them by what they do alone. The order, which is plain data, says that they are
wanted; ``workers`` makes them, and they are handed in beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from efface.words import Confinement

if TYPE_CHECKING:
    from efface.attack.red_team.outcome import Outcome
    from efface.events import Listener
    from efface.media.file import MediaFile
    from efface.media.interface import Photo
    from efface.media.video.interface import Movie
    from efface.policy import Policy
    from efface.regions import Regions
    from efface.workflow.redact.report import FileReport
    from efface.workflow.redact.report_form import NotarisedEntry
    from efface.zones.zone import Zone


class Gate(Protocol):
    """Looks at what was written before it is released."""

    def attack(
        self,
        files: tuple[MediaFile, MediaFile],
        regions: Regions,
        zones: Sequence[Zone] | None,
        *,
        target: Path,
        listen: Listener,
    ) -> Outcome | None:
        """What an adversary finds; ``None`` when nobody is covered.

        Args:
            files: the input, and what was written under a temporary name.
            regions: what was covered, and kept.
            zones: as they were filled; ``None``: as they follow from the regions.
            target: the name that was asked for.

        Raises:
            EffaceError: it cannot be attacked.
        """


class Notarised(NamedTuple):
    """What was proven and signed."""

    sha256: str
    """Of the signed file, hexadecimal."""
    pack: NotarisedEntry
    """That holds the proof."""


class Notary(Protocol):
    """Proves and signs what is released, for one original."""

    def check(self, digest: str, path: Path, target: Path, overwrite: bool) -> None:
        """Refuse an input that is not the original.

        Args:
            digest: SHA-256 of the input, hexadecimal.

        Raises:
            RefusedError: it is another file, or evidence of another one lies beside the target.
        """

    def grown(self, original: Photo, zones: Sequence[Zone]) -> tuple[Zone, ...]:
        """Zones to whole blocks of what is proven."""

    def grown_group(
        self, original: Movie, group: Sequence[Sequence[Zone]]
    ) -> tuple[tuple[Zone, ...], ...]:
        """The zones of a video to whole blocks of what is proven.

        Args:
            group: of frames that follow one another and are proven together: ``GROUP`` of
                ``evidence.commitment.movies``, the first with a number that this divides; at the
                end of the video perhaps fewer.

        Returns:
            Of the same frames.
        """

    def sign(
        self,
        original: MediaFile,
        written: MediaFile,
        report: FileReport,
        *,
        policy: Policy,
        target: Path,
        overwrite: bool,
        zones: Sequence[Zone],
        kept: bytes,
    ) -> Notarised:
        """Prove, sign, and put it into the file, or beside it.

        Args:
            original: as it was opened.
            written: the finished file, read back; the signed one takes its place.
            report: of this redaction so far.
            policy: that it was made by.
            target: the name that was asked for.
            overwrite: evidence that lies beside the target may be replaced.
            zones: as they were filled, of every frame.
            kept: of the method, for whoever repeats it: it goes under seal.

        Raises:
            EffaceError: something of it cannot be done; the file must not be released.
        """


@dataclass(frozen=True, slots=True)
class Ports:
    """Whoever is asked."""

    gate: Gate | None = None
    """Attacks what is written."""
    notary: Notary | None = None
    """Proves and signs it."""
    confined: Confinement = "none"
    """What this process is confined by: said by whoever has seen to it."""
