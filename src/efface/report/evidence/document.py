"""From what is reported to the document."""

from __future__ import annotations

from collections.abc import Iterator

from efface.report.evidence.answers import forged, untouched
from efface.report.evidence.blocks import (
    Block,
    Bullets,
    Notice,
    PageDocument,
    Paragraph,
    Section,
    Text,
    at,
    strong,
    text,
    user,
)
from efface.report.evidence.by_hand import by_hand
from efface.report.evidence.case import ReportedRedaction
from efface.report.evidence.certification import certification
from efface.report.evidence.checked import findings, judged, times_and_keys
from efface.report.evidence.clock import with_times
from efface.report.evidence.court import CourtReport, ReportedFile
from efface.report.evidence.earned import earned, without_green
from efface.report.evidence.error_rates import error_rates
from efface.report.evidence.front import what_it_is, what_not_shown, what_was_found
from efface.report.evidence.glossary import glossary
from efface.report.evidence.history import access, received, steps
from efface.report.evidence.redacted import of_file, redacted
from efface.report.evidence.words import counted, sentence


def document(report: CourtReport) -> PageDocument:
    """The report; green in it is what it says as a whole."""
    made = with_times(_document(report), report.zone)
    return made if earned(report) else without_green(made)


def _document(report: CourtReport) -> PageDocument:
    return PageDocument(
        title="Evidence report",
        subtitle=text("About ", user(report.about), ", made ", at(report.made)),
        about=report.about,
        made=report.made,
        lead=(
            _verdict(report),
            Paragraph(text(strong("In short"))),
            Bullets(tuple(_short(report))),
        ),
        sections=(what_it_is(report), what_was_found(report), what_not_shown(report)),
        annex=tuple(_annex(report)),
    )


def _annex(report: CourtReport) -> Iterator[Section]:
    case, file = report.case, report.file
    yield findings(report)
    told = () if case is None else (one.sha256 for one in case.redactions)
    if file is not None and file.redaction is not None and file.sha256 not in told:
        yield of_file(file.redaction)
    if case is not None:
        yield from (received(case), steps(case), access(case), redacted(case))
    yield times_and_keys(report)
    yield error_rates(report)
    yield by_hand(report)
    yield glossary()
    if case is not None:
        yield certification(case)


def _verdict(report: CourtReport) -> Block:
    all_judged = judged(report)
    number = len(all_judged)
    wrong = [(about, finding) for about, finding in all_judged if not finding.ok]
    if wrong:
        items = tuple(text(strong(f"{about}: "), user(sentence(f.says))) for about, f in wrong)
        title = (
            f"Do not rely on it: {len(wrong)} of {counted(number, 'check')} did not hold. Read "
            "these first."
        )
        return Notice("bad", title, items)
    if not number:
        return Notice("bad", "Nothing was checked.")
    if not earned(report):
        title = f"All {number} checks hold, by the word of a key that is not known."
        says = (
            "Anybody can make such a key, and sign anything with it. Before that key's number is "
            "compared with one from its owner, this shows that nothing was changed since somebody "
            "signed: not who."
        )
        return Notice("blank", title, (text(says),))
    shows = "“What was found” says what they show, and “What this does not show” what they do not."
    return Notice("good", f"All {number} checks hold, by a key that is known.", (text(shows),))


def _short(report: CourtReport) -> Iterator[Text]:
    file, case = report.file, report.case
    if file is not None:
        yield from _of_file(report, file)
    if case is not None:
        files = counted(len(case.redactions), "redacted file")
        yield text(
            "The pack of the case holds one original, received ", at(case.original.received),
            " by “", user(case.original.by), f"”, under seal; {files} "
            f"{'was' if len(case.redactions) == 1 else 'were'} made from it.",
        )  # fmt: skip
    sound = [stamp for stamp in report.stamps if stamp.holds]
    if sound:
        first = min(sound, key=lambda stamp: (not stamp.known, stamp.time))
        known = "" if first.known else " (an authority that is not known here)"
        yield text(
            f"A third party{known} vouches for the time ", at(first.time), f" of {first.over}."
        )
    else:
        yield text("No third party vouches for a time.")
    strangers = [key for key in report.keys if key.known_as is None and not key.yours]
    if strangers:
        are = "is" if len(strangers) == 1 else "are"
        yield text(
            strong(f"{counted(len(strangers), 'key')} that signed {are} not known"),
            " to whoever made this report: see “Times and keys”.",
        )
    if report.maker is None:
        yield text("Nobody signed this report.")


def _of_file(report: CourtReport, file: ReportedFile) -> Iterator[Text]:
    redaction = file.redaction
    if redaction is None:
        yield text("It carries no statement of a redaction that could be read.")
        return
    if forged(report):
        yield text(
            "The file carries a signed statement of a redaction, which does not hold for it as it "
            "stands: do not take it for what “",
            user(redaction.by),
            "” signed.",
        )
    else:
        yield _stated(redaction)
    answer = untouched(report, file)
    yield text("Is the rest of the picture untouched? ", answer.word, ". ", *answer.says)


def _stated(redaction: ReportedRedaction) -> Text:
    return text(
        f"The file is a copy in which {counted(len(redaction.zones), 'part')} of the picture "
        f"{'was' if len(redaction.zones) == 1 else 'were'} covered, says “",
        user(redaction.by),
        "”, as the key that signed calls itself.",
    )
