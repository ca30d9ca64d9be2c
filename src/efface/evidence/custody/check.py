"""What a log proves, to somebody who was not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from efface.errors import EffaceError, VerificationError
from efface.evidence import names
from efface.evidence.custody.entry import NOTHING_BEFORE, Action, LogEntry
from efface.evidence.custody.log import Head, read_log
from efface.evidence.finding import CheckResult
from efface.evidence.forms import TIME
from efface.evidence.keys.chain import Chain
from efface.evidence.keys.lookalike import resemblance
from efface.evidence.keys.trust import NOBODY, Trust


@dataclass(frozen=True, slots=True)
class Anchor:
    """A signed file or a timestamp that names the end of the log as it was then."""

    head: Head
    where: str
    """Names it in messages: ``the published file``."""


def check_log(
    content: bytes,
    case: str,
    chain_of: Callable[[str], Chain],
    *,
    trust: Trust = NOBODY,
    anchors: Sequence[Anchor] = (),
) -> list[CheckResult]:
    """Check a log whole.

    Args:
        content: all its bytes.
        case: whose log it must be.
        chain_of: the chain of a key id, checked; raises an ``EffaceError`` where there is none.
        trust: whom whoever checks knows.
        anchors: what names its end, checked; an anchor that is a forgery proves nothing.

    Returns:
        What holds and what does not; each forgery in its own words.
    """
    try:
        entries = read_log(content)
    except VerificationError as error:
        return [CheckResult(names.LOG_FORM, False, error.message)]
    if not entries:
        empty = CheckResult(names.LOG_ORDER, False, "the log is empty: its entries were cut off.")
        return [empty, *_anchors(entries, anchors)]
    findings = [
        *_cases(entries, case),
        *_order(entries),
        *_vocabulary(entries),
        *_times(entries),
    ]
    chains, missing = _chains(entries, chain_of)
    findings += [*missing, *_signatures(entries, chains), *_keys(chains, trust)]
    findings += _anchors(entries, anchors)
    return findings


def _cases(entries: Sequence[LogEntry], case: str) -> Iterator[CheckResult]:
    for place, entry in enumerate(entries, 1):
        if entry.case != case:
            yield CheckResult(
                names.LOG_CASE,
                False,
                f"the entry on line {place} belongs to another case, {entry.case}: it was put in "
                "from there.",
            )


def _order(entries: Sequence[LogEntry]) -> Iterator[CheckResult]:
    numbers = [entry.number for entry in entries]
    wrong = [*_missing(numbers), *_doubled(numbers)]
    if numbers != sorted(numbers):
        place = next(i for i in range(1, len(numbers)) if numbers[i] < numbers[i - 1])
        wrong.append(
            f"entries were reordered: number {numbers[place]} stands after {numbers[place - 1]}."
        )
    wrong = wrong or _exchanged(entries)
    yield from (CheckResult(names.LOG_ORDER, False, says) for says in wrong)
    if not wrong:
        yield CheckResult(
            names.LOG_ORDER,
            True,
            f"the log has {len(entries)} entries in the order in which they were written, "
            "and none was changed or taken out since.",
            "Not whether the last ones were cut off: see what names its end.",
        )


def _missing(numbers: Sequence[int]) -> list[str]:
    found, says = sorted(set(numbers)), []
    for before, after in pairwise([0, *found]):
        if after == before + 2:
            says.append(f"entry {before + 1} is missing: it was dropped.")
        elif after > before + 2:
            says.append(f"entries {before + 1} to {after - 1} are missing: they were dropped.")
    return says


def _doubled(numbers: Sequence[int]) -> list[str]:
    return [
        f"there are {count} entries with number {number}: one was put in."
        for number, count in sorted(Counter(numbers).items())
        if count > 1
    ]


def _exchanged(entries: Sequence[LogEntry]) -> list[str]:
    """Of entries whose numbers run from 1, those that do not follow the one before them."""
    says = []
    before = NOTHING_BEFORE
    for entry in entries:
        if entry.previous != before:
            says.append(
                f"entry {entry.number} was not written after entry {entry.number - 1} as it stands "
                "here: that one was changed or exchanged since."
                if entry.number > 1
                else "the first entry names one before it: the beginning was cut off."
            )
        before = entry.sha256
    return says


def _vocabulary(entries: Sequence[LogEntry]) -> Iterator[CheckResult]:
    known = {str(action) for action in Action}
    for entry in entries:
        if entry.action not in known:
            yield CheckResult(
                names.LOG_ACTIONS,
                False,
                f"entry {entry.number} tells of {entry.action!r:.40}, which this version of efface "
                "does not know: check it with a later one.",
            )


def _times(entries: Sequence[LogEntry]) -> Iterator[CheckResult]:
    for before, after in pairwise(entries):
        if after.time < before.time:
            yield CheckResult(
                names.LOG_TIMES,
                False,
                f"entry {after.number} is dated {after.time.strftime(TIME)}, before entry "
                f"{before.number}: a clock was set back.",
            )


def _chains(
    entries: Sequence[LogEntry], chain_of: Callable[[str], Chain]
) -> tuple[dict[str, Chain], list[CheckResult]]:
    chains: dict[str, Chain] = {}
    missing: list[CheckResult] = []
    for key in dict.fromkeys(entry.key for entry in entries):
        try:
            chains[key] = chain_of(key)
        except EffaceError as error:
            numbers = ", ".join(str(entry.number) for entry in entries if entry.key == key)
            missing.append(
                CheckResult(
                    names.LOG_SIGNATURES,
                    False,
                    f"who signed entries {numbers} cannot be checked: {error.message}",
                )
            )
    return chains, missing


def _signatures(entries: Sequence[LogEntry], chains: dict[str, Chain]) -> Iterator[CheckResult]:
    sound = True
    for entry in entries:
        chain = chains.get(entry.key)
        if chain is None:
            sound = False
        elif not entry.signed_by(chain):
            sound = False
            yield CheckResult(
                names.LOG_SIGNATURES,
                False,
                f"the signature of entry {entry.number} does not hold: the entry was edited, or "
                "another key signed it.",
            )
        elif not chain.valid_at(entry.time):
            yield CheckResult(
                names.LOG_TIMES,
                False,
                f"entry {entry.number} is dated {entry.time.strftime(TIME)}, when the certificate "
                "of its key was not valid.",
            )
    if sound:
        yield CheckResult(
            names.LOG_SIGNATURES,
            True,
            "every entry is signed by the key that it names.",
            "Not that what it tells happened, nor when: that is the word of who signed.",
        )


def _keys(chains: dict[str, Chain], trust: Trust) -> Iterator[CheckResult]:
    for key, chain in chains.items():
        name = trust.known_as(chain)
        if name is None:
            yield CheckResult(
                names.LOG_KEYS,
                True,
                f"key {key[:16]} signs as {chain.label!r}; its signatures are valid, and you do "
                f"not know the key.{resemblance(chain, trust)}",
                "Whose it is: anybody can make a key with that name.",
            )
        elif trust.is_own(chain):
            yield CheckResult(names.LOG_KEYS, True, f"key {key[:16]} is yours ({chain.label!r}).")
        else:
            yield CheckResult(names.LOG_KEYS, True, f"key {key[:16]} is known to you as {name!r}.")


def _anchors(entries: Sequence[LogEntry], anchors: Sequence[Anchor]) -> Iterator[CheckResult]:
    by_number = {entry.number: entry.sha256 for entry in entries}
    last = max(by_number, default=0)
    held = 0
    for anchor in anchors:
        number = anchor.head.number
        if number > last:
            yield CheckResult(
                names.LOG_ANCHORS,
                False,
                f"{anchor.where} names entry {number}, and the log ends with {last}: its tail was "
                "cut off.",
            )
        elif by_number.get(number) != anchor.head.sha256:
            yield CheckResult(
                names.LOG_ANCHORS,
                False,
                f"{anchor.where} names another entry {number} than the log holds: the log was "
                "written anew.",
            )
        else:
            held = max(held, number)
    if any(anchor.head.number > last for anchor in anchors) or last == 0:
        return
    says = f"the log is confirmed up to entry {held} of {last} from outside" if held else ""
    if held < last:
        some = f"entry {last} is" if held + 1 == last else f"entries {held + 1} to {last} are"
        says += "; " if held else ""
        says += f"{some} unanchored: nothing outside the log confirms that yet"
    yield CheckResult(
        names.LOG_ANCHORS,
        True,
        f"{says}.",
        f"Whether entries followed that are missing here: {_later(held)} "
        "could be cut off unnoticed.",
    )


def _later(held: int) -> str:
    return f"any after entry {held}" if held else "any of them"
