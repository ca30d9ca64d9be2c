"""The form of a study, ``efface.study/1``."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta

from efface.documents.model import Amount, Count, Document, Number, Positive, Share

STUDY: Final = "efface.study/1"

Rate = Annotated[list[Share], Meta(min_length=3, max_length=3)]
"""A share, and the ends of its 95 % interval over people."""
Figure = Annotated[list[Number], Meta(min_length=3, max_length=3)]
"""The same of a number."""
Level = Literal["K0", "K1", "K2", "insider"]


class PassedEntry(Document, frozen=True, kw_only=True):
    """A picture that was passed over."""

    file: str
    why: str


class DataEntry(Document, frozen=True, kw_only=True):
    """Whose pictures they are, without saying who anybody is."""

    folder: str
    train: Count
    """People that attackers were fitted on."""
    select: Count
    """People that they were chosen on."""
    test: Count
    """People that they were scored on, once: N."""
    pictures: Count
    gallery: Positive
    """Clear pictures of each person that an investigator has."""
    probes: Positive
    """Pictures of each person that are searched for."""
    left_out: Count
    """People with too few pictures."""
    face_px: Amount
    """Nineteen of twenty faces are at least so wide, in pixels."""
    passed: list[PassedEntry]


class WeightsEntry(Document, frozen=True, kw_only=True):
    """Of a network that an attacker used."""

    name: str
    sha256: str


class GalleryEntry(Document, frozen=True, kw_only=True):
    """What another number of candidates would change."""

    people: Positive
    rank1: Rate
    extrapolated: bool
    """The data have fewer people."""


class ColumnEntry(Document, frozen=True, kw_only=True):
    """What the strongest attacker of one knowledge found."""

    attacker: str
    N: Positive
    searches: Positive
    chance: Share
    rank1: Rate
    rank10: Rate
    tpir: Rate
    """At a false-positive identification rate of .01."""
    bits: Figure
    """Beyond chance."""
    half: Count
    """Candidates to look at to see the right person half of the time."""
    most: Count
    """The same, for nine searches of ten."""
    accused: Rate
    """The first candidate is a wrong person, past the threshold of one false match in 1,000."""
    calibrated: Count | None = None
    """People that the threshold was learnt on; ``null``: those that attackers were chosen on."""
    bound: Share
    """Exact upper bound of the people found, one-sided, at 95 %."""
    p_rank1: Share
    """That it is no more than in a constant fill of the same zone."""
    p_bits: Share
    at_chance: bool
    galleries: list[GalleryEntry]


class LooksEntry(Document, frozen=True, kw_only=True):
    """What some frames of a simulated video gave."""

    knowledge: Literal["K0", "K2"]
    frames: Positive
    N: Positive
    rank1: Rate
    rank10: Rate
    bits: Figure
    p: Share
    """That it is no more than from one frame (bits)."""
    coded: bool = False
    """As H.264, as videos are published."""


class CellEntry(Document, frozen=True, kw_only=True):
    """One way to redact faces of one width."""

    name: str
    title: str
    method: str
    strength: Amount | None
    unit: str
    more_hides: bool
    width_px: Positive
    control: str | None
    covered: Share
    """Of the picture."""
    program: str = ""
    """Digest of the attackers' code that measured it; empty: by a version that kept none."""
    columns: dict[Level, ColumnEntry]
    looks: list[LooksEntry]


class ThresholdEntry(Document, frozen=True, kw_only=True):
    """From which strength the strongest attacker tried finds nobody any more."""

    method: str
    unit: str
    width_px: Positive
    at_chance_from: Amount | None
    """The weakest strength from which on all are at chance; ``null``: none."""
    bound: Share | None
    """Largest exact upper bound of those."""
    found_at: Amount | None
    """The strongest at which it is not."""
    found_rank1: Rate | None
    """Of the strongest attacker there."""
    said: str


class StudyDocument(Document, frozen=True, kw_only=True):
    """The map of what redactions leave, as far as these attackers found it."""

    schema: Literal["efface.study/1"]
    efface: str
    quick: bool
    seed: Count
    only: list[str]
    data: DataEntry
    weights: list[WeightsEntry]
    """Networks that attackers used."""
    cells: list[CellEntry]
    thresholds: list[ThresholdEntry]
    limits: list[str]
