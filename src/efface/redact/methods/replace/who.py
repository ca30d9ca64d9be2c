"""Whose head each face gets: somebody's whom the user named, or its own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import combinations

from efface.errors import RefusedError
from efface.redact.methods.layered.moment import FaceLook
from efface.redact.people import NamedPeople
from efface.regions import Regions, Track

_HINT = "--person TRACK=NAME; 'efface detect' lists tracks, 'efface contact-sheet' shows them."


def seed_of(secret: bytes, look: FaceLook, people: NamedPeople) -> bytes:
    """What everything of one head is drawn from: an identity, where somebody was named; otherwise
    the file's secret and the track.

    Raises:
        RefusedError: one face, followed over frames or pages, was given two names.
    """
    given = {people.identities[t.id] for t in look.tracks if t.id in people.identities}
    if len(given) > 1:
        names = ", ".join(repr(track.id) for track in look.tracks)
        raise RefusedError(
            f"tracks {names} are one face in one place, and were given more than one name.",
            hint=_HINT,
        )
    if given:
        return hashlib.shake_256(b"efface.replace/1 named " + given.pop()).digest(32)
    name = min(track.id for track in look.tracks).encode("utf-8", "surrogatepass")
    return hashlib.shake_256(b"efface.replace/1 " + secret + name).digest(32)


def check_people(regions: Regions, people: NamedPeople) -> None:
    """Refuse names that cannot be meant.

    Raises:
        RefusedError: a track is not there or stays visible, or somebody is in one frame twice.
    """
    tracks = {track.id: track for track in regions.tracks}
    for name in people.identities:
        if name not in tracks:
            raise RefusedError(f"no track is called {name!r}, which --person names.", hint=_HINT)
        if tracks[name].action == "keep":
            raise RefusedError(
                f"track {name!r} stays visible, and has no head that could be somebody's.",
                hint=_HINT,
            )
    for one, other in combinations(people.identities, 2):
        if people.identities[one] == people.identities[other]:
            both = _frames(tracks[one]) & _frames(tracks[other])
            if both:
                raise RefusedError(
                    f"tracks {one!r} and {other!r} were given one name, and frame "
                    f"{min(both)} shows both: nobody is in a picture twice.",
                    hint="Give them two names. Somebody in a mirror or on a screen is two heads, "
                    "too.",
                )


def _frames(track: Track) -> set[int]:
    return {box.frame for box in track.every_box()}


def named_tracks(looks: Sequence[FaceLook], people: NamedPeople) -> frozenset[str]:
    """Tracks whose heads are those of somebody named."""
    return frozenset(
        track.id
        for look in looks
        if any(one.id in people.identities for one in look.tracks)
        for track in look.tracks
    )
