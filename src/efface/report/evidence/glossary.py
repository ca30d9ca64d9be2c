"""Words that a reader of the report may not know."""

from __future__ import annotations

from efface.report.evidence.blocks import FactsBlock, Section, text

_WORDS = (
    (
        "SHA-256",
        "A fingerprint of a file: 64 letters and digits that follow from its bytes. Two files with "
        "the same fingerprint are the same; nobody knows how to make a second one to a given "
        "fingerprint.",
    ),
    (
        "signature",
        "A number that only the holder of a secret key can make, and that everybody can check with "
        "the public half of that key. It fits one document, byte for byte.",
    ),
    (
        "key id",
        "The SHA-256 of a public key. It is what to compare when you ask somebody whether a key is "
        "theirs.",
    ),
    (
        "certificate",
        "A document that ties a public key to a name. Everybody can make one: it is worth what "
        "whoever issued it is worth.",
    ),
    (
        "timestamp",
        "The signature of a third party over a fingerprint and the time at which it was shown to "
        "it (RFC 3161).",
    ),
    (
        "custody log",
        "A list of who did what and when. Each entry is signed, and names the one before it.",
    ),
    (
        "seal",
        "Encryption to certain people's keys (age). Whoever has one of these keys can open it, and "
        "nobody else; a change is noticed on opening.",
    ),
    (
        "commitment",
        "A fingerprint of the original, made of many small ones with secret numbers mixed in. "
        "Parts of the picture can be shown to belong to it, while nothing can be learnt of those "
        "that are not shown.",
    ),
    (
        "Content Credentials (C2PA)",
        "A signed history that travels inside a picture or video, or beside it, in a form that "
        "many programs read.",
    ),
    (
        "false-match rate",
        "The share of people who match at least as well as the right one. By chance every value is "
        "as likely.",
    ),
)


def glossary() -> Section:
    """The words."""
    return Section("words", "Words used", (FactsBlock(tuple((w, text(t)) for w, t in _WORDS)),))
