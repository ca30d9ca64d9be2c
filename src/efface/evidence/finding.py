"""What verification has to say about one thing, in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from efface.documents.model import Document

State = Literal["holds", "fails", "unknown"]


class FindingEntry(Document, frozen=True, kw_only=True):
    """One thing that was checked."""

    name: str
    ok: bool
    state: State
    says: str
    does_not_say: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One thing that was checked."""

    name: str
    """What was checked, as ``room.thing``: ``log.order``."""
    ok: bool
    """Whether it holds."""
    says: str
    """What that proves, or what is wrong; one sentence."""
    does_not_say: str = ""
    """What must not be read into it; one sentence, or nothing."""
    unknown: bool = False
    """It neither holds nor fails: whoever checks cannot know. Then it is not ``ok``."""

    @property
    def state(self) -> State:
        """What came of it."""
        if self.ok:
            return "holds"
        return "unknown" if self.unknown else "fails"

    def __str__(self) -> str:
        """As one line for people."""
        word = {"holds": "holds  ", "fails": "FAILS  ", "unknown": "unknown"}[self.state]
        return f"{word}  {self.name}: {self.says}"

    def entry(self) -> FindingEntry:
        """As documents have it."""
        return FindingEntry(
            name=self.name,
            ok=self.ok,
            state=self.state,
            says=self.says,
            does_not_say=self.does_not_say,
        )
