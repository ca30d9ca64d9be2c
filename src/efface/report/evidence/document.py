"""From a case to the document."""

from __future__ import annotations

from collections.abc import Iterator

from efface.report.evidence.blocks import (
    Block,
    Bullets,
    Heading,
    Notice,
    PageDocument,
    Text,
    code,
    strong,
    text,
    user,
)
from efface.report.evidence.by_hand import by_hand
from efface.report.evidence.case import ReportedCase
from efface.report.evidence.certification import certification
from efface.report.evidence.checked import findings, judged, times_and_keys
from efface.report.evidence.earned import earned, without_green
from efface.report.evidence.error_rates import error_rates, limits
from efface.report.evidence.glossary import glossary
from efface.report.evidence.history import access, received, steps
from efface.report.evidence.redacted import redacted
from efface.report.evidence.words import counted, moment, sentence, size


def document(case: ReportedCase) -> PageDocument:
    """The report; green in it is what it says as a whole."""
    made = _document(case)
    return made if earned(case) else without_green(made)


def _document(case: ReportedCase) -> PageDocument:
    return PageDocument(
        title="Evidence report",
        subtitle=text(
            "Case ", code(case.id), f", made on {moment(case.made)} with efface {case.version}"
        ),
        case=case.id,
        made=case.made,
        lead=(_verdict(case), Heading("In short"), Bullets(tuple(_short(case)))),
        sections=(
            received(case),
            steps(case),
            access(case),
            redacted(case),
            findings(case),
            times_and_keys(case),
            error_rates(case),
            limits(case),
            by_hand(case),
            glossary(),
            certification(case),
        ),
    )


def _verdict(case: ReportedCase) -> Block:
    all_judged = judged(case)
    number = len(all_judged)
    wrong = [(about, finding) for about, finding in all_judged if not finding.ok]
    if wrong:
        items = tuple(text(strong(f"{about}: "), user(sentence(f.says))) for about, f in wrong)
        title = f"{len(wrong)} of {counted(number, 'check')} did not hold. Read these first."
        return Notice("bad", title, items)
    if not number:
        return Notice("bad", "Nothing was checked.")
    title = f"All {number} checks hold."
    if not earned(case):
        title = f"All {number} checks hold, by the word of keys that are not known."
    shows = text("What each of them shows, and what it does not, stands in section 5.")
    return Notice("good", title, (shows,))


def _short(case: ReportedCase) -> Iterator[Text]:
    original = case.original
    yield text(
        f"On {moment(original.received)} ",
        user(original.by),
        f" received one original: {original.format}, {size(original.size_bytes)}. It lies under "
        "seal in the pack.",
    )
    files = counted(len(case.redactions), "redacted file")
    yield text(f"From it {files} {'was' if len(case.redactions) == 1 else 'were'} made.")
    if case.log:
        first, last = moment(case.log[0].time), moment(case.log[-1].time)
        entries = counted(len(case.log), "entry", "entries")
        yield text(f"The custody log has {entries}, from {first} to {last}.")
    sound = [stamp for stamp in case.stamps if stamp.holds]
    if sound:
        earliest = min(sound, key=lambda stamp: stamp.time)
        known = "" if earliest.known else " (an authority that is not known here)"
        yield text(
            f"A third party{known} vouches for the time ",
            strong(moment(earliest.time)),
            f" of {earliest.over}.",
        )
    else:
        yield text("No third party vouches for a time.")
    strangers = [key for key in case.keys if key.known_as is None]
    if strangers:
        yield text(
            strong(
                f"{counted(len(strangers), 'key')} that signed {_are(len(strangers))} not known"
            ),
            " to whoever made this report: see section 6.",
        )


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
