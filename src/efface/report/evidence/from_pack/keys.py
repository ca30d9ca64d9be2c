"""Statements, the keys that signed, and timestamps, for the report of a pack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from efface.errors import EffaceError
from efface.evidence.keys.trust import Trust
from efface.evidence.pack import layout
from efface.evidence.pack.parsing import written
from efface.evidence.verify.context import Context
from efface.evidence.verify.stamps import check_stamp
from efface.files.bounded import read_bounded
from efface.report.evidence.case import Key, ReportedStamp, Statement
from efface.report.evidence.from_pack.log import stampable
from efface.report.evidence.from_pack.readable_pack import ReadablePack, is_digest
from efface.report.evidence.words import listed

_DAY = "%Y-%m-%d"
_STATEMENTS = {
    layout.INTAKE: "what was received",
    layout.ORIGIN: "what redacted files tell of the original",
}


def statements(held: ReadablePack) -> tuple[Statement, ...]:
    """All that can be read, whether their signatures hold or not: that is said elsewhere."""
    return tuple(
        Statement(f"{one.name}.json", f"{one.name}.sig", _says(one.name), one.sha256, one.key)
        for one in held.documents
    )


def keys(held: ReadablePack, trust: Trust) -> tuple[Key, ...]:
    """Those whose certificates are in the pack, in the order in which they first signed."""
    return tuple(_keys(held, trust))


def _keys(held: ReadablePack, trust: Trust) -> Iterator[Key]:
    signers = [*(one.key for one in held.documents), *(entry.key for entry in held.entries)]
    for key in dict.fromkeys(signers):
        chain = held.chain(key)
        if chain is not None:
            yield Key(
                key,
                chain.label,
                trust.known_as(chain),
                chain.algorithm,
                chain.not_before.strftime(_DAY),
                chain.not_after.strftime(_DAY),
                _signed(held, key),
                yours=trust.is_own(chain),
            )


def _signed(held: ReadablePack, key: str) -> str:
    """What is signed by a key, in words."""
    names = [one.name for one in held.documents if one.key == key]
    said = [f"the statement of {_says(name)}" for name in names if name in _STATEMENTS]
    files = [int(name.split("/")[1]) for name in names if name not in _STATEMENTS]
    entries = [entry.number for entry in held.entries if entry.key == key]
    said += _numbered(files, "the statement of redacted file", "those of redacted files")
    return listed([*said, *_numbered(entries, "entry", "entries")])


def stamps(held: ReadablePack, context: Context) -> tuple[ReportedStamp, ...]:
    """Answers of timestamp authorities."""
    try:
        paths = held.pack.timestamps()
    except EffaceError:
        return ()
    known = stampable(held)
    found = []
    for path in paths:
        if not is_digest(path.stem):
            continue
        try:
            answer = read_bounded(path, layout.MAX_TIMESTAMP_BYTES)
        except EffaceError:
            continue
        stamped = check_stamp(answer, path.stem, known.get(path.stem), context)
        stamp = stamped.stamp
        found.append(
            ReportedStamp(
                known.get(path.stem, "nothing that is in the pack"),
                path.stem,
                f"{layout.TIMESTAMPS}/{path.name}",
                "not known" if stamp is None else written(stamp.time),
                "not known" if stamp is None else stamp.authority,
                stamped.finding.ok,
                stamp is not None and stamp.known,
            )
        )
    return tuple(found)


def _says(name: str) -> str:
    """What a statement tells, by its file's name."""
    return _STATEMENTS.get(name) or f"how redacted file {name.split('/')[1]} was made"


def _numbered(numbers: Sequence[int], one: str, many: str) -> list[str]:
    """``entries 1 to 3 and 7``; nothing for none."""
    rising = sorted(set(numbers))
    gaps = [(a, b) for a, b in pairwise(rising) if b > a + 1]
    starts, ends = [*rising[:1], *(b for _, b in gaps)], [*(a for a, _ in gaps), *rising[-1:]]
    runs = [str(a) if a == b else f"{a} to {b}" for a, b in zip(starts, ends, strict=True)]
    return [f"{one if len(rising) == 1 else many} {listed(runs)}"] if runs else []
