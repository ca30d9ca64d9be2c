"""Archives of what is published: ``efface.audit``."""

from __future__ import annotations

import base64
import io
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
from PIL import Image

from efface.advise.leak_map import shipped_map
from efface.arguments import AnyPath, GivenPolicy, path_from, policy_from
from efface.audit.form import AuditDocument, AuditedFileEntry, FoundEntry
from efface.audit.journal import JOURNAL, BeginLine, FileLine, Journal
from efface.audit.page import page
from efface.audit.ranking import Action
from efface.audit.result import audit_document
from efface.audit.run import AuditRun
from efface.audit.table import table
from efface.documents.model import plain
from efface.errors import SOME_FAILED, OutputError, RefusedError
from efface.events import Listener, ignore
from efface.files.appearing import TEMPORARY_PREFIX, output_error
from efface.files.durable import replace_durably
from efface.files.lists import listed
from efface.files.lock import locked
from efface.policy import Policy
from efface.sandbox.crew import workers_here
from efface.version import __version__
from efface.workflow.plan import photos
from efface.workflow.sight_form import ThumbnailEntry

__all__ = ["Action", "Audit", "AuditDocument", "AuditedFileEntry", "FoundEntry", "audit"]

DOCUMENT, TABLE, PAGE, KEPT, PICTURES = (
    "audit.json", "audit.csv", "index.html", "journal.jsonl", "thumbnails",
)  # fmt: skip
"""Files of an audit's folder."""

PRIVATE_FOLDER: Final = 0o700
"""It says where faces are that can be read."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found."""

    folder: Path
    """Where its page, table and document are."""
    document: AuditDocument
    left_out: tuple[tuple[Path, str], ...]
    """Files that were passed over, each with its reason."""

    @property
    def exit_code(self) -> int:
        """0; the file's own where there was one alone and it could not be read; 6 if some of
        several could not."""
        failed = self.document.failed
        if not failed:
            return 0
        return failed[0].exit_code if self.document.files_looked_at == 1 else SOME_FAILED

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types (``efface.audit/1``)."""
        return plain(self.document)


def audit(
    inputs: Sequence[AnyPath],
    out: AnyPath,
    *,
    policy: GivenPolicy = None,
    thumbnails: bool = False,
    workers: int | None = None,
    listen: Listener = ignore,
) -> Audit:
    """Look through published photos and videos for faces that other tools have redacted, and list
    them by how much an informed attacker could still get. Each file is read in a confined process.
    Called again with the same ``out``, it goes on, and looks anew at files that have changed.

    Args:
        inputs: files, folders, and lists of files (``.txt``, one a line, from the list's folder).
        out: folder for the page, the table and the document; its owner alone can read it.
        policy: limits, and how strictly files are read apart; the defaults when left out.
        thumbnails: also small pictures of what was found, as it is published.
        workers: processes at a time; left out, as many as there are processors and memory for.
        listen: is told of files as they begin and end, in threads, one at a time.

    Raises:
        RefusedError: the folder holds something else, another run works on it, or the audit was
            begun with something else; files cannot be read apart here; there is nothing to do.
        InputError: the policy, a list, or what is kept of an earlier run cannot be read.
        OutputError: the folder cannot be written to.
        StoppedError: it was interrupted; what was seen is kept.
    """
    if workers is not None and workers < 1:
        raise RefusedError(f"expected at least one worker, got {workers}.")
    chosen = policy_from(policy)
    folder = path_from(out).absolute()
    planned = photos([path for given in inputs for path in listed(path_from(given))])
    files = list(dict.fromkeys(one.source.absolute() for one in planned if one.skipped is None))
    own = [file for file in files if not file.is_relative_to(folder)]
    left_out = tuple((one.source, one.skipped) for one in planned if one.skipped is not None)
    with _opened(folder, _begin(chosen, thumbnails)) as (journal, home):
        todo = [file for file in own if journal.known(file) is None]
        run = AuditRun(journal, chosen, home, thumbnails=thumbnails, listen=listen)
        if todo:
            run.run(todo, min(workers or workers_here(), len(todo)))
        document = _written(folder, list(journal.lines(own)))
    return Audit(folder, document, left_out)


def _begin(policy: Policy, thumbnails: bool) -> BeginLine:
    return BeginLine(
        schema=JOURNAL,
        made_by=__version__,
        thumbnails=thumbnails,
        limits=msgspec.to_builtins(policy.limits),
        track=policy.video.track,
    )


@contextmanager
def _opened(folder: Path, begin: BeginLine) -> Iterator[tuple[Journal, Path]]:
    """The journal of an audit's folder, and a folder for what is gone at the end.

    Raises:
        RefusedError: the folder holds something else, or another run works on it.
        OutputError: it cannot be written to.
    """
    kept = folder / KEPT
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        if not kept.exists() and any(folder.iterdir()):
            raise RefusedError(
                "the folder is not empty, and no audit's.", path=folder, hint="Give another -o."
            )
    except OSError as error:
        raise output_error(folder, error) from error
    with locked(kept), closing(Journal(kept, begin)) as journal:
        home = folder / f"{TEMPORARY_PREFIX}audit"
        shutil.rmtree(home, ignore_errors=True)  # of a run that was killed
        try:
            home.mkdir(mode=PRIVATE_FOLDER)
        except OSError as error:
            raise OutputError(f"cannot be made ({error.strerror}).", path=home) from error
        try:
            yield journal, home
        finally:
            shutil.rmtree(home, ignore_errors=True)


def _written(folder: Path, lines: Sequence[tuple[Path, FileLine]]) -> AuditDocument:
    names = {}
    for count, (path, line) in enumerate(lines, 1):
        places = () if line.sight is None else line.sight.places
        for number, place in enumerate(places):
            if place.thumbnail is not None:
                name = f"{PICTURES}/{count}-{number + 1}.png"
                replace_durably(folder / name, _png(place.thumbnail))
                names[path, number] = name
    document = audit_document(shipped_map(), lines, names)
    replace_durably(folder / DOCUMENT, msgspec.json.format(msgspec.json.encode(plain(document))))
    replace_durably(folder / TABLE, table(document).encode("utf-8"))
    replace_durably(folder / PAGE, page(document).encode("utf-8"))
    return document


def _png(thumbnail: ThumbnailEntry) -> bytes:
    """
    Raises:
        RefusedError: it is none.
    """
    size = thumbnail.width, thumbnail.height
    try:
        samples = base64.b64decode(thumbnail.rgb, validate=True)
        picture = Image.frombytes("RGB", size, samples)
    except ValueError as error:
        raise RefusedError("what is kept of a small picture is none.") from error
    held = io.BytesIO()
    picture.save(held, "PNG")
    return held.getvalue()
