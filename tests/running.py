"""Running the command line from tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Run:
    """A finished command."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """What it printed on stdout."""
        return json.loads(self.out)


Efface = Callable[..., Run]
"""The fixture ``efface``: takes the arguments as a user types them."""
