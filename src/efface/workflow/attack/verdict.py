"""The verdict on a person, in words that somebody understands who decides what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from efface.workflow.attack.scoring import Standing

if TYPE_CHECKING:
    from efface.workflow.attack.result import Result

LIMITS = (
    "These attacks are a floor: somebody with better ones, or with other pictures of the person, "
    "can find more. A pass says that these found nothing.",
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


def verdict_on(result: Result) -> str:
    """What came of one person."""
    strongest = result.strongest
    if result.found and strongest is not None and strongest.standing is not None:
        return (
            f"Do not publish: this zone still points to this person. The attack "
            f"'{strongest.title}' puts them in {place_of(strongest.standing)}."
        )
    if result.broken:
        names = ", ".join(one.name for one in result.broken)
        return f"Do not publish yet: not every attack could run ({names}), so nothing is proven."
    if strongest is None or strongest.standing is None:
        return "Nothing was tried: no attack applies to this zone."
    if result.person.constant:
        return (
            "Nothing in this zone points to this person: it has one colour, and no attack did "
            "better than chance."
        )
    if strongest.standing.fmr < CLOSE * result.limit:
        return (
            f"No attack found this person, but one came near: '{strongest.title}' puts them in "
            f"{place_of(strongest.standing)}. Somebody with better means may go further; a plain "
            "fill leaves nothing to go by."
        )
    return (
        "Nothing in this zone points to this person: the best attack does no better than luck "
        f"among {result.candidates:,} people would."
    )


def place_of(standing: Standing) -> str:
    """Where the person stands, in words."""
    return f"place {standing.list_length:,} of {standing.candidates:,} people"
