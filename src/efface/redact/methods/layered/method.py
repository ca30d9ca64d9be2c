"""``layered`` as a method: from one picture of each face to what zones are filled with."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.errors import VerificationError
from efface.redact.methods.artwork import Artwork
from efface.redact.methods.interface import Method, Pictures, Prepared
from efface.redact.methods.layered import channel
from efface.redact.methods.layered.grid import Lie, cells_of
from efface.redact.methods.layered.kept import SEED_BYTES, KeptFill, KeptFills
from efface.redact.methods.layered.moment import FaceLook, in_order, looks_of, most_of_one
from efface.redact.methods.layered.overlap import mixed, overlapping, place_in
from efface.redact.methods.layered.shape import head_of
from efface.regions import Regions
from efface.zones.filling import Filling, Surroundings
from efface.zones.zone import Zone


@dataclass(frozen=True, eq=False)
class LayeredFilling(Filling):
    """A soft head for each track, the same in all of its frames, before what lies around; where
    zones overlap, before each other."""

    heads: Mapping[str, Artwork]
    """By track."""

    def pixels(self, zone: Zone, around: Surroundings) -> NDArray[np.uint8]:
        zones = overlapping(zone, around)
        shown = mixed(around, zones, zone.rect)
        for one in zones:
            head = self.heads.get(one.track)
            if head is None:
                raise VerificationError("a zone belongs to a track that has no fill.")
            part = one.rect.intersection(zone.rect)
            here, own = place_in(part, zone.rect), place_in(part, one.rect)
            drawn = head.over(shown[here], part, one.outer)
            shown[here] = np.where(one.mask()[own][..., None], drawn, shown[here])
        return np.asarray(np.rint(shown), np.uint8)


class Layered(Method):
    """Depends on a few cells of each face in one picture of its track, with noise from a secret; on
    where the zone lies; and on what lies around it, which stays in the picture anyway. On nothing
    else that is covered, and on no other picture of the track."""

    def prepare(self, regions: Regions, pictures: Pictures, secret: bytes) -> Prepared:
        looks = looks_of(regions)
        fills = self._fills(looks, pictures, secret)
        numbers = {
            track.id: number for number, look in enumerate(looks) for track in look.tracks
        }  # fmt: skip
        kept = KeptFills(
            self._cells, self._noise, fills, tuple(numbers[t.id] for t in in_order(regions))
        )
        heads = self._heads(fills)
        filling = LayeredFilling({name: heads[number] for name, number in numbers.items()})
        return Prepared(filling, kept.to_bytes(), self._notes(looks))

    def repeat(self, kept: bytes) -> Filling:
        try:
            found = KeptFills.from_bytes(kept)
            if (found.cells, found.noise) != (self._cells, self._noise):
                raise ValueError("it is of other settings")
        except ValueError as error:
            raise VerificationError(
                f"what is kept under seal is no layered fill: {error}."
            ) from error
        heads = self._heads(found.fills)
        return LayeredFilling({str(n): heads[fill] for n, fill in enumerate(found.tracks)})

    @property
    def _cells(self) -> int:
        return self.policy.cells

    @property
    def _noise(self) -> int:
        return round(self.policy.noise * channel.THOUSAND)

    def _fills(
        self, looks: Sequence[FaceLook], pictures: Pictures, secret: bytes
    ) -> tuple[KeptFill, ...]:
        by_frame: defaultdict[int, list[int]] = defaultdict(list)
        for number, look in enumerate(looks):
            by_frame[look.box.frame].append(number)
        out: dict[int, KeptFill] = {}
        for frame, picture in pictures(sorted(by_frame)):
            for number in by_frame[frame]:
                out[number] = self._fill(looks[number], picture, secret)
        return tuple(out[number] for number in range(len(looks)))

    def _fill(self, look: FaceLook, picture: NDArray[np.uint8], secret: bytes) -> KeptFill:
        name = min(track.id for track in look.tracks)
        parts = np.frombuffer(_drawn(b"lie", secret, name, 6), ">u2").tolist()
        means = cells_of(
            picture, look.box, self._cells, Lie(*((2 * part - 65535) / 65535 for part in parts))
        )
        told = channel.coded(means, self._cells, self._noise)
        return KeptFill(_drawn(b"seed", secret, name, SEED_BYTES), told)

    def _heads(self, fills: Sequence[KeptFill]) -> list[Artwork]:
        cells, noise = self._cells, self._noise
        with_noise = (fill.told + channel.drawn_noise(fill.seed, cells) for fill in fills)
        return [head_of(channel.colours(told, cells, noise)) for told in with_noise]

    def _notes(self, looks: Sequence[FaceLook]) -> tuple[str, ...]:
        cells, several = self._cells * self._cells, most_of_one(looks)
        bits = channel.ceiling(self._cells, self.policy.noise)
        said = (
            "The fill is layered: friction, not protection. It follows from the colours of each "
            f"face in {cells} cell{'s' if cells > 1 else ''}, with noise: at most {bits:.2g} bits "
            "about a face can have passed (a ceiling, not what an attack reaches)."
        )
        if several > 1:
            said += (
                f" Of {len(looks)} fills {several} may show one person: {several} looks, of which "
                f"each may tell as much."
            )
        return (said,)


def _drawn(use: bytes, secret: bytes, name: str, size: int) -> bytes:
    """Bytes that are drawn for one use of one fill."""
    whole = b"efface.layered/1 " + use + secret + name.encode("utf-8", "surrogatepass")
    return hashlib.shake_256(whole).digest(size)
