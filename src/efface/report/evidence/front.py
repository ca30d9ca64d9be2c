"""The three pages for the reader: what it is, what was found, and what that does not show."""

from __future__ import annotations

from collections.abc import Iterator

from efface.report.chart import clock
from efface.report.evidence.answers import UNTOUCHED, answers, asked, forged, untouched
from efface.report.evidence.blocks import (
    Block,
    Bullets,
    Column,
    FactsBlock,
    Heading,
    Illustration,
    Paragraph,
    Section,
    TableBlock,
    Text,
    at,
    code,
    faint,
    strong,
    text,
    user,
)
from efface.report.evidence.court import CourtReport, ReportedFile, ReportedPicture
from efface.report.evidence.words import counted, pictures_of, sentence, share, share_down, size


def what_it_is(report: CourtReport) -> Section:
    """The file, the case, and the report itself."""
    blocks: list[Block] = []
    if report.file is not None:
        blocks += [Heading("The file"), FactsBlock(tuple(_file(report.file, forged(report))))]
    if report.case is not None:
        blocks += [Heading("The case"), FactsBlock(tuple(_case(report)))]
    blocks += [Heading("This report"), FactsBlock(tuple(_report(report)))]
    blocks.append(Paragraph(text(_MEANS)))
    return Section("what", "What this is", tuple(blocks))


_MEANS = (
    "A redacted file is a copy of a photo or video in which parts of the picture were covered; "
    "what lay there is gone from the copy. Whoever made it can sign what was covered and how, so "
    "that others find out whether the copy was changed since, and whether anything else was. This "
    "report tells what came of finding out. It is a description: the evidence is the file, with "
    "the pack where there is one. “What was found” comes next, then what that does not show; "
    "the annex is for who checks it."
)


def _file(file: ReportedFile, wrong: bool) -> Iterator[tuple[str, Text]]:
    yield "name", text(user(file.name))
    yield "what", text(sentence(f"{_kind(file)}, {size(file.size_bytes)}"))
    yield "its fingerprint (SHA-256)", text(code(file.sha256))
    redaction = file.redaction
    if redaction is None:
        yield "what was done", text(strong("not known"), ": its signed statement cannot be read.")
        return
    if wrong:
        yield "what was done", text(strong("not known"), ": what it says of itself does not hold.")
        return
    done = counted(len(redaction.zones), "zone")
    covers = "" if redaction.covered is None else f", {share(redaction.covered)} of the picture"
    yield "what was covered", text(f"{done}{covers}. {sentence(redaction.method)}")
    yield (
        "when, and by whom",
        text(at(redaction.time), ", by “", user(redaction.by), f"”, with efface {redaction.version}"
             "; so the signed statement says."),
    )  # fmt: skip


def _kind(file: ReportedFile) -> str:
    redaction = file.redaction
    if redaction is None:
        return file.format
    parts = [file.format, f"{redaction.width} x {redaction.height} pixels"]
    if redaction.frames is not None:
        parts.append(pictures_of(file.format, redaction.frames))
    if redaction.seconds is not None:
        parts.append(f"{clock(redaction.seconds)} long")
    return ", ".join(parts)


def _case(report: CourtReport) -> Iterator[tuple[str, Text]]:
    case = report.case
    assert case is not None
    original = case.original
    yield "number", text(code(case.id))
    yield (
        "original",
        text(
            f"{original.format}, {size(original.size_bytes)}, received ",
            at(original.received),
            " by “",
            user(original.by),
            "”. It lies under seal in the pack, and is not in this report.",
        ),
    )
    files = counted(len(case.redactions), "redacted file")
    yield "made from it", text(f"{files}.")
    if case.log:
        entries = counted(len(case.log), "entry", "entries")
        yield (
            "custody log",
            text(f"{entries}, from ", at(case.log[0].time), " to ", at(case.log[-1].time), "."),
        )


def _report(report: CourtReport) -> Iterator[tuple[str, Text]]:
    yield "made", text(at(report.made), f", with efface {report.version}, without a network")
    yield "clock", text(f"{report.zone_name}: the time zone of the machine on which it was made.")
    maker = report.maker
    if maker is None:
        yield (
            "signed",
            text(strong("Nobody signed this report."), " Nothing shows who made it, or that it was "
                 "not changed since."),
        )  # fmt: skip
        return
    yield (
        "signed",
        text(
            "In the file beside it (its name and .sig), by “",
            user(maker.label),
            "”, key ",
            code(maker.key),
            ". The name is that which the key gives itself. How to check it stands under “How to "
            "check it without efface”.",
        ),
    )


