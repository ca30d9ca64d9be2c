"""``replace`` as a method: which faces get a head, and what is said of it."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from efface.errors import RefusedError, VerificationError
from efface.generate.head import head_for
from efface.generate.likeness import linear_faces
from efface.generate.pose import Pose
from efface.redact.methods.interface import Beforehand, Finished, Method, Pictures, Prepared
from efface.redact.methods.layered.moment import FaceLook, in_order, looks_of
from efface.redact.methods.replace.drawing import Draw, DrawnHeads, HeadLook
from efface.redact.methods.replace.filling import KeptHeads
from efface.redact.methods.replace.model import Generator, generator
from efface.redact.methods.replace.turning import turns_of
from efface.redact.methods.replace.who import check_people, named_tracks, seed_of
from efface.regions import Regions
from efface.zones.filling import Filling, Surroundings
from efface.zones.zone import Zone

SMALLEST_PX, LARGEST_PX = 16.0, 640.0
"""Height of a face's box in place of which a head is drawn. A smaller one is a handful of pixels;
over a larger one the head's own pixels are six times as wide as the picture's."""

BY_HAND = "its zone was drawn by hand, and says nothing of where a face is"
SMALL = f"the face is lower than {SMALLEST_PX:g} pixels"
FAR = "the head is turned farther than heads are drawn"
LARGE = f"the face is higher than {LARGEST_PX:g} pixels"


class Replace(Method):
    """Depends on a secret, on where the face's box and the zone lie, on what lies around the zone,
    which stays in the picture anyway, and on how the head is turned in pictures of its track, in
    coarse steps. On nothing else that is covered."""

    def check(self) -> None:
        """
        Raises:
            RefusedError: no network is there that draws, or it cannot draw what is asked for.
            WeightError: its file is missing or another one.
        """
        made = generator()
        chosen = {
            "age": self.replacing.age,
            "skin": self.replacing.skin,
            "hair": self.replacing.hair,
        }
        asked = [f"{name} = {value}" for name, value in chosen.items() if value != "any"]
        if self.replacing.expression == "keep":
            asked.append("expression = keep")
        if asked:
            raise RefusedError(
                f"{made.title} cannot be asked for {', '.join(asked)}: it draws people and their "
                "expression at random.",
                hint="Leave it out.",
            )

    def prepare(self, regions: Regions, pictures: Pictures, secret: bytes) -> Prepared:
        check_people(regions, self.people)
        made, colour = generator(), self.policy.colour
        looks: list[HeadLook] = []
        without: dict[str, str] = {}
        fitting = []
        found = looks_of(regions)
        for look in found:
            reason = _unfit(look)
            if reason is None:
                fitting.append(look)
            else:
                without |= self._without(look, reason)
        for look, turns in turns_of(fitting, pictures, regions.media):
            if turns.far:
                without |= self._without(look, FAR)
            else:
                looks.append(HeadLook(look, seed_of(secret, look, self.people), turns))
        filling = DrawnHeads(
            regions.media,
            looks,
            without,
            draw=_draw(made),
            colour=colour,
            label=self.replacing.label,
            refuse=self._refuse,
        )
        order = [track.id for track in in_order(regions)]

        def finish() -> Finished:
            notes = _notes(filling, made, named_tracks(found, self.people))
            kept = filling.kept(order, self.people.project)
            return Finished(kept.to_bytes(), notes, filling.faces())

        frames = {one.look.box.frame for one in looks} if regions.media.kind == "video" else set()
        return Prepared(
            filling, beforehand=Beforehand(frames, filling.see) if frames else None, finish=finish
        )

    def repeat(self, kept: bytes) -> Filling:
        try:
            found = KeptHeads.from_bytes(kept)
        except ValueError as error:
            raise VerificationError(
                f"what is kept under seal are no drawn heads: {error}."
            ) from error
        names = [str(n) for n in range(len(found.tracks))]
        return found.filling(names, self.policy.colour, label=self.replacing.label)

    def _without(self, look: FaceLook, reason: str) -> dict[str, str]:
        """Tracks that get no head, and why.

        Raises:
            RefusedError: such a face must not be solid.
        """
        self._refuse(look.tracks[0].id, reason)
        return {track.id: reason for track in look.tracks}

    def _refuse(self, track: str, reason: str) -> None:
        """
        Raises:
            RefusedError: such a face must not be solid.
        """
        if self.replacing.fallback == "stop":
            raise RefusedError(
                f"no head can be drawn in place of {track!r}: {reason}.",
                hint='[replace] fallback = "solid" fills such faces with one colour.',
            )


def _draw(made: Generator) -> Draw:
    def draw(
        zone: Zone, around: Surroundings, random: np.random.Generator, pose: Pose
    ) -> NDArray[np.uint8]:
        return head_for(zone, around, (linear_faces(), made.network), random, pose)

    return draw


def _unfit(look: FaceLook) -> str | None:
    """Why a face cannot be replaced; ``None``: it can."""
    if any(track.zone for track in look.tracks):
        return BY_HAND
    heights = [box.height for track in look.tracks for box in track.every_box()]
    if look.box.height < SMALLEST_PX:
        return SMALL
    return LARGE if max(heights) > LARGEST_PX else None


def _notes(filling: DrawnHeads, made: Generator, named: frozenset[str]) -> tuple[str, ...]:
    out = []
    if filling.drawn:
        out.append(
            f"{len(filling.drawn)} face(s) were replaced by heads that {made.title} drew: people "
            "who do not exist, drawn at random and to suit what lies around. Age, skin and hair "
            "were not chosen, and never estimated from a face. It is a made-up picture of somebody "
            "at this place; say so where you publish it."
        )
    same = len(filling.drawn & named)
    if same:
        out.append(
            f"{same} of these heads go(es) with a name that was given by the user (--person): the "
            "same in every file of the project in which that name was given. Who is who was said, "
            "not found: no faces were compared for it."
        )
    for reason, count in Counter(filling.without.values()).items():
        out.append(f"{count} face(s) are solid, not replaced: {reason}.")
    return tuple(out)
