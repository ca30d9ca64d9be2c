"""``efface attack`` from the files' names to the outcome and the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from efface.attack.pair import open_pair
from efface.attack.red_team.attacker import Attacker, given_for
from efface.attack.red_team.outcome import Outcome
from efface.errors import RefusedError
from efface.events import Listener, ignore
from efface.files.appearing import check_target, writing
from efface.files.paths import is_folder, same_place
from efface.policy import Policy
from efface.regions import Regions
from efface.regions.choices import Keep
from efface.workflow.known_methods import drawings, layered_reader

REPORT_SUFFIXES = (".html", ".htm")


@dataclass(frozen=True, slots=True)
class AttackOrder:
    """What is asked for."""

    policy: Policy = field(default_factory=Policy)
    regions: Mapping[str, Regions] | None = None
    """By the SHA-256 of the file they were made for."""
    gallery: Path | None = None
    same_person: Path | None = None
    report: Path | None = None
    """HTML to be written."""
    show_original: bool = False
    """The report shows the original's faces."""
    overwrite: bool = False
    keep: tuple[Keep, ...] = ()
    """Faces that are meant to be visible."""


def attack_file(
    redacted: Path, original: Path | None, asked: AttackOrder, listen: Listener = ignore
) -> Outcome:
    """Attack one redacted file.

    Raises:
        RefusedError: there is no original, or the files do not belong together, or the gallery, the
            regions or the report cannot be used.
        NoFaceError: no face was found in the original.
        InputError: a file cannot be read whole.
        OutputError: the report cannot be written.
    """
    if original is None:
        raise RefusedError(
            "the original is missing. 'efface attack' measures how well a redaction protects the "
            "people whose picture you have; it does not identify people.",
            path=redacted,
            hint="Name the file that it was made from: --original ORIGINAL.",
        )
    if same_place(redacted, original):
        raise RefusedError(
            "this is the original itself.", path=redacted, hint="Name the redacted file first."
        )
    if asked.report is not None:
        _check_report(asked.report, redacted, original, asked.overwrite)
    for folder in (asked.gallery, asked.same_person):
        if folder is not None and not is_folder(folder):
            raise RefusedError("this is no folder.", path=folder, hint="Name a folder of pictures.")
    pair = open_pair(redacted, original, asked.policy)
    regions = None if asked.regions is None else given_for(pair, asked.regions)
    drawn = drawings(asked.policy.method)
    reader = layered_reader(asked.policy.method)
    attacker = Attacker(asked.policy, asked.gallery, asked.same_person, asked.keep, drawn, reader)
    outcome = attacker.attack(pair, regions, listen)
    if asked.report is not None:
        write_report(outcome, asked.report, asked.show_original, overwrite=asked.overwrite)
        outcome.report = asked.report
    return outcome


def write_report(outcome: Outcome, target: Path, show_original: bool, *, overwrite: bool) -> None:
    """Write the HTML report; it appears whole or not at all.

    Raises:
        OutputError: it cannot be written.
        RefusedError: the target appeared in the meantime.
    """
    from efface.report.attack.page import page  # noqa: PLC0415 - only for a report

    text = page(outcome, show_original=show_original)
    with writing(target, overwrite=overwrite) as out:
        out.write(text.encode())


def _check_report(target: Path, redacted: Path, original: Path, overwrite: bool) -> None:
    """Refuse what would fail after the work."""
    if target.suffix.lower() not in REPORT_SUFFIXES:
        raise RefusedError("a report is HTML.", path=target, hint="Give a name that ends in .html.")
    for source in (redacted, original):
        check_target(source, target, overwrite)
