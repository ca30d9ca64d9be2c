"""The redacted files of a pack, for its report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from efface.evidence.commitment.cells import union_area
from efface.evidence.credentials import photo_regions
from efface.evidence.custody.entry import Action
from efface.evidence.pack.intake import sha256_of
from efface.evidence.pack.opened import Redacted
from efface.evidence.pack.parsing import written
from efface.evidence.pack.redaction import Redaction
from efface.evidence.statement import check
from efface.geometry import Rect
from efface.regions import Kind
from efface.report.evidence.case import ReportedRedaction, ReportedZone
from efface.report.evidence.from_pack.attack import attack
from efface.report.evidence.from_pack.readable_pack import Fields, ReadablePack, details
from efface.report.evidence.from_pack.settings import (
    alpha_of,
    method_in_words,
    recall_of,
    settings_in_words,
)
from efface.report.evidence.words import counted
from efface.report.shares import percent
from efface.zones.zone import Zone as Filled

NOT_KNOWN = "not known: no entry of the log that holds tells it"
_NONE = "none: "
"""How the statement says that no detector was asked."""


def redactions(held: ReadablePack, kind: Kind) -> tuple[ReportedRedaction, ...]:
    """Those whose statements hold.

    Args:
        kind: of the original, and so of what was made of it.
    """
    return tuple(_redaction(held, one, kind) for one in held.redactions)


def kind_of(held: ReadablePack) -> Kind:
    """What the original is."""
    if held.intake is not None:
        return "video" if held.intake.kind == "video" else "image"
    video = held.origin is not None and held.origin.commitment.kind.startswith("video")
    return "video" if video else "image"


def format_in_words(name: str, kind: Kind) -> str:
    """``JPEG photo``."""
    return f"{name} {'video' if kind == 'video' else 'photo'}".strip()


def _redaction(held: ReadablePack, redacted: Redacted, kind: Kind) -> ReportedRedaction:
    statement, found = redacted.statement, details(redacted)
    facts = Fields({}) if found is None else found
    output, by = _told(held, redacted)
    return replace(
        stated(statement, facts, kind, key=check(redacted.signed), by=by, output=output),
        number=int(redacted.folder.name),
        attack=attack(
            facts.fields("attack"),
            statement.checks.get("attack"),
            alpha_of(statement.settings),
        ),
        notes=tuple(_notes(facts, kind)) if found is not None else (_NO_DETAILS,),
    )


def stated(
    statement: Redaction, facts: Fields, kind: Kind, *, key: str, by: str, output: str
) -> ReportedRedaction:
    """What a signed statement says of a redaction, without the red team and notes.

    Args:
        facts: ``format``, ``width``, ``height`` and ``frames`` of the file, and what the checks
            found, as far as it is known.
        key: that signed it.
        by: who that is.
        output: SHA-256 of the released file.
    """
    name = facts.text("format")
    width, height, frames = (facts.whole(of) or 0 for of in ("width", "height", "frames"))
    what = format_in_words(name, kind)
    if not (width and height and frames):
        what = f"{what}, of a size that cannot be told; its zones lie within"
        width = max([zone.rect.x1 for zone in statement.zones if zone.rect.x1 > 0], default=1)
        height = max([zone.rect.y1 for zone in statement.zones if zone.rect.y1 > 0], default=1)
    pictures = frames or 1 + max((zone.frame for zone in statement.zones), default=0)
    return ReportedRedaction(
        number=statement.number,
        time=written(statement.time),
        by=by,
        key=key,
        sha256=output,
        format=what,
        width=width,
        height=height,
        method=method_in_words(statement.settings),
        settings=settings_in_words(statement.settings, kind, name),
        version=statement.version,
        detector=_detector(statement.detector, recall_of(statement.settings)),
        rescan=_rescan(statement.checks.get("rescan"), facts, kind),
        zones=tuple(_zones(statement.zones, kind, pictures)),
        covered=_covered(statement.zones, width * height, frames, kind),
        repeatable=_repeatable(statement.repeatable),
        frames=frames if kind == "image" and frames > 1 else None,
    )


_NO_DETAILS = (
    "What the checks found in detail is missing from the pack, or is not what was signed: it is "
    "not shown"
)


def _told(held: ReadablePack, redacted: Redacted) -> tuple[str, str]:
    """SHA-256 of the released file, and who made it, as the log tells."""
    digest = sha256_of(redacted.signed)
    for entry in held.entries:
        told = Fields(entry.details)
        output = told.digest("output")
        of_it = entry.action == Action.REDACTED and told.digest("statement") == digest
        if of_it and output is not None and held.signed(entry):
            return output, entry.actor
    chain = held.chain(check(redacted.signed))
    return NOT_KNOWN, "somebody" if chain is None else chain.label


def _detector(name: str, recall: str | None) -> str:
    if name.startswith(_NONE):
        return "None: the places of the faces were given, by a person or from an earlier search"
    return name if recall is None else f"{name}, setting {recall}"


def _rescan(outcome: object, facts: Fields, kind: Kind) -> str:
    """What the second detector saw; ``outcome`` stands in the signed statement."""
    if outcome == "off":
        return "No second detector looked at it: that was switched off"
    rescan = facts.fields("rescan")
    if not rescan.values:
        return "A second detector looked at it, and its gate was passed; no figures are shown"
    score = rescan.number("threshold")
    frames = rescan.whole("frames")
    which = f"A second detector, {rescan.text('detector')}, "
    where = f"in the {counted(frames, 'frame')} that it looked at " if frames is not None else ""
    least = "" if score is None else f" (from a score of {score:g})"
    left = len(rescan.rows("uncovered"))
    if not left:
        return f"{which}saw {where}no face that is neither covered nor kept{least}"
    faces = counted(left, "place", "places")
    return (
        f"{which}saw {where}{faces} that may be a face and is neither covered nor kept{least}; the "
        "user released the file all the same"
    )


def _repeatable(same: bool) -> str:
    if same:
        return "Yes: the same original, version and settings give the same bytes"
    return (
        "Not byte for byte, since its encoder does not repeat itself: what the two files show can "
        "be compared"
    )


def _zones(zones: Sequence[Filled], kind: Kind, frames: int) -> Iterator[ReportedZone]:
    """As they were filled; over time, those that follow one another in one, as the file's Content
    Credentials have them."""
    if kind == "image" and frames == 1:
        for zone in zones:
            yield _zone(zone.rect)
        return
    for region in photo_regions(zones, max(frames, 2)):
        run = region.frames
        if kind == "image" and run is not None and run[0] == run[1]:
            yield _zone(region.rect, page=run[0] + 1)
        else:
            yield _zone(region.rect, frames=run)


def _zone(
    rect: Rect, page: int | None = None, frames: tuple[int, int] | None = None
) -> ReportedZone:
    return ReportedZone(rect.x0, rect.y0, rect.width, rect.height, page, frames)


def _covered(zones: Sequence[Filled], area: int, frames: int, kind: Kind) -> float | None:
    """Share of all pixels; ``None`` where that is not known, or pages differ in size."""
    if not frames or (kind == "image" and frames > 1) or any(z.shape != "box" for z in zones):
        return None
    by_frame: dict[int, list[Rect]] = defaultdict(list)
    for zone in zones:
        by_frame[zone.frame].append(zone.rect)
    return min(1.0, sum(map(union_area, by_frame.values())) / (area * frames))


def _counts(facts: Fields) -> Iterator[str]:
    """Tracks, those kept, drawn zones, and the share that they cover together."""
    counts = facts.fields("counts")
    tracks, drawn = counts.whole("tracks"), counts.whole("drawn_zones")
    kept = len({row.text("track") for row in counts.rows("kept")})
    name = "track"
    if tracks is None:  # an earlier version counted tracks, their parts and drawn zones together
        tracks, kept, name = facts.whole("faces"), len(facts.texts("kept")), "face"
    if tracks is not None:
        stay = f", of which {kept} stay visible because the user said so" if kept else ""
        by_hand = f", and {counted(drawn, 'zone')} drawn by hand" if drawn else ""
        yield f"{counted(tracks, name)} found or given{stay}{by_hand}"
    share = facts.fields("covered")
    mean, largest = share.number("mean"), share.number("largest")
    if mean is not None and largest is not None and 0 <= mean <= largest <= 1:
        yield f"Zones cover {percent(mean)} of a picture on average, {percent(largest)} at most"


def _notes(facts: Fields, kind: Kind) -> Iterator[str]:
    yield from _counts(facts)
    if kind == "video":
        yield from _film(facts)
    yield from _outside(facts.fields("outside_zones"))
    yield from facts.texts("notes")


def _outside(fidelity: Fields) -> Iterator[str]:
    """What the file is like beside the zones."""
    ssim = fidelity.number("ssim")
    if fidelity.flag("exact"):
        unit = {"coefficients": "coefficient"}.get(fidelity.text("unit"), "sample")
        yield f"Outside the zones every {unit} is that of the original"
    elif ssim is not None:
        yield f"The picture was encoded again: outside the zones, SSIM {ssim:.4f} at the lowest"


def _film(facts: Fields) -> Iterator[str]:
    video = facts.fields("video")
    frames, covered = facts.whole("frames"), video.whole("frames_covered")
    if frames is not None and covered is not None:
        yield (
            f"{counted(frames, 'frame')}, of which {covered:,} have a zone; zones that follow one "
            "another are shown as one that holds them all, and the signed statement has each"
        )
    gaps, longest = video.whole("gaps"), video.number("longest_gap_s")
    if gaps and longest is not None:
        yield (
            f"In {counted(gaps, 'stretch', 'stretches')} a face was followed without being seen, "
            f"for up to {longest:.1f} s"
        )
    damaged = video.whole("damaged")
    if damaged:
        yield f"{counted(damaged, 'frame')} could not be decoded and were replaced"
    fidelity = video.fields("fidelity")
    ssim, sampled = fidelity.number("ssim"), fidelity.whole("sampled")
    if ssim is not None and sampled is not None:
        yield (
            f"The picture was encoded again ({video.text('encoder')}): outside the zones, SSIM "
            f"{ssim:.4f} on average over {counted(sampled, 'frame')} compared pixel by pixel"
        )
