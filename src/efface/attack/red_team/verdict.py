"""The verdict on a person, in words that somebody understands who decides what is published.

The same words stand in the text, the page and the JSON.
"""

from __future__ import annotations

from efface.attack.red_team.calibration import Calibration
from efface.attack.red_team.rank import Rank
from efface.attack.red_team.result import PersonResult
from efface.attack.red_team.strength import Strength, strength_of

LIMITS = (
    "These attacks are a floor: somebody with better ones, or with other pictures of the person, "
    "can find more. That these found nobody says no more than that.",
    "Only the zones' pixels were attacked. Body, gait, clothes, tattoos, badges, plates, "
    "reflections, voice, place and the story can still identify a person, and so can the camera's "
    "sensor pattern.",
    "An unredacted copy elsewhere can be found by searching for the rest of the picture.",
    "A face that the detector did not see in the original was not attacked: look at the result "
    "yourself before you publish it.",
    "All figures come from adults: children are left out of the data.",
)
"""What an attack does not say; in every report."""

CLOSE = 10
"""Times the limit; below it an attack that did not find the person is said to have come near. By
chance that is said of a tenth of the people when alpha is .01."""

ADVICE = (
    "Cover it with a plain fill that is wider than the face, which leaves nothing to find: "
    "'efface redact' on the original does."
)

REMEDY = (
    "Cover it, or, if it is meant to stay visible, say so: --keep {id}, or the --regions that the "
    "file was redacted with."
)
"""For a face that is open."""


def verdict_on(result: PersonResult) -> str:
    """What came of one person, in sentences."""
    match result.kind:
        case "removed":
            return _removed(result)
        case "found":
            return _found(result)
        case "not-covered":
            open_ = " ".join(f"{leak.detail} ({leak.where})." for leak in result.own_leaks)
            return f"Not covered: {open_} {REMEDY.format(id=result.person.id)}"
        case "unproven":
            return _unproven(result)
        case "not-found":
            return _not_found(result)


def _removed(result: PersonResult) -> str:
    if result.person.drawing is not None:
        return (
            "Removed: nothing of this person is left in the zone: it holds "
            f"{result.person.drawing}, placed by the zone alone, and nothing else."
        )
    noise = result.person.noise_steps
    said = "it is one constant colour in everything that the file stores of it"
    if noise:
        said = (
            f"it is one constant colour but for what lossy coding makes of one (up to "
            f"{noise:.0f} of 255, and nothing like the face)"
        )
    return f"Removed: nothing of this person is left in the zone: {said}."


def _found(result: PersonResult) -> str:
    strongest = result.strongest
    if result.found and strongest is not None and strongest.standing is not None:
        return (
            f"Found. Do not publish: this face still shows through this zone. The attack "
            f"'{strongest.title}' puts it in {place_of(strongest.standing)}. {ADVICE}"
        )
    told = " ".join(f"{leak.detail} ({leak.where})." for leak in result.own_leaks)
    return f"Found. Do not publish: the file itself gives this face away: {told}"


def _unproven(result: PersonResult) -> str:
    if result.broken:
        names = ", ".join(one.name for one in result.broken)
        return (
            f"Not proven. Do not publish yet: not every attack could run ({names}), so nothing is "
            "proven."
        )
    if result.strongest is None:
        return "Not proven. Nothing was tried: no attack applies to this zone."
    told = " ".join(f"{leak.detail} ({leak.where})." for leak in result.own_leaks)
    held = result.person.drawing or "one constant colour"
    return f"Not proven: the zone is {held}, and the file carries more: {told}"


def _not_found(result: PersonResult) -> str:
    strength = strength_of(result.person)
    parts = [f"Not found by these attacks, {power(strength, result.known)}."]
    strongest = result.strongest
    standing = None if strongest is None else strongest.standing
    if strongest is not None and standing is not None and standing.fmr < CLOSE * result.limit:
        parts.append(f"One came near: '{strongest.title}' puts them in {place_of(standing)}.")
    parts.append(reach(strength, result.known))
    parts.append(f"That they were removed is not proven: {result.person.unproven}. {ADVICE}")
    return " ".join(parts)


def power(strength: Strength | None, known: Calibration) -> str:
    """How many redactions of a kind and strength the attacks find, for after a comma."""
    if strength is None:
        return (
            "and how many such redactions they find is not known, since no kind of redaction that "
            "was measured explains it"
        )
    near = known.weak_near(strength)
    if near is None:
        return (
            f"and how many redactions of this kind and strength ({strength.words}) they find was "
            "not measured"
        )
    return (
        f"which find {near.failed} of {near.n} redactions of this kind and strength "
        f"({strength.words}; measured: {near.name})"
    )


def reach(strength: Strength | None, known: Calibration) -> str:
    """What a stronger attacker reaches, in a sentence."""
    near = None if strength is None else known.stronger_near(strength)
    if near is None:
        return (
            "What an attacker reaches who has trained on such redactions was not measured: take it "
            "that they find more."
        )
    return (
        f"An attacker who knows the method and has trained on it puts {near.rank_1:g} % of people "
        f"first among {near.n} ({near.low:g} to {near.high:g} %, by chance {near.chance:g} %; "
        f"{near.name} in docs/leak-table.md)."
    )


def place_of(standing: Rank) -> str:
    """Where the person stands, in words."""
    return f"place {standing.list_length:,} of {standing.candidates:,} people"
