"""A case as a pack would give it, with everything that a report can show."""

from __future__ import annotations

from dataclasses import replace

from efface.evidence.finding import CheckResult
from efface.report.evidence.case import (
    Access,
    Key,
    Original,
    ReportedAttack,
    ReportedCase,
    ReportedChecks,
    ReportedEntry,
    ReportedPerson,
    ReportedRedaction,
    ReportedStamp,
    ReportedZone,
    Statement,
)
from efface.report.evidence.measured import measured

KEY = "1f3a5b7c9d2e4f60" * 4
OTHER_KEY = "a0b1c2d3e4f50617" * 4
ORIGINAL = "0f" * 32
PUBLISHED = "5e" * 32

ZONES = (
    ReportedZone(120, 80, 360, 420),
    ReportedZone(1500, 1300, 300, 340),
    ReportedZone(820, 560, 128, 160),
)

ATTACK = ReportedAttack(
    True,
    "No attack found anybody in this file. That is a floor, not a proof.",
    (
        ReportedPerson(
            "t1",
            "Nothing in this zone points to this person: it has one colour, and no attack did "
            "better than chance.",
            "tikhonov",
            0.41,
            0.000625,
            853,
            2076,
            0.0,
            0.0,
        ),
    ),
    0.01,
    "2,075 AI-generated portraits",
    ("dlib-resnet", "sface"),
    notes=("One zone without a known face was not attacked.",),
)

PHOTO = ReportedRedaction(
    number=1,
    time="2026-11-27T10:05:00Z",
    by="newsroom-desk",
    key=KEY,
    sha256=PUBLISHED,
    format="JPEG photo",
    width=1920,
    height=1680,
    method="Each zone was filled with one colour",
    settings=(
        ("method", "solid, colour black"),
        ("zones", "1.8 times the face's width and 2.0 times its height, rounded to whole blocks"),
        ("recall", "default"),
        ("rescan", "on"),
    ),
    version="0.1.0",
    detector="CenterFace, default recall",
    rescan="A second detector, YuNet, saw no face that is neither covered nor kept",
    zones=ZONES,
    covered=0.0845,
    repeatable="Yes: the same original and settings give the same bytes",
    file_name="market square.jpg",
    attack=ATTACK,
)

VIDEO = replace(
    PHOTO,
    number=2,
    time="2026-11-27T11:00:00Z",
    by="second desk",
    key=OTHER_KEY,
    sha256="7d" * 32,
    format="MP4 video (H.264, AAC)",
    file_name=None,
    frames=900,
    seconds=30.0,
    covered=0.031,
    zones=tuple(
        ReportedZone(100 + 9 * n, 90 + 4 * n, 200, 240, None, (30 * n, 30 * n + 45), (n, n + 1.5))
        for n in range(12)
    ),
    attack=None,
    notes=("Sound was kept as it was.",),
)

LOG = (
    ReportedEntry(
        1,
        "2026-11-27T09:30:00Z",
        "newsroom-desk",
        "Received the original: JPEG, 4,012,345 bytes",
        KEY,
        "known",
        "Handed over by the photographer on a memory card.",
    ),
    ReportedEntry(
        2, "2026-11-27T09:30:00Z", "newsroom-desk", "Sealed it to 2 recipients", KEY, "known"
    ),
    ReportedEntry(3, "2026-11-27T10:05:00Z", "newsroom-desk", "Made redacted file 1", KEY, "known"),
    ReportedEntry(
        4, "2026-11-27T11:00:00Z", "second desk", "Made redacted file 2", OTHER_KEY, "unknown"
    ),
)

CHECKS = (
    ReportedChecks(
        "The custody log",
        (
            CheckResult(
                "log.order",
                True,
                "the log has 4 entries in the order in which they were written, and none was "
                "changed or taken out since.",
                "Not whether the last ones were cut off: see what names its end.",
            ),
            CheckResult(
                "log.keys",
                True,
                "key a0b1c2d3e4f50617 signs as 'second desk'; its signatures are valid, and you "
                "do not know the key.",
                "Whose it is: anybody can make a key with that name.",
            ),
        ),
    ),
    ReportedChecks(
        "Redacted file 1",
        (
            CheckResult(
                "file.untouched",
                True,
                "Every DCT coefficient of the 31,200 blocks of 16x16 pixels that no zone touches "
                "is that of the committed original.",
                "It does not say what the zones hide, nor that the original shows what happened.",
            ),
            CheckResult(
                "credentials.trust",
                False,
                "The signer is not known (key a0b1c2d3e4f50617): valid is not trusted.",
                "Not that anything is wrong: compare the key id with one from a source you trust.",
            ),
        ),
    ),
)

