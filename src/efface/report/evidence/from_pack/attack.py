"""The red team's verdict on a redacted file, for the report of its pack."""

from __future__ import annotations

from efface.report.evidence.case import ReportedAttack, ReportedPerson
from efface.report.evidence.from_pack.readable_pack import Fields

_SAYS = {
    True: "No attack found anybody in this file. That is a floor, not a proof",
    False: "An attack found somebody in this file, or could not run",
}
_NO_DETAILS = (
    "The signed statement says that no attack found anybody; what each of them found is missing "
    "from the pack, or is not what was signed"
)


def attack(found: Fields, outcome: object, alpha: float) -> ReportedAttack | None:
    """What the pack tells of it.

    Args:
        found: ``attack`` of the redaction's details; empty where they cannot be read.
        outcome: in the signed statement: ``passed`` or ``off``.
        alpha: that was asked for.

    Returns:
        ``None``: the red team was not asked.
    """
    passed = found.flag("passed")
    if passed is None and outcome != "passed":
        return None
    return ReportedAttack(
        passed=passed is not False,
        says=_NO_DETAILS if passed is None else _SAYS[passed],
        people=tuple(_person(one) for one in found.rows("people")),
        alpha=found.number("alpha") or alpha,
        gallery=found.text("gallery") or "people who are not named",
        recognisers=found.texts("recognisers") or ("recognisers that are not named",),
        differs=found.fields("calibration").texts("differs"),
        notes=found.texts("notes"),
    )


def _person(found: Fields) -> ReportedPerson:
    return ReportedPerson(
        id=found.text("id"),
        verdict=found.text("verdict"),
        strongest=found.text("strongest"),
        false_match_rate=found.number("false_match_rate"),
        limit=found.number("limit"),
        place=found.whole("list_length"),
        candidates=found.whole("candidates"),
        bits=found.number("bits"),
        share_of_clear=found.number("share_of_clear"),
    )
