"""One redacted file and its original: check that they belong together, find the people, attack.

The files are gone through in step, once to see whether they belong together, once to cut the people
out, and once for each attack on the file that needs pictures.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from efface.attack.layered import CellReader, LayeredCells
from efface.attack.leaks.catalogue import file_attacks
from efface.attack.leaks.interface import FileAttack, FileCase
from efface.attack.pair import Both, Pair
from efface.attack.plugins import attacks
from efface.attack.recognisers import recognisers
from efface.attack.red_team.calibration import calibration
from efface.attack.red_team.distractors import described, distractors
from efface.attack.red_team.drawing import Covering, DrawingSettings, KnownDrawing
from efface.attack.red_team.drawn import drawn_in
from efface.attack.red_team.outcome import FileTried, Outcome
from efface.attack.red_team.people import Census, Person
from efface.attack.red_team.same_picture import SamePicture, areas
from efface.attack.red_team.surroundings import Others
from efface.attack.red_team.team import Team, attack_person, why
from efface.detect.media import check_given, detected
from efface.errors import NoFaceError, RefusedError
from efface.events import Listener, StepStarted, ignore
from efface.policy import Policy
from efface.regions import Box, Regions, Track
from efface.regions.checks import made_for
from efface.regions.choices import Keep, chosen, needs_times
from efface.regions.timeline import Timeline
from efface.zones.zone import Zone

_TOLD_AREAS = 10
"""Covered areas without a face that are named one by one."""


FOLLOWS = "the fill follows from the face, if only by a few colours with noise (layered)"


@dataclass(frozen=True)
class Attacker:
    """Attacks any number of files with one team, which is got together once."""

    policy: Policy
    gallery: Path | None = None
    """Instead of the policy's."""
    same_person: Path | None = None
    """Other pictures of the one person in the file."""
    keep: tuple[Keep, ...] = ()
    """Faces that are meant to be visible, beside those that regions say."""
    drawings: tuple[KnownDrawing, ...] = ()
    """What zones may hold that follows from the policy alone."""
    layered: CellReader | None = None
    """Knows the method, where the policy's is ``layered``."""

    @cached_property
    def team(self) -> Team:
        """Attacks, recognisers and distractors.

        Raises:
            EffaceError: the gallery cannot be used.
        """
        readers = recognisers()
        people = distractors(self.pictures, readers, few=self.same_person is not None)
        everything = attacks(thorough=self.policy.attack.thorough)
        if self.layered is not None:
            people = described(people, self.layered)
            everything = (*everything, LayeredCells(self.layered, self.policy.zones))
        return Team(everything, readers, people, self.policy.attack.alpha)

    @property
    def drawn(self) -> DrawingSettings:
        """Drawings, and how zones and files are made."""
        policy = self.policy
        return DrawingSettings(self.drawings, policy.zones, policy.encode, policy.video)

    @cached_property
    def others(self) -> Others | None:
        """Other pictures of the person, and of other people; ``None``: none were given.

        Raises:
            EffaceError: they cannot be used.
        """
        if self.same_person is None:
            return None
        return Others(self.same_person, self.pictures, recognisers(), self.policy.limits)

    @property
    def pictures(self) -> Path | None:
        """The user's own gallery."""
        chosen = self.policy.attack.gallery
        return self.gallery or (Path(chosen) if chosen else None)

    def attack(
        self,
        pair: Pair,
        regions: Regions | None,
        listen: Listener = ignore,
        zones: Sequence[Zone] | None = None,
    ) -> Outcome:
        """Attack a redacted file.

        Args:
            regions: faces of the original; found when left out.
            zones: what was filled, where that is known.

        Raises:
            RefusedError: the files do not belong together, or the regions belong to another file.
            NoFaceError: no face was found in the original.
            InputError: a frame cannot be decoded whole.
        """
        # more threads would not be faster on such small arrays, and wait for each other busily
        with threadpool_limits(1, user_api="blas"):
            return _FileAttack(self, pair, listen).run(regions, zones)