CASE = ReportedCase(
    id="c0ffee00" * 4,
    made="2026-11-28T08:00:00Z",
    version="0.1.0",
    original=Original(
        "2026-11-27T09:30:00Z",
        "newsroom-desk",
        KEY,
        "JPEG photo",
        4_012_345,
        ORIGINAL,
        "3c" * 32,
        "0.1.0",
        (("sealed/original.age", "2b" * 32), ("sealed/secret.age", "4d" * 32)),
        True,
    ),
    log=LOG,
    access=(
        Access("newsroom-desk", "Received the original", "2026-11-27T09:30:00Z", 1),
        Access(
            "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
            "Can open the seal",
            "2026-11-27T09:30:00Z",
            2,
        ),
    ),
    redactions=(PHOTO, VIDEO),
    checks=CHECKS,
    stamps=(
        ReportedStamp(
            "the statement about the original",
            "6a" * 32,
            f"timestamps/{'6a' * 32}.tsr",
            "2026-11-27T09:41:07Z",
            "Example Time Authority",
            True,
            False,
        ),
    ),
    keys=(
        Key(
            KEY,
            "newsroom-desk",
            "our own desk",
            "ed25519",
            "2026-11-01",
            "2031-11-01",
            "entries 1 to 3, the statement of what was received, redacted file 1",
        ),
        Key(
            OTHER_KEY,
            "second desk",
            None,
            "es256",
            "2026-11-01",
            "2031-11-01",
            "entry 4, redacted file 2",
        ),
    ),
    statements=(
        Statement("intake.json", "intake.sig", "what was received", "1c" * 32, KEY),
        Statement("origin.json", "origin.sig", "the commitment to the original", "6a" * 32, KEY),
        Statement(
            "redacted/1/statement.json",
            "redacted/1/statement.sig",
            "how redacted file 1 was made",
            "9b" * 32,
            KEY,
        ),
    ),
    measured=measured("image", attacked=True),
    limits=("Detectors miss faces: look at the result yourself before you publish it.",),
)

ARABIC = "قال الشاهد إن الصورة التقطت في السوق"
HOSTILE = '<script>alert(1)</script><b>"&amp; {x} \x1b[31m\u202eevil \n中文 \U0001f600'
CYRILLIC = "Привіт, Ґанна — Καλημέρα; Հայերեն; ქართული"


def in_other_words() -> ReportedCase:
    """The same with names and notes in other scripts, and such as would do harm."""
    notes = (ARABIC, HOSTILE, CYRILLIC, "x" * 65_000)
    log = tuple(replace(entry, note=note) for entry, note in zip(LOG, notes, strict=True))
    photo = replace(PHOTO, file_name=HOSTILE, settings=((HOSTILE, HOSTILE),), by=HOSTILE)
    stamp = replace(CASE.stamps[0], file="timestamps/$(touch x)'.tsr", authority=ARABIC)
    return replace(CASE, log=log, redactions=(photo, VIDEO), stamps=(stamp,))


def failing() -> ReportedCase:
    """A case of which something does not hold."""
    wrong = ReportedChecks(
        "Redacted file 2",
        (
            CheckResult(
                "log.anchors",
                False,
                "the published file names entry 7, and the log ends with 4: its tail was cut off.",
            ),
        ),
    )
    log = (replace(LOG[0], signature="wrong"), replace(LOG[1], signature="unchecked"), *LOG[2:])
    attack = replace(ATTACK, passed=False, says="An attack found one of two people in this file.")
    return replace(
        CASE,
        checks=(*CHECKS, wrong),
        log=log,
        redactions=(replace(PHOTO, attack=attack), VIDEO),
    )
