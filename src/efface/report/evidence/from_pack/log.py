"""The custody log in words, and who had access as far as it tells."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from efface.evidence.custody import entry as custody
from efface.evidence.custody.entry import Action
from efface.evidence.keys.trust import Trust
from efface.evidence.pack.intake import sha256_of
from efface.evidence.pack.parsing import written
from efface.files.paths import printable
from efface.report.evidence.case import Access, ReportedEntry, Signature
from efface.report.evidence.from_pack.readable_pack import Fields, ReadablePack
from efface.report.evidence.words import counted, listed, size

WITH, TEXT, ABOUT = "with", "text", "sha256"
"""Details of what a user enters."""
MOST = 200
"""Characters of somebody else's words among ours."""

_SAYS = {
    Action.VIEWED: "Entered a viewing",
    Action.COPIED: "Entered a copy",
    Action.TRANSFERRED: "Entered a handover",
    Action.PUBLISHED: "Entered a publication",
    Action.CONSENT: "Entered a consent",
    Action.DISPOSED: "Entered a disposal",
    Action.NOTE: "Wrote a note",
    Action.VERIFIED: "Entered a check",
}
"""Entries that users make; what they tell comes in the user's words."""

_HAD = {
    Action.RECEIVED: "Received the original",
    Action.OPENED: "Took the original out of the seal",
    Action.REDACTED: "Had the original, to redact it",
    Action.VIEWED: "Viewed material, or showed it",
    Action.COPIED: "Made a copy, or got one",
    Action.TRANSFERRED: "Handed material over, or took it",
}
"""Entries that tell of access."""

DOUBTFUL = "so says an entry whose signature is not seen to hold"


def logged(held: ReadablePack, trust: Trust) -> tuple[ReportedEntry, ...]:
    """Every entry that can be read, in the order in which they stand."""
    words = _Words(held)
    return tuple(words.of(entry, trust) for entry in held.entries)


def access(held: ReadablePack) -> tuple[Access, ...]:
    """Who can open the seal, and who had material, by the log alone."""
    return tuple(
        Access(
            who,
            what if held.signed(entry) else f"{what} ({DOUBTFUL})",
            written(entry.time),
            entry.number,
        )
        for entry in held.entries
        for who, what in _access(entry)
    )


def _access(entry: custody.LogEntry) -> Iterator[tuple[str, str]]:
    details = Fields(entry.details)
    if entry.action == Action.SEALED:
        yield from ((recipient, "Can open the seal") for recipient in details.texts("recipients"))
    if entry.action == Action.OPENED and details.whole("companions") is not None:
        yield entry.actor, "Took what came with the original out of the seal"
        return
    had = next((what for action, what in _HAD.items() if action == entry.action), None)
    if had is not None:
        yield entry.actor, had
        other = details.text(WITH)
        if other:
            yield other, f"Named in an entry: {had[0].lower()}{had[1:]}"


@dataclass(frozen=True)
class _Words:
    held: ReadablePack

    def of(self, entry: custody.LogEntry, trust: Trust) -> ReportedEntry:
        says, told = self._says(entry)
        return ReportedEntry(
            entry.number,
            written(entry.time),
            entry.actor,
            says,
            entry.key,
            self._signature(entry, trust),
            _note({name: value for name, value in entry.details.items() if name not in told}),
        )

    def _signature(self, entry: custody.LogEntry, trust: Trust) -> Signature:
        chain = self.held.chain(entry.key)
        if chain is None:
            return "unchecked"
        if not entry.signed_by(chain):
            return "wrong"
        return "unknown" if trust.known_as(chain) is None else "known"

    def _says(self, entry: custody.LogEntry) -> tuple[str, set[str]]:
        """What was done, and the details that are told by that."""
        details = Fields(entry.details)
        own = {
            Action.RECEIVED: (_received, {"sha256", "size", "format"}),
            Action.SEALED: (_sealed, {"recipients", "passphrase", "files"}),
            Action.OPENED: (_opened, {"companions"}),
            Action.RELEASED: (_released, {"field", "statement"}),
            Action.REDACTED: (_redacted, {"redaction", "statement", "output", "attack"}),
            Action.ATTACKED: (_attacked, {"redaction", "passed"}),
            Action.STAMPED: (self._stamped, {"of", "authority"}),
        }
        known = next((action for action in Action if action == entry.action), None)
        if known is None:
            return f"Something that this version does not know: {_cut(entry.action)}", set()
        if known in own:
            says, told = own[known]
            return says(details), told
        about = details.digest(ABOUT)
        if about is None:
            return _SAYS[known], set()
        return f"{_SAYS[known]}; it is about {self._about(about)}", {ABOUT}

    def _about(self, digest: str) -> str:
        """A file in words, by its hash."""
        intake = self.held.intake
        if intake is not None and digest == intake.sha256:
            return "the original"
        for entry in self.held.entries:
            details = Fields(entry.details)
            if entry.action == Action.REDACTED and details.digest("output") == digest:
                return f"redacted file {_number(details)}"
        return f"the file whose SHA-256 is {digest}"

    def _stamped(self, details: Fields) -> str:
        what = stampable(self.held).get(details.text("of"), "something that is not in the pack")
        return f"Had {what} timestamped by {_cut(details.text('authority')) or 'a third party'}"


def stampable(held: ReadablePack) -> dict[str, str]:
    """What of a pack can be timestamped, in words, by its SHA-256."""
    found = {entry.sha256: f"entry {entry.number} of the log" for entry in held.entries}
    if held.origin is not None:
        found[sha256_of(held.pack.origin_signed)] = "the statement about the original"
    return found


def _received(details: Fields) -> str:
    parts = [details.text("format")]
    length = details.whole("size")
    if length is not None:
        parts.append(size(length))
    what = ", ".join(_cut(part) for part in parts if part)
    return f"Received the original: {what}" if what else "Received the original"


def _sealed(details: Fields) -> str:
    number = len(details.texts("recipients"))
    to = [counted(number, "recipient")] if number else []
    if details.flag("passphrase"):
        to.append("a passphrase")
    return f"Sealed the original to {listed(to or ['nobody'])}"


def _opened(details: Fields) -> str:
    if details.whole("companions") is not None:
        return "Took what came with the original out of the seal"
    return "Took the original out of the seal"


def _released(details: Fields) -> str:
    what = _cut(details.text("field"))
    what = f"the SHA-256 of {what}" if what.startswith("companion-") else f"the {what}"
    return f"Released {what} from under seal"


def _redacted(details: Fields) -> str:
    output, attack = details.digest("output"), details.text("attack")
    made = f"Made redacted file {_number(details)}"
    told = made if output is None else f"{made}, SHA-256 {output}"
    return f"{told}; the red team found nobody in it" if attack == "passed" else told


def _attacked(details: Fields) -> str:
    asked = f"Had the red team attack redacted file {_number(details)}"
    passed = details.flag("passed")
    return asked if passed is None else f"{asked}: it found {'nobody' if passed else 'somebody'}"


def _cut(words: str) -> str:
    """Words that stand among ours."""
    return printable(words[:MOST])


def _number(details: Fields) -> str:
    number = details.whole("redaction")
    return "?" if number is None else str(number)


def _note(details: Mapping[str, object]) -> str:
    """The user's words, and whatever else an entry has."""
    rest = dict(details)
    words = [
        str(rest.pop(name)) for name in ("note", "reason", TEXT) if isinstance(rest.get(name), str)
    ]
    if isinstance(rest.get(WITH), str):
        words.insert(0, f"[to or by: {rest.pop(WITH)}]")
    words += (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in rest.items())
    return " ".join(words)
