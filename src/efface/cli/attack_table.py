"""What people read of an attack, on stderr: a verdict, a line for each person, what fails."""

from __future__ import annotations

from efface.api.attacks import LIMITS, Calibration, Outcome, PersonResult, verdict_on
from efface.cli.text import say


def print_outcome(outcome: Outcome, *, failures_only: bool) -> None:
    """The verdict, each person, what fails and why; or only the verdict of a file that failed."""
    name = outcome.redacted.path
    if failures_only:
        if not outcome.passed:
            say(f"{name}: failed: {' '.join(outcome.reasons)}", err=True)
        return
    say(f"{name}: {len(outcome.people)} face(s) attacked, among {outcome.gallery}.", err=True)
    if outcome.people:
        say(
            f"  {'face':<8} {'strongest attack':<24} {'place among':>16}  {'false-match':>11}  "
            f"{'bits left':>9}  {'of clear':>8}  {'CPU s':>6}",
            err=True,
        )
    for result in outcome.judged:
        _print_person(result)
    for line in _facts(outcome):
        say(f"  {line}", err=True)
    for line in calibrated(outcome.calibration):
        say(f"  {line}", err=True)
    say(outcome.verdict, err=True)
    for reason in outcome.reasons:
        say(f"  {reason}", err=True)
    if outcome.report is not None:
        say(
            f"Report: {outcome.report} (delete it after use: it shows what was recovered)", err=True
        )
    say(f"Remember: {LIMITS[0]} {LIMITS[1]}", err=True)


def _print_person(result: PersonResult) -> None:
    strongest = result.strongest
    found = None if strongest is None else strongest.standing
    if strongest is None or found is None:
        say(f"  {result.person.id:<8} {'none':<24}", err=True)
    else:
        place = f"{found.list_length:,} of {found.candidates:,}"
        cpu = sum(one.cpu_s for one in result.tried)
        say(
            f"  {result.person.id:<8} {strongest.name:<24} {place:>16}  {found.fmr:>11.4f}  "
            f"{result.bits:>9.1f}  {result.share_of_clear:>8.0%}  {cpu:>6.1f}",
            err=True,
        )
    say(f"           {verdict_on(result)}", err=True)


def _facts(outcome: Outcome) -> list[str]:
    out = []
    if outcome.kept:
        out.append(f"Not covered, as you asked, and not attacked: {', '.join(outcome.kept)}.")
    if outcome.drawn:
        out.append(f"Zones without a known face, not attacked: {', '.join(outcome.drawn)}.")
    if outcome.areas:
        out.append(
            f"Covered, and not attacked, since no face is known there: {'; '.join(outcome.areas)}."
        )
    out += [
        f"Worth a look: {leak.kind}: {leak.detail} ({leak.where})."
        for leak in outcome.leaks
        if not leak.fails
    ]
    for one in outcome.outside:
        place = f"{one.standing.list_length:,} of {one.standing.candidates:,}"
        out.append(
            f"Outside the zone, against {one.pictures} other picture(s) of {one.id}: place {place}."
        )
        if one.warning is not None:
            out.append(one.warning)
    return out + outcome.notes


def calibrated(known: Calibration) -> list[str]:
    """How often the gate is wrong, in sentences."""
    if not known.constant and not known.weak:
        return ["How often this gate is wrong has not been measured."]
    out = []
    for rows, words in (
        (known.constant, "False alarms, measured"),
        (known.weak, "Weak redactions that it fails, measured"),
    ):
        if rows:
            shares = "; ".join(
                f"{row.name} {row.failed} of {row.n} (95 %: {row.low:.1%} to {row.high:.1%})"
                for row in rows
            )
            out.append(f"{words}: {shares}.")
    out += [f"That was measured otherwise: {text}." for text in known.differs]
    return out
