"""Heads that are drawn as soon as what surrounds their zones is known.

A head is drawn once: when its zone is first shown with its surroundings, of a video in the frame
that ``moment`` chose. What formats show here is blank wherever a zone lies, so that nothing of what
is covered can come in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain

import numpy as np
from numpy.typing import NDArray

from efface.colour import Colour
from efface.generate.canvas import HEIGHT, USUAL, Canvas
from efface.generate.pose import Pose
from efface.geometry import Rect
from efface.policy import ZonePolicy
from efface.redact.methods.artwork import AROUND_PX, Artwork
from efface.redact.methods.interface import NewFace
from efface.redact.methods.layered.moment import FaceLook
from efface.redact.methods.replace.filling import NO_HEAD, HeadFilling, HeadPlace, KeptHeads
from efface.redact.methods.replace.steady import steady
from efface.redact.methods.replace.turning import FRONT, HeadTurns
from efface.regions import Box, Media, Track
from efface.zones.filling import Filling, Surroundings
from efface.zones.growth import zone_of
from efface.zones.zone import Zone

FALLBACK = "the zone reaches beyond what is drawn around a head"

Draw = Callable[[Zone, Surroundings, np.random.Generator, Pose], NDArray[np.uint8]]
"""A canvas for a zone: RGB, as ``efface.generate.head.head_for`` gives it."""


@dataclass(frozen=True, eq=False)
class HeadLook:
    """One head that is to be drawn."""

    look: FaceLook
    seed: bytes
    """Of all that is drawn at random for it."""
    turns: HeadTurns = FRONT
    """How it is turned."""


class DrawnHeads(Filling):
    """A head for each look, and solid zones for the others."""

    def __init__(
        self,
        media: Media,
        looks: Sequence[HeadLook],
        without: Mapping[str, str],
        *,
        draw: Draw,
        colour: Colour,
        label: bool,
        refuse: Callable[[str, str], None],
    ) -> None:
        """
        Args:
            media: that is filled.
            looks: that get a head.
            without: tracks that get none, and why.
            draw: draws one.
            colour: of zones without a head.
            label: of zones with one.
            refuse: is told a track for which no head can be drawn after all, and why; raises, if
                its zones must not be solid.
        """
        self.without = dict(without)
        self._media, self._draw, self._refuse = media, draw, refuse
        self._looks = {track.id: one for one in looks for track in one.look.tracks}
        self._boxes = {
            (track.id, box.frame): (track, box)
            for one in looks
            for track in one.look.tracks
            for box in _way(track, media)
        }
        self._heads: dict[str, tuple[Artwork, ...]] = dict.fromkeys(without, ())
        self._places: dict[tuple[str, int], HeadPlace] = {}
        self._filling = HeadFilling(self._heads, self._places, colour, label)

    @property
    def drawn(self) -> frozenset[str]:
        """Tracks that have a head by now."""
        return frozenset(track for track, heads in self._heads.items() if heads)

    def faces(self) -> dict[str, NewFace]:
        """By track, for whoever looks whom they are like."""
        out = {}
        for name in sorted(self.drawn):
            one = self._looks[name]
            head = self._heads[name][one.turns.in_frame(one.look.box.frame).first]
            out[name] = NewFace(head.rgba[..., :3], _face_on(one, self._media, head))
        return out

    def see(self, zones: Sequence[Zone], around: Surroundings) -> None:
        """Draw the heads whose moment this frame is."""
        for zone in zones:
            one = self._looks.get(zone.track)
            if one is not None and one.look.box.frame == zone.frame:
                self._ensure(zone, around)

    def pixels(self, zone: Zone, around: Surroundings) -> NDArray[np.uint8]:
        self._ensure(zone, around)
        one = self._looks.get(zone.track)
        if one is not None:
            place = HeadPlace(self._place(zone), one.turns.in_frame(zone.frame))
            if place != HeadPlace(zone.outer):
                self._places[zone.track, zone.frame] = place
        return self._filling.pixels(zone, around)

    def kept(self, order: Sequence[str], project: bytes) -> KeptHeads:
        """What a court needs.

        Args:
            order: of the tracks, in which their zones come first.
            project: key that goes under seal with it.
        """
        own = {id(heads): heads for heads in self._heads.values() if heads}
        begins = dict(zip(own, accumulate(map(len, own.values()), initial=0), strict=False))
        place_of = {name: number for number, name in enumerate(order)}
        return KeptHeads(
            tuple(chain.from_iterable(own.values())),
            tuple(begins.get(id(self._heads.get(name)), NO_HEAD) for name in order),
            tuple((place_of[name], frame, place) for (name, frame), place in self._places.items()),
            project,
        )

    def _ensure(self, zone: Zone, around: Surroundings) -> None:
        """Draw the head of a zone's look, if it has none yet."""
        if zone.track in self._heads or zone.track not in self._looks:
            return
        one, place = self._looks[zone.track], self._place(zone)
        tracks = [track.id for track in one.look.tracks]
        if not _reaches(place, zone.rect, self._media.size(zone.frame)):
            self._refuse(zone.track, FALLBACK)
            self.without |= dict.fromkeys(tracks, FALLBACK)
            self._heads |= dict.fromkeys(tracks, ())
            return
        heads = []
        for pose in one.turns.poses:  # of the same numbers each time: one head, turned
            random = np.random.Generator(np.random.PCG64(int.from_bytes(one.seed)))
            canvas = self._draw(replace(zone, outer=place), around, random, pose)
            opaque = np.full(canvas.shape[:2], 255, np.uint8)
            heads.append(Artwork(np.dstack([canvas, opaque])))
        self._heads |= dict.fromkeys(tracks, tuple(heads))

    def _place(self, zone: Zone) -> Rect:
        """Where a head is laid: about its face, as the default policy makes zones."""
        known = self._boxes.get((zone.track, zone.frame))
        return zone.outer if known is None else _usual(*known, self._media)


def _face_on(one: HeadLook, media: Media, head: Artwork) -> Box:
    """Where the face lies on a drawn canvas."""
    canvas = Canvas.over(_usual(one.look.tracks[0], one.look.box, media))
    height, width = head.rgba.shape[:2]
    tall = canvas.face / canvas.step * (height / HEIGHT)
    wide = tall * USUAL
    return Box(0, (width - wide) / 2, (height - tall) / 2, wide, tall)


def _way(track: Track, media: Media) -> Sequence[Box]:
    """Where a head goes along."""
    return steady(track.every_box()) if media.kind == "video" else track.every_box()


def _usual(track: Track, box: Box, media: Media) -> Rect:
    return zone_of(track, box, ZonePolicy(), *media.size(box.frame)).outer


def _reaches(place: Rect, rect: Rect, size: tuple[int, int]) -> bool:
    """Whether a canvas shows all of a zone, but for what formats and packs grow it by: there, its
    edges go on."""
    shown = Canvas.over(place).within(*size).padded(AROUND_PX, AROUND_PX)
    return shown.intersection(rect) == rect
