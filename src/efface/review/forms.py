"""What the page and the server tell each other, and what is kept on disk."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta

from efface.api.detection import BoxEntry, MediaEntry, RegionsDocument, TrackEntry
from efface.api.packs import Field
from efface.documents.model import Count, Document, Sha256, Share
from efface.words import Audience, Kind, Method, Shape

KEPT: Final = "efface.review/1"
CHOICE: Final = "efface.review-choice/1"

Judgement = Literal["face", "nothing"]
"""What a person made of a place that was nearly taken for a face."""

AttackKind = Literal["removed", "not-found", "unproven", "not-covered", "found"]
"""What can come of a person, from the best to the worst."""

Acceptance = Literal["no-face", "rescan", "overwrite", "damaged", "unwatched", "one-person"]
"""What a person can take upon themselves at a release: ``--allow-no-face``, ``--accept-rescan``,
``--overwrite`` and ``--allow-damaged`` of the command line, a video that nobody has watched whole,
and a file that fewer persons have confirmed than have to."""

Stage = Literal["waiting", "looking", "ready", "failed"]
"""Of a file: not looked at yet, being looked at, ready to be reviewed, or not readable."""

Secret = Annotated[str, Meta(max_length=1024)]
"""A passphrase."""

FileId = Annotated[str, Meta(max_length=32)]
DoubtId = Annotated[str, Meta(pattern="^d[0-9]{1,6}$", max_length=7)]
"""``d1``, ``d2``, …: the places that were nearly taken for a face, in the order of the regions."""


FrameSpan = tuple[Count, Count]
"""First and last frame."""


class UnseenEntry(Document, frozen=True, kw_only=True):
    """A stretch in which a face was followed or bridged and not seen: whoever is seen after it may
    be somebody else."""

    track: str
    first: Count
    last: Count


class Decisions(Document, frozen=True, kw_only=True):
    """What a person decided about one file."""

    tracks: Annotated[tuple[TrackEntry, ...], Meta(max_length=10_000)]
    """Faces and zones, each covered or kept visible."""
    doubts: dict[DoubtId, Judgement]
    """Those that were judged; one that is a face is a track, too."""
    checked: bool
    """Somebody looked at the whole picture and was content."""


class PastRelease(Document, frozen=True, kw_only=True):
    """A release that went well."""

    target: str
    """Its name, with its folder where that is not the original's."""
    sha256: Sha256
    status: str
    revision: Count
    """Of the decisions that it was made with."""
    accepted: tuple[Acceptance, ...]
    audience: Audience
    method: Method
    time: str
    """UTC, ISO 8601."""
    pack: str | None = None
    """Name of the pack that learned of it."""


Who = Annotated[str, Meta(min_length=1, max_length=60)]
"""A name, initials or a pseudonym, as somebody typed it."""


class Confirmation(Document, frozen=True, kw_only=True):
    """Somebody has looked at what was decided, and confirmed it."""

    who: Who
    seen: Sha256
    """Of all that decided then what is covered; it stands as long as that is the same."""
    watched: Count | None
    """Of a video: how many frames were watched under that name."""
    time: str
    """UTC, ISO 8601."""


class WatchedBy(Document, frozen=True, kw_only=True):
    """What of a video was watched under a name."""

    who: Who
    spans: tuple[FrameSpan, ...]


class ConfirmationOrder(Document, frozen=True, kw_only=True):
    """Who confirms what was decided."""

    who: Who


class ShownConfirmation(Document, frozen=True, kw_only=True):
    """A confirmation, for people."""

    who: Who
    time: str
    stands: bool
    """It is of what would be released now; otherwise that was changed since."""
    watched: Count | None


