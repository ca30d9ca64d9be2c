"""What was received, what was done since, and who had access."""

from __future__ import annotations

from efface.report.evidence.blocks import (
    BREAK,
    Block,
    Bullets,
    Column,
    FactsBlock,
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
from efface.report.evidence.case import Access, Original, ReportedCase, ReportedEntry
from efface.report.evidence.words import SHORT_ID, SIGNATURES, sentence, size


def received(case: ReportedCase) -> Section:
    """The original."""
    original = case.original
    blocks: list[Block] = [
        FactsBlock(
            (
                ("received", text(at(original.received), ", by ", user(original.by))),
                ("what", text(sentence(f"{original.format}, {size(original.size_bytes)}"))),
                ("SHA-256 of the original", text(code(original.sha256))),
                ("commitment (root)", text(code(original.commitment))),
                ("signed by key", text(code(original.key))),
                ("efface at intake", text(original.version)),
            )
        ),
        Paragraph(
            text(
                "The original is not in this report, and neither is its name: both are under seal, "
                "encrypted to those whom “Who had access” names. The SHA-256 is the original's "
                "fingerprint: a file that has the same one is the same file, byte for byte. The "
                "commitment stands for its content in small parts, and shows later that a redacted "
                "file keeps all parts that were not covered, without showing those that were."
            )
        ),
        Paragraph(
            text(
                strong("Not for the public: "),
                "whoever has a copy of the original can tell by this fingerprint that the report "
                "is about it. It is for those who may see the pack.",
            )
        ),
        Paragraph(
            text(
                "The time of receipt is by the clock of whoever received it. What a third party "
                "says of the time stands under “Times and keys”."
            )
        ),
    ]
    blocks += _came_with(original)
    if original.sealed:
        rows = tuple((text(code(name)), text(code(digest))) for name, digest in original.sealed)
        columns = (Column("file in the pack", 2), Column("SHA-256", 5))
        blocks.append(TableBlock("What is under seal", columns, rows))
    return Section("received", "What was received", tuple(blocks))


_STATES = {
    "of the original": "states the SHA-256 of the original, says who sealed it",
    "of another file": "states the SHA-256 of another file, says who sealed it",
}


def _came_with(original: Original) -> list[Block]:
    """Files and fields; of what is under seal only that it is."""
    rows: list[tuple[str, Text]] = []
    for one in original.companions:
        kind = "a file" if one.kind == "other" else f"a file of {one.kind}"
        says = f"{kind}, under seal"
        if one.states in _STATES:
            says += f"; it {_STATES[one.states]}"
        digest = ("; its SHA-256, released: ", code(one.sha256)) if one.sha256 else ()
        rows.append((f"came with it, {one.number}", text(says, *digest)))
    for field in original.told:
        if field.released:
            rows.append((field.name, text(user(field.value), ", released ", at(field.released))))
        else:
            rows.append((field.name, text("told at intake, and under seal")))
    return [FactsBlock(tuple(rows))] if rows else []


def steps(case: ReportedCase) -> Section:
    """The custody log."""
    columns = (
        Column("no.", 0.7, number=True),
        Column("time", 1.6),
        Column("who", 1.5),
        Column("what was done", 5),
        Column("signature", 1.6),
    )
    rows = tuple(_entry(entry) for entry in case.log)
    return Section(
        "steps",
        "What was done, step by step",
        (
            Paragraph(
                text(
                    "This is the custody log of the pack, entry by entry. Each entry is signed by "
                    "whoever made it, and names the entry before it by its SHA-256: an entry that "
                    "is changed, left out, moved or put in from elsewhere breaks that chain. Names "
                    "are those that people gave themselves; they may be pseudonyms."
                )
            ),
            TableBlock("The custody log", columns, rows),
            Paragraph(
                text(
                    "A signature shows who says so. It does not show that what an entry tells "
                    "happened, or that nothing happened besides."
                )
            ),
        ),
    )


def _entry(entry: ReportedEntry) -> tuple[Text, ...]:
    what = text(sentence(entry.says))
    if entry.note:
        what = (*what, *text(" In their words: “", user(entry.note), "”"))
    signature = text(SIGNATURES[entry.signature], BREAK, faint(f"key {entry.key[:SHORT_ID]}"))
    return (
        text(str(entry.number)),
        text(at(entry.time)),
        text(user(entry.actor)),
        what,
        signature,
    )


def access(case: ReportedCase) -> Section:
    """Who could see the original or the pack."""
    columns = (
        Column("who", 3),
        Column("what", 4),
        Column("time", 1.6),
        Column("log", 0.7, number=True),
    )
    rows = tuple(_access(one) for one in case.access)
    opens = "A passphrase opens the seal, too: whoever has it is not named here."
    limits = (
        text("Somebody who had a copy of the original before it was received."),
        text("Somebody who looked at it, or copied the pack, without an entry in the log."),
        *((text(opens),) if case.original.passphrase else ()),
    )
    return Section(
        "access",
        "Who had access",
        (
            TableBlock("Access, as far as the pack tells", columns, rows)
            if rows
            else Paragraph(text("The pack names nobody.")),
            Paragraph(text("Not on this list are:")),
            Bullets(limits),
        ),
    )


def _access(one: Access) -> tuple[Text, ...]:
    entry = "" if one.entry is None else str(one.entry)
    return text(user(one.who)), text(sentence(one.what)), text(at(one.time)), text(entry)
