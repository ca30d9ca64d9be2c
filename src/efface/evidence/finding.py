"""What verification has to say about one thing, in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked."""

    name: str
    """What was checked, as ``room.thing``: ``log.order``."""
    ok: bool
    """Whether it holds."""
    says: str
    """What that proves, or what is wrong; one sentence."""
    does_not_say: str = ""
    """What must not be read into it; one sentence, or nothing."""

    def __str__(self) -> str:
        """As one line for people."""
        return f"{'holds' if self.ok else 'FAILS'}  {self.name}: {self.says}"

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return {
            "name": self.name,
            "ok": self.ok,
            "says": self.says,
            "does_not_say": self.does_not_say,
        }