class KeptReview(Document, frozen=True, kw_only=True):
    """What is kept on disk of one file: places and decisions, and no picture."""

    schema: Literal["efface.review/1"]
    revision: Count
    """It rises with every change; a change names the one that it is based on."""
    regions: RegionsDocument
    """Places in doubt are as they were found, whatever was decided about them."""
    doubts: dict[DoubtId, Judgement]
    checked: bool
    publication: PastRelease | None
    unseen: tuple[UnseenEntry, ...] = ()
    """Of a video."""
    damaged: tuple[FrameSpan, ...] = ()
    """Of a video: what cannot be decoded whole; solid frames stand for it."""
    damage: str | None = None
    """Of a video: what is wrong with it, in a sentence."""
    watched: tuple[FrameSpan, ...] = ()
    """Of a video: what somebody has watched. It grows without a new revision."""
    watched_by: tuple[WatchedBy, ...] = ()
    """The same by name, where one was given."""
    looks: tuple[Confirmation, ...] = ()
    """Who has confirmed what, the latest of each person; likewise."""


class ZoneGrowth(Document, frozen=True, kw_only=True):
    """How a face's box becomes the zone that is covered; formats with a grid round it up."""

    width: float
    height: float
    min_margin_px: int
    below: float
    ratio: float | None
    """Width for height of the zone of a head, whose shorter side is made longer to it; ``None``:
    it follows the face."""
    shape: Shape


class KeptChoice(Document, frozen=True, kw_only=True):
    """What was answered when these files were opened first."""

    schema: Literal["efface.review-choice/1"]
    audience: Audience | None
    method: Method


class FileSummary(Document, frozen=True, kw_only=True):
    """A row of the queue."""

    id: FileId
    name: str
    folder: str
    """Below what was opened; empty at the top."""
    stage: Stage
    kind: Kind | None
    message: str | None
    hint: str | None
    faces: int
    kept: int
    """Faces that stay visible."""
    doubts: int
    """Places that nobody has judged."""
    doubt: float
    """Sum of the scores of those: the queue goes from the highest down."""
    least: Share | None
    """Lowest score of a face that was found."""
    checked: bool
    revision: Count
    publication: PastRelease | None
    confirmed: Count
    """Persons who have confirmed it as it is."""
    dropped: bool
    """It is a copy of what was dropped into the page, which goes with what was released of it when
    efface ends."""


class DeskState(Document, frozen=True, kw_only=True):
    """Everything that is open."""

    version: str
    title: str
    audience: Audience | None
    """``None``: nobody has been asked."""
    method: Method
    """How zones are filled."""
    files: tuple[FileSummary, ...]
    skipped: int
    """Other files that lie there."""
    droppable_bytes: int | None
    """Most of a file that is dropped into the page; ``None``: nothing can be."""
    limits: tuple[str, ...]
    """What a redaction does not protect from."""
    two_persons: bool
    """Two different persons have to confirm a file before it is released."""


class FileState(Document, frozen=True, kw_only=True):
    """One file that is ready to be reviewed."""

    summary: FileSummary
    media: MediaEntry
    format: str
    decisions: Decisions
    doubtful: tuple[BoxEntry, ...]
    growth: ZoneGrowth
    unseen: tuple[UnseenEntry, ...]
    damaged: tuple[FrameSpan, ...]
    damage: str | None
    watched: tuple[FrameSpan, ...]
    watched_by: tuple[WatchedBy, ...]
    looks: tuple[ShownConfirmation, ...]


class FrameTimes(Document, frozen=True, kw_only=True):
    """When frames are shown, in ticks."""

    start: int
    """Of the first frame."""
    steps: tuple[tuple[int, int], ...]
    """From one frame to the next, and how many such steps there are in a row."""


class ClipState(Document, frozen=True, kw_only=True):
    """A video that can be looked at, whether its faces are known or not."""

    width: int
    height: int
    tick_s: float
    """Seconds in one tick."""
    times: FrameTimes
    exact: bool
    """Every frame was counted; if not, times follow from the rate, and there can be more or fewer
    frames."""


class WatchedSpans(Document, frozen=True, kw_only=True):
    """What somebody has watched of a video."""

    spans: Annotated[tuple[FrameSpan, ...], Meta(max_length=10_000)]
    who: Who | None = None
    """Under which name; ``None``: nobody gave one."""


class AudienceChoice(Document, frozen=True, kw_only=True):
    """From whom people are hidden."""

    audience: Audience


class MethodChoice(Document, frozen=True, kw_only=True):
    """How zones are filled."""

    method: Method


class KeyChoice(Document, frozen=True, kw_only=True):
    """A key to sign with."""

    id: str
    name: str


