"""What lies in a pack's folder and is no part of it: nobody signed it, and it may mislead."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

from efface.errors import InputError
from efface.evidence import names
from efface.evidence.finding import CheckResult
from efface.evidence.forms import Field
from efface.evidence.pack import layout
from efface.evidence.pack.opened import Pack, Redacted
from efface.files.appearing import TEMPORARY_PREFIX

_MOST = 10_000
"""Names that are looked at; a pack of so many redactions has other troubles."""
_SHOWN = 5
_OF_SYSTEMS = re.compile(r"\.DS_Store|\._.*|Thumbs\.db|desktop\.ini|\.directory", re.DOTALL)
"""What file managers leave in every folder."""
_UNFINISHED = re.compile(rf"{re.escape(TEMPORARY_PREFIX)}.*|.*\.lock|\.\d+-[0-9a-f]+", re.DOTALL)
"""What an interrupted run leaves: the next one takes it away, or finishes it."""
_DIGEST = "[0-9a-f]{64}"
_RELEASED = rf"({'|'.join(get_args(Field))}|companion-[1-9]\d?)"
_PARTS = re.compile(
    "|".join(
        (
            re.escape(layout.PACK),
            rf"({layout.INTAKE}|{layout.ORIGIN})\.(json|sig)",
            re.escape(layout.LOG),
            rf"{layout.CERTIFICATES}(/{_DIGEST}\.pem)?",
            rf"{layout.TIMESTAMPS}(/{_DIGEST}\.tsr)?",
            layout.SEALED,
            rf"{layout.RELEASED}(/{_RELEASED}\.(json|sig))?",
            layout.REDACTED,
        )
    )
)
_OF_REDACTION = {
    f"{layout.STATEMENT}.json",
    f"{layout.STATEMENT}.sig",
    layout.PROOF,
    layout.DETAILS,
    layout.SIDECAR,
}


def strays_finding(pack: Pack, redactions: Sequence[Redacted]) -> CheckResult:
    """Every name in the pack's folder.

    Args:
        redactions: all that there are.

    Raises:
        InputError: a folder cannot be read.
        VerificationError: the statement of intake, which names the sealed files, does not hold.
    """
    known = {f"{layout.SEALED}/{name}" for name in pack.intake.sealed}
    for number, redacted in enumerate(redactions, 1):
        folder = f"{layout.REDACTED}/{number}"
        known |= {folder, *(f"{folder}/{name}" for name in _OF_REDACTION)}
        if redacted.statement.sealed is not None:
            known.add(f"{layout.SEALED}/{layout.sealed_redaction(number)}")
    stray, links, of_systems, open_to_others = [], [], [], []
    for place, (name, entry) in enumerate(_walk(pack.folder)):
        if entry.is_symlink() and not _leads_inside(Path(entry.path), pack.folder):
            links.append(name)
        elif _OF_SYSTEMS.fullmatch(entry.name):
            of_systems.append(name)
        elif place >= _MOST or not (
            name in known or _PARTS.fullmatch(name) or _UNFINISHED.fullmatch(entry.name)
        ):
            stray.append(name)
        elif name.startswith(f"{layout.SEALED}/") and _readable_by_others(entry):
            open_to_others.append(name)
        if place >= _MOST:
            break
    if links or stray:
        wrong = [f"{_listed([name])} is a link that leads out of the pack" for name in links]
        if stray:
            wrong.append(f"{_listed(stray)} belongs to no pack, and nobody signed it")
        return CheckResult(names.PACK_FILES, False, f"In the pack's folder: {'; '.join(wrong)}.")
    says = "In the pack's folder there is nothing but the pack."
    if of_systems:
        says = f"In the pack's folder there is the pack, and of the system {_listed(of_systems)}."
    if open_to_others:
        says += f" Others on this computer can read {_listed(open_to_others)}."
    return CheckResult(names.PACK_FILES, True, says)


def _walk(top: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Every entry below a folder with its name from there on, links not followed; unfinished
    folders are not entered."""
    left = [""]
    while left:
        below = left.pop()
        try:
            with os.scandir(top / below) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            raise InputError(f"cannot be read ({error.strerror}).", path=top / below) from error
        for entry in entries:
            name = f"{below}/{entry.name}" if below else entry.name
            yield name, entry
            if entry.is_dir(follow_symlinks=False) and not _UNFINISHED.fullmatch(entry.name):
                left.append(name)


def _leads_inside(link: Path, folder: Path) -> bool:
    try:
        return link.resolve(strict=True).is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return False


def _readable_by_others(entry: os.DirEntry[str]) -> bool:
    return os.name != "nt" and bool(entry.stat(follow_symlinks=False).st_mode & 0o077)


def _listed(found: list[str]) -> str:
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ", ".join(_plain(name) for name in found[:_SHOWN]) + more


def _plain(name: str) -> str:
    """Somebody else's name among our words: no character that a program would take for more."""
    return "".join(c if c.isalnum() or c in " ._-/" else "?" for c in name[:100])
