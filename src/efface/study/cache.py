"""What a run has found stays on disk, under the code that found it, so that a run can be resumed.

Templates of the study's people are kept here and nowhere else; the folder is ignored by git.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[np.generic]]


def version(*parts: str | Path) -> str:
    """Short digest of text and of the contents of files and folders of code."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, str):
            digest.update(part.encode())
            continue
        for path in sorted(part.rglob("*.py")) if part.is_dir() else [part]:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def kept(folder: Path, name: str, make: Callable[[], Arrays]) -> Arrays:
    """Arrays from disk; made and put there where they are not.

    Written beside and moved, so that a killed run leaves nothing half done.
    """
    path = folder / f"{name}.npz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / f".{name}.{os.getpid()}.npz"
        np.savez(partial, allow_pickle=False, **make())
        partial.replace(path)
    with np.load(path, allow_pickle=False) as stored:
        return {key: stored[key] for key in stored.files}
