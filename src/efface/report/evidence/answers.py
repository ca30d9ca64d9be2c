"""The questions that a court asks, and what the checks together answer: the worst of them
counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from efface.evidence import names
from efface.evidence.finding import CheckResult
from efface.report.evidence.blocks import Text, TextSpan, at, bad, good, strong, text, user
from efface.report.evidence.checked import is_unknown
from efface.report.evidence.court import CourtReport, ReportedFile
from efface.report.evidence.words import counted, sentence, share_down


@dataclass(frozen=True, slots=True)
class CourtAnswer:
    """To one question."""

    question: str
    word: TextSpan
    """In a word or two."""
    says: Text


WHOLE = "Is the file as it was signed?"
SIGNER = "Is it known who signed?"
ZONES = "Are the zones covered as stated?"
UNTOUCHED = "Is the rest of the picture untouched?"
ORIGINAL = "Is it made from the original?"
TIME = "Does a third party vouch for a time?"
RECORD = "Is the record of the case whole?"

_YES, _NEARLY_ALL = "Yes", "Nearly all"
_NEARLY = 0.98
"""From this share on, nearly all is proven."""

ASKS = {
    WHOLE: (
        names.CREDENTIALS_FILE,
        names.CREDENTIALS_SIGNATURE,
        names.CREDENTIALS_CONTENT,
        names.CREDENTIALS_CERTIFICATE,
        names.CREDENTIALS_REDACTIONS,
        names.CREDENTIALS_PICTURES,
        names.CREDENTIALS_OTHERS,
        names.CREDENTIALS_UNSIGNED,
        names.CREDENTIALS_RULES,
        names.CREDENTIALS_CARRIED,
        names.FILE_EVIDENCE,
        names.FILE_ORIGIN,
        names.FILE_REDACTION,
        names.FILE_SIGNERS,
        names.FILE_BARE,
    ),
    SIGNER: (names.CREDENTIALS_TRUST, names.FILE_SIGNER),
    ZONES: (names.FILE_ZONES, names.FILE_FILL),
    UNTOUCHED: (names.FILE_PROOF,),
    ORIGINAL: (
        names.ORIGINAL_HASH,
        names.ORIGINAL_COMMITMENT,
        names.REDACTION_REPEATED,
        names.REDACTION_PUBLISHED,
    ),
    TIME: (names.TIMESTAMP,),
    RECORD: ("pack.", "log."),
}
"""Names of the findings that answer, or their rooms; what is none of these counts for the first."""


def answers(report: CourtReport) -> tuple[CourtAnswer, ...]:
    """All questions that the report can be asked.

    Where a file is not as it was signed, nothing else that it carries counts for it.
    """
    return tuple(
        _doubted(one) if one.question != RECORD and forged(report) else one
        for one in _answers(report)
    )


def forged(report: CourtReport) -> bool:
    """Whether the file is not what was signed, or not what it says of itself."""
    found = (*asked(report, WHOLE), *asked(report, ZONES), *asked(report, SIGNER))
    return any(not one.ok and not is_unknown(one) for one in found)


def _doubted(answer: CourtAnswer) -> CourtAnswer:
    if answer.word.style == "bad" or answer.word.text in ("No", "Not checked"):
        return answer
    says = text(
        "The file is not as it was signed, so that what it carries counts for nothing here."
    )
    return CourtAnswer(answer.question, bad("Not shown"), says)


def _answers(report: CourtReport) -> Iterator[CourtAnswer]:
    file = report.file
    if file is not None:
        yield _plain(
            report, WHOLE, "Its signatures, its statements and its bytes agree with one another."
        )
    yield _signer(report)
    if file is not None:
        yield _plain(report, ZONES, _zones(file))
        yield untouched(report, file)
        yield _original(report, file)
    yield _time(report)
    if report.case is not None:
        entries = counted(len(report.case.log), "entry", "entries")
        yield _plain(
            report,
            RECORD,
            f"Its {entries} follow one another, and every one is signed. That nothing was left "
            "out of it from the start, no record can show.",
        )


def asked(report: CourtReport, question: str) -> tuple[CheckResult, ...]:
    """The findings that answer a question."""
    return tuple(one for one in report.findings if question_of(one.name) == question)


def question_of(name: str) -> str:
    """Which question a finding answers."""
    for question, all_asked in ASKS.items():
        for one in all_asked:
            if name == one or name.startswith(one if one.endswith(".") else f"{one}."):
                return question
    return WHOLE


def _worst(found: tuple[CheckResult, ...]) -> CourtAnswer | None:
    """What fails, or else what is not known; ``None``: everything holds."""
    wrong = [one for one in found if not one.ok and not is_unknown(one)]
    doubtful = [one for one in found if is_unknown(one)]
    for word, some in ((bad("No"), wrong), (strong("Not known"), doubtful)):
        if some:
            return CourtAnswer("", word, _said(some))
    return None if found else CourtAnswer("", strong("Not checked"), ())


def _said(found: list[CheckResult]) -> Text:
    return text(user(" ".join(dict.fromkeys(sentence(one.says) for one in found))))


def _plain(report: CourtReport, question: str, holds: str) -> CourtAnswer:
    worst = _worst(asked(report, question))
    if worst is None:
        return CourtAnswer(question, good("Yes"), text(holds))
    return CourtAnswer(question, worst.word, worst.says or text("No check of it could be made."))


def _signer(report: CourtReport) -> CourtAnswer:
    worst = _worst(tuple(one for one in asked(report, SIGNER) if not is_unknown(one)))
    signer = report.signer
    if worst is not None and worst.says:
        return CourtAnswer(SIGNER, worst.word, worst.says)
    if signer is None:
        return CourtAnswer(SIGNER, bad("No"), text("No signature can be read."))
    if report.yours:
        says = text("A key of whoever made this report, ", user(signer.label), ".")
        return CourtAnswer(SIGNER, good("Yes"), says)
    if report.known_as is not None:
        says = text(
            "The key that signed is known to whoever made this report, as “",
            user(report.known_as),
            "”.",
        )
        return CourtAnswer(SIGNER, good("Yes"), says)
    says = text(
        "The key calls itself “", user(signer.label), "”. Anybody can make a key with that "
        "name: until its number is compared with one from its owner, it is nobody's word.",
    )  # fmt: skip
    if report.resembled:
        says = (
            *says,
            *text(" ", bad("The name looks like that of somebody else"), ", whom the maker of "
                  "this report knows by another key: “", user(", ".join(report.resembled)), "”."),
        )  # fmt: skip
    return CourtAnswer(SIGNER, bad("No"), says)


def _zones(file: ReportedFile) -> str:
    if file.redaction is None or not file.redaction.zones:
        return "There is no zone: nothing of the picture was covered."
    return (
        "They lie where the signed statement has them, and hold what it says that they were "
        "filled with."
    )


def untouched(report: CourtReport, file: ReportedFile) -> CourtAnswer:
    """Whether anything beside the zones was changed, as far as it is proven."""
    found = _untouched(report, file)
    if forged(report):
        return _doubted(found)
    if report.known_as is None and not report.yours and found.word.text in (_YES, _NEARLY_ALL):
        return replace(found, word=strong(f"{found.word.text}, says a key that is not known"))
    return found


def _untouched(report: CourtReport, file: ReportedFile) -> CourtAnswer:
    proof, court = asked(report, UNTOUCHED), asked(report, ORIGINAL)
    wrong = [one for one in (*proof, *court) if not one.ok and not is_unknown(one)]
    if wrong:
        return CourtAnswer(UNTOUCHED, bad("Not shown"), _said(wrong))
    if file.compared:
        return CourtAnswer(
            UNTOUCHED,
            good(_YES),
            text(
                "The original was at hand. Redacted again by this record, it gives just what "
                "this file shows, in the zones and beside them."
            ),
        )
    if not proof:
        return CourtAnswer(UNTOUCHED, strong("Not checked"), text("No proof could be looked at."))
    if file.share is None:
        return CourtAnswer(UNTOUCHED, strong("Not known"), _said(list(proof)))
    part = f"{share_down(file.share)} of what lies beside the zones"
    if file.exact:
        some = strong(_NEARLY_ALL if file.share >= _NEARLY else "In part")
        word = good(_YES) if file.share == 1 else some
        says = f"For {part}, every value is shown to be that of the picture that was signed for."
    else:
        word = strong("Within limits")
        says = (
            f"For {part}, figures of small areas agree with those that were signed for. The file "
            "was encoded again, so that single values differ, and small changes are not ruled out."
        )
    return CourtAnswer(UNTOUCHED, word, text(says))


def _original(report: CourtReport, file: ReportedFile) -> CourtAnswer:
    if not report.original:
        return CourtAnswer(
            ORIGINAL,
            strong("Not checked"),
            text(
                "The original was not at hand when this report was made. That it was this one is "
                "the signer's word."
            ),
        )
    holds = (
        "The original that was received was at hand, byte for byte, and the redaction was done "
        "again from it."
    )
    if not any(one.name == names.REDACTION_REPEATED for one in report.findings):
        holds = "The original that was received was at hand, byte for byte."
        answer = _plain(report, ORIGINAL, holds)
        if answer.word.style != "good":
            return answer
        more = text(" The redaction was not done again: nothing shows that it is of this file.")
        return CourtAnswer(ORIGINAL, strong("Not known"), (*answer.says, *more))
    answer = _plain(report, ORIGINAL, holds)
    if answer.word.style == "good" and not file.compared:
        more = text(" Its encoder does not repeat itself: what both show was compared instead.")
        return CourtAnswer(ORIGINAL, answer.word, (*answer.says, *more))
    return answer


def _time(report: CourtReport) -> CourtAnswer:
    worst = _worst(asked(report, TIME))
    if worst is not None and worst.says:
        return CourtAnswer(TIME, worst.word, worst.says)
    known = [one for one in report.stamps if one.holds and one.known]
    if known:
        first = min(known, key=lambda one: one.time)
        return CourtAnswer(
            TIME,
            good("Yes"),
            text(user(first.authority), f" says that {first.over} was there by ", at(first.time),
                 ". That says nothing of when the picture was taken."),
        )  # fmt: skip
    if any(one.holds for one in report.stamps):
        return CourtAnswer(
            TIME,
            strong("Not known"),
            text(
                "There is a timestamp, by somebody whom the maker of this report does not know: "
                "anybody can make one."
            ),
        )
    return CourtAnswer(
        TIME, strong("No"), text("All times are by the clocks of those who wrote them down.")
    )
