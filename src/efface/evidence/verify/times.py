"""By when something was there, by all timestamps together.

A timestamp of one thing is one of everything that this thing names by its hash: of an entry of a
log, of all entries before it and of what they tell of. A timestamp whose authority's certificate
has ended counts as long as another one, made before that end, shows that it was there then: it was
renewed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from efface.evidence import names
from efface.evidence.finding import CheckResult
from efface.evidence.verify.stamps import Stamped

Names = Mapping[str, Sequence[str]]
"""What each thing names by its hash; SHA-256, hexadecimal."""


class Times:
    """Of one check."""

    def __init__(self, stamped: Iterable[Stamped], names_: Names, now: datetime) -> None:
        """
        Args:
            stamped: every timestamp at hand; those of authorities that are not trusted count for
                nothing.
            names_: of every thing at hand.
            now: with a time zone.
        """
        self._names = names_
        self._by: dict[str, datetime] = {}
        self.ended: list[Stamped] = []
        """Those whose authority's certificate has ended, and that none renewed in time."""
        known = [one for one in stamped if one.stamp is not None and one.stamp.known]
        for one in sorted(known, key=_time, reverse=True):
            assert one.stamp is not None
            renewed = self._by.get(one.answer)
            if now <= one.stamp.until or (renewed is not None and renewed <= one.stamp.until):
                self._reach(one.digest, one.stamp.time)
            else:
                self.ended.append(one)

    def by(self, digest: str) -> datetime | None:
        """By when something was there; ``None``: nothing that counts says so.

        Args:
            digest: its SHA-256, hexadecimal.
        """
        return self._by.get(digest)

    def findings(self) -> list[CheckResult]:
        """What there is to say of timestamps that count for nothing any more."""
        return [
            CheckResult(
                names.TIMESTAMP,
                True,
                f"The timestamp of {one.stamp.time:%Y-%m-%d %H:%M} UTC counts for nothing any "
                f"more: its authority's certificate ended on {one.stamp.until:%Y-%m-%d}, and no "
                "timestamp from before that renews it.",
                "The time. Timestamps are renewed in time with 'efface stamp --renew'.",
            )
            for one in self.ended
            if one.stamp is not None
        ]

    def _reach(self, digest: str, time: datetime) -> None:
        left, seen = [digest], {digest}
        while left:
            here = left.pop()
            self._by[here] = min(self._by.get(here, time), time)
            further = [one for one in self._names.get(here, ()) if one not in seen]
            seen.update(further)
            left += further


def _time(one: Stamped) -> datetime:
    assert one.stamp is not None
    return one.stamp.time