class KeyOrder(Document, frozen=True, kw_only=True):
    """A key that is to be made."""

    name: Annotated[str, Meta(max_length=120)]
    """In public; empty: one by lot."""
    passphrase: Secret


class EvidenceState(Document, frozen=True, kw_only=True):
    """What there is for a release with evidence."""

    keys: tuple[KeyChoice, ...]
    """Of the user's."""
    key: str | None
    """Id of the one that is taken if no other is chosen."""
    to: tuple[str, ...]
    """Public keys of those who may open every seal, by the command line."""


class EvidenceOrder(Document, frozen=True, kw_only=True):
    """Seal the original, unless its pack is there, and prove and sign what is released. Passphrases
    are used once, and kept nowhere."""

    key: Annotated[str, Meta(max_length=128)]
    """Id of the key that signs."""
    passphrase: Secret
    to: Annotated[tuple[Annotated[str, Meta(max_length=20_000)], ...], Meta(max_length=64)]
    """Public keys of more people who may open the seal, some a line."""
    seal_passphrase: Secret = ""
    """Opens the seal, too; empty: none does."""
    note: Annotated[str, Meta(max_length=4000)] = ""
    """How it was received, for the log."""
    told: dict[Field, Annotated[str, Meta(max_length=1000)]]
    """How it came about; stays under seal."""


class EvidenceOutcome(Document, frozen=True, kw_only=True):
    """The pack after a release, or after a try."""

    pack: str
    """Its name; it lies beside the original."""
    case: str
    sealed: bool
    """The original was sealed just now; otherwise the pack was there."""
    to: tuple[str, ...]
    """Who may open the seal: public keys."""
    by_passphrase: bool
    """So may whoever knows its passphrase."""
    redaction: Count | None
    """Number of this release in the pack; ``None``: nothing was released."""
    entries: Count
    """Of its log."""


class ReleaseOrder(Document, frozen=True, kw_only=True):
    """Which decisions are released, and what is accepted."""

    revision: Count
    accept: tuple[Acceptance, ...]
    evidence: EvidenceOrder | None = None


class ReleaseOutcome(Document, frozen=True, kw_only=True):
    """What came of a release; the gates are those of the command line."""

    exit_code: int
    status: str
    message: str | None
    hint: str | None
    acceptable: Acceptance | None
    """What would let it through."""
    uncovered: tuple[BoxEntry, ...]
    """Faces that the second detector sees in what was written."""
    covered: Share | None
    """Largest share of a page that is covered."""
    tracks: Count
    """Faces, covered and kept."""
    kept: Count
    """Those that stay visible."""
    drawn: Count
    """Zones that were drawn by hand."""
    evidence: EvidenceOutcome | None
    dropped: tuple[str, ...]
    """What the file carried besides its pixels, and no longer does."""
    notes: tuple[str, ...]
    state: FileState


class AttackedEntry(Document, frozen=True, kw_only=True):
    """One face that was attacked; pictures are JPEGs in base64."""

    id: str
    kind: AttackKind
    verdict: str
    """In sentences."""
    original: str
    published: str
    recovered: str | None
    """What the strongest attack that has a picture made of it."""
    attack: str | None
    frame: Count
    """The most telling of those that show it, from which the pictures are."""
    frames: Count
    """How many show it."""
    nobody: bool
    """What was recovered is nobody's face: it follows from the fill alone."""


class AttackView(Document, frozen=True, kw_only=True):
    """What came of an attack on a released file."""

    passed: bool
    verdict: str
    people: tuple[AttackedEntry, ...]
    notes: tuple[str, ...]
    limits: tuple[str, ...]


class Trouble(Document, frozen=True, kw_only=True):
    """Why a request was not done."""

    message: str
    hint: str | None = None
    current: FileState | None = None
    """After a conflict: what is there."""


class Happening(Document, frozen=True, kw_only=True):
    """What the server tells by itself: a file changed, or work goes on."""

    file: FileSummary | None = None
    step: str | None = None
    """What is being done to it."""
    share: Share | None = None
    """How much of that is done."""
    done: int | None = None
    """Files that have been looked at."""
    of: int | None = None