class _FileAttack:
    """One file under attack."""

    def __init__(self, attacker: Attacker, pair: Pair, listen: Listener) -> None:
        self._attacker, self._pair, self._listen = attacker, pair, listen

    def run(self, given: Regions | None, zones: Sequence[Zone] | None) -> Outcome:
        pair, team = self._pair, self._attacker.team
        regions = faces_of(pair, given, self._attacker.policy, self._listen)
        regions = _kept(pair, regions, self._attacker.keep)
        tracks = _checked(regions, pair)
        outcome = self._outcome(regions, team)
        outcome.frames, outcome.areas = self._same_picture(regions)
        others = self._attacker.others
        drawn = drawn_in(pair, regions, self._attacker.drawn, zones)
        boxes = {track.id: tuple(track.every_box()) for track in tracks}
        census = Census(tracks)
        for number, person in enumerate(census.people(pair.frames("cut out", self._listen))):
            self._listen(StepStarted(pair.redacted.path, "attack", number, len(tracks)))
            held = _under(drawn, self._held(person), boxes[person.id])
            outcome.people.append(attack_person(held, team, number))
            if others is not None:
                outcome.outside.append(others.of(person))
        outcome.untouched = tuple(census.untouched)
        faces = tuple(track for track in regions.tracks if not track.zone)
        outcome.file_attacks = list(self._on_file(FileCase(pair, census.zones, faces)))
        return outcome

    def _held(self, person: Person) -> Person:
        """A fill that is known to follow from the face is no removal, even if it is one colour."""
        if self._attacker.policy.method.name != "layered" or not person.removed:
            return person
        return replace(person, unproven=FOLLOWS)

    def _outcome(self, regions: Regions, team: Team) -> Outcome:
        kept = [track.id for track in regions.tracks if track.action == "keep"]
        drawn = [t.id for t in regions.tracks if t.zone and t.action != "keep"]
        names = tuple(one.name for one in team.recognisers)
        known = calibration().beside((one.name for one in team.attacks), names, team.alpha)
        return Outcome(
            redacted=self._pair.redacted,
            original=self._pair.original,
            alpha=team.alpha,
            gallery=f"{len(team.distractors):,} {team.distractors.named}",
            recognisers=names,
            calibration=known,
            notes=[] if team.distractors.note is None else [team.distractors.note],
            kept=tuple(kept),
            drawn=tuple(drawn),
            accept_not_found=self._attacker.policy.attack.accept_not_found,
        )

    def _same_picture(self, regions: Regions) -> tuple[int, tuple[str, ...]]:
        """How many frames there are, and the covered areas without a face, in words.

        Raises:
            RefusedError: the files do not belong together.
        """
        timeline, check = Timeline(regions), SamePicture(self._pair.redacted.path)
        frames, named, count = 0, list[str](), 0
        before: Sequence[tuple[int, int, int, int]] = ()
        for both in self._pair.frames("compare", self._listen):
            frames += 1
            size = self._pair.media.size(both.index)
            boxes = [box for _, box in timeline.at(both.index)]
            found = areas(check.see(both, size, boxes), size)
            for area in found:
                if any(_overlap(area, one) for one in before):
                    continue
                count += 1
                if len(named) < _TOLD_AREAS:
                    named.append(_in_words(both, area))
            before = found
        if count > len(named):
            named.append(f"and {count - len(named)} more")
        return frames, tuple(named)

    def _on_file(self, case: FileCase) -> Iterator[FileTried]:
        for attack in file_attacks():
            self._listen(StepStarted(self._pair.redacted.path, "search", 0, 1, attack.name))
            tried = _tried(attack, case)
            if tried is not None:
                yield tried


def _under(drawn: Covering, person: Person, boxes: Sequence[Box]) -> Person:
    """A drawing that is the same whoever is under it, and nothing else, is a removal."""
    if person.removed or drawn.name is None or not drawn.covers(boxes):
        return person
    return replace(person, unproven=None, drawing=drawn.name)


def _tried(attack: FileAttack, case: FileCase) -> FileTried | None:
    """One attack on the file; ``None`` when there is nothing for it to do."""
    start = time.process_time()
    try:
        if not attack.applies(case):
            return None
        leaks = tuple(attack.search(case))
    except Exception as error:  # never a pass: it is named, and the gate fails
        spent = time.process_time() - start
        return FileTried(attack.name, attack.title, reason=why(error), cpu_s=spent)
    return FileTried(attack.name, attack.title, leaks, cpu_s=time.process_time() - start)


def faces_of(
    pair: Pair, given: Regions | None, policy: Policy, listen: Listener = ignore
) -> Regions:
    """The faces of the original: those that were given, or found.

    Raises:
        RefusedError: the regions were made for another file.
        NoFaceError: none was found.
    """
    original = pair.files[0]
    if given is not None:
        check_given(given, original)
        return given
    regions = detected(original, policy.detect.recall, listen=listen)
    if not regions.tracks:
        raise NoFaceError(
            "no face was found in the original, so that there is nobody to look for.",
            path=pair.original.path,
            hint="That is no proof: look at it, and give the faces with --regions.",
        )
    return regions


def _kept(pair: Pair, regions: Regions, keep: Sequence[Keep]) -> Regions:
    """The regions with what is to stay visible.

    Raises:
        RefusedError: no track has such an id, or there is no such time.
        InputError: a frame cannot be decoded whole.
    """
    if not keep:
        return regions
    original = pair.files[0]
    times: list[float] = []
    if needs_times(keep, ()):
        stamps = [frame.time for frame in original.frames()]
        if stamps[0] is None:
            raise RefusedError(
                "only a video has times.", path=pair.original.path, hint="Leave out what follows @."
            )
        times = [float(time - stamps[0]) for time in stamps if time is not None]
    return chosen(regions, keep, (), times)


def given_for(pair: Pair, documents: Mapping[str, Regions]) -> Regions:
    """The document that was made for the original.

    Raises:
        RefusedError: there is none.
    """
    hint = "They have to be those of the original: run 'efface detect' on it."
    return made_for(pair.original.sha256, documents, pair.original.path, hint=hint)


def _checked(regions: Regions, pair: Pair) -> tuple[Track, ...]:
    """The tracks that are attacked.

    Raises:
        NoFaceError: the regions have no face.
    """
    if not any(not track.zone for track in regions.tracks):
        raise NoFaceError(
            "the regions have no face, so that there is nobody to look for.",
            path=pair.original.path,
            hint="Give the faces of the original, not only zones.",
        )
    return tuple(t for t in regions.tracks if t.action == "redact" and not t.zone)


def _overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    (x, y, width, height), (left, top, wide, high) = one, other
    return x < left + wide and left < x + width and y < top + high and top < y + height


def _in_words(both: Both, area: tuple[int, int, int, int]) -> str:
    x, y, width, height = area
    where = "" if both.time_s is None else f"from frame {both.index} ({both.time_s:.3f} s) on: "
    page = f"page {both.index + 1}: " if both.time_s is None and both.index else ""
    return f"{page}{where}{width}x{height} at ({x}, {y})"