def what_was_found(report: CourtReport) -> Section:
    """The answers."""
    file = report.file
    blocks: list[Block] = []
    if file is not None:
        blocks += _rest(report, file)
        blocks.append(Heading("What else a court asks"))
    rows = tuple(
        (text(one.question), text(one.word), one.says)
        for one in answers(report)
        if one.question != UNTOUCHED
    )
    columns = (Column("question", 2.2), Column("answer", 1), Column("why", 5.2))
    blocks.append(
        TableBlock("What a court asks, and what was found", columns, rows, headed=file is not None)
    )
    details = "Every single check stands in the annex, under “What was checked for this report”."
    blocks.append(Paragraph(text(details), faint=True))
    return Section("found", "What was found", tuple(blocks))


def _rest(report: CourtReport, file: ReportedFile) -> Iterator[Block]:
    """What lies beside the zones, with a picture of them."""
    yield Heading(UNTOUCHED)
    answer = untouched(report, file)
    yield Paragraph(text(answer.word, ". ", *answer.says))
    for picture in file.pictures:
        yield _illustration(picture)
    if file.no_picture:
        yield Paragraph(text(strong("No picture is shown: "), file.no_picture))
    if not forged(report):
        yield FactsBlock(tuple(_proof(report, file)))


def _illustration(picture: ReportedPicture) -> Illustration:
    zones = counted(picture.zones, "zone")
    which = "The redacted file"
    if picture.seconds is not None:
        which = f"Frame {picture.frame} of the redacted file, at {clock(picture.seconds)}"
    elif picture.frame:
        which = f"Page {picture.frame + 1} of the redacted file"
    drawn = f"{which}, made smaller; the frames drawn on it show its {zones}."
    if not picture.zones:
        drawn = f"{which}, made smaller; it has no zone."
    return Illustration(picture.jpeg, picture.width, picture.height, drawn, drawn)


def _proof(report: CourtReport, file: ReportedFile) -> Iterator[tuple[str, Text]]:
    found = asked(report, UNTOUCHED)
    if found:
        yield "the proof", text(user(" ".join(sentence(one.says) for one in found)))
    if file.share is not None:
        rest = "" if file.share == 1 else " The rest shares a block with a zone."
        yield "proven share", text(f"{share_down(file.share)} of what lies beside the zones.{rest}")
    limits = [sentence(one.does_not_say) for one in found if one.does_not_say]
    if limits:
        yield "its limits", text(user(" ".join(limits)))
    if report.known_as is None and not report.yours:
        yield (
            "by whose word",
            text(
                strong("By that of a key that nobody here knows."),
                " It is proven that this file agrees with what that key signed, not that there "
                "ever was such an original.",
            ),
        )


def what_not_shown(report: CourtReport) -> Section:
    """What must not be read into it."""
    items = [text(strong(f"{title} "), says) for title, says in _LIMITS]
    if report.file is not None and not report.original:
        items.append(text(strong("The original. "), "It was not at hand: this report is about a "
                          "copy, and about what was signed."))  # fmt: skip
    if report.case is not None:
        items.append(
            text(strong("What was never written down. "), "The log has what people entered. A copy "
                 "made, or a look taken, without an entry is not in it.")
        )  # fmt: skip
    methods = tuple(text(user(sentence(one))) for one in report.limits)
    blocks: list[Block] = [Bullets(tuple(items))]
    if methods:
        blocks += [Heading("What the method does not say"), Bullets(methods)]
    end = "None of this makes a picture true or false. It says what is known of a file."
    blocks.append(Paragraph(text(faint(end))))
    return Section("limits", "What this does not show", tuple(blocks))


_LIMITS = (
    (
        "That the picture is true.",
        "Nothing here shows that what can be seen happened, where or when, or that the original "
        "was not edited or staged before it was signed for.",
    ),
    (
        "Who somebody is.",
        "A valid signature shows that whoever held a key signed. Known means known to whoever made "
        "this report; a name in a certificate is what its owner wrote there.",
    ),
    (
        "When.",
        "Times are by the clocks of those who wrote them, unless a third party's timestamp says "
        "more. A timestamp shows that something was there by then, not since when.",
    ),
    (
        "That nobody can be recognised.",
        "Faces are covered. Clothes, gait, place, voice or a companion can give somebody away all "
        "the same.",
    ),
    (
        "What lies under a zone.",
        "It is not in the file. A picture that somebody makes of it is a guess, and no evidence of "
        "who is shown.",
    ),
    (
        "More than was checked.",
        "This report tells what came of checking at the time on its first page. The evidence is "
        "the file, not the report: check it again yourself.",
    ),
)
