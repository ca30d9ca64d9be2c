"""Puts down which source the committed page was built from: ``web/built.json``. A test holds that
it is this one, without Node; ``make test-app`` builds it again where it can.

    python web/stamp.py
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

WEB = Path(__file__).resolve().parent
PAGE = WEB.parent / "src" / "efface" / "review" / "web"
STAMP = WEB / "built.json"

ELSEWHERE = {"node_modules", "api.json", "built.json", "stamp.py", "node.lock"}
"""What is no source of the page. (The types that ``api.json`` gives are.)"""


def digests(folder: Path, without: frozenset[str] | set[str] = frozenset()) -> dict[str, str]:
    """SHA-256 of every file of a folder, by its name there."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not without & set(path.relative_to(folder).parts)
        and "__pycache__" not in path.parts
    }  # fmt: skip


def stamp() -> dict[str, dict[str, str]]:
    """The source and the page, as they are."""
    return {"source": digests(WEB, ELSEWHERE), "page": digests(PAGE)}


if __name__ == "__main__":
    STAMP.write_text(json.dumps(stamp(), indent=1) + "\n", encoding="utf-8")
