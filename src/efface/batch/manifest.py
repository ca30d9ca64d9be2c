"""A manifest: a CSV table that names files, a line each, and says what is to be done with each.

It may come from anybody. It is held to one line a row, one encoding, known columns and files below
one folder, and all of it is checked before the first file is taken up.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from efface.batch.row_options import COLUMNS, RowOptions
from efface.batch.store import Entry
from efface.errors import EffaceError, RefusedError
from efface.files.paths import exists, is_folder, opened, printable
from efface.remote.address import Address, Place, as_relative
from efface.workflow.redact.order import Order

MANIFEST_SUFFIX: Final = ".csv"

MAX_LINE: Final = 65_536
"""Bytes of a line."""

NAMED_FAULTS: Final = 10
"""That are named; of more, how many there are."""

MAX_KEY: Final = 200
"""Letters of what a row is called by its owner."""

_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS: Final = ",;\t"


class _FaultError(Exception):
    """What is wrong with a row, in words."""


@dataclass(slots=True)
class _Faults:
    """What is wrong with a manifest."""

    named: list[str] = field(default_factory=list)
    number: int = 0

    def add(self, line: int, what: str) -> None:
        self.number += 1
        if len(self.named) < NAMED_FAULTS:
            self.named.append(f"line {line}: {what}")


class FileManifest:
    """A manifest, read line by line."""

    def __init__(self, path: Path, out: Place, base: Order, root: Place | None = None) -> None:
        """
        Args:
            out: folder for the results, in which files lie as below ``root``.
            base: what is done with files whose row says nothing else.
            root: folder from which files are named, and in which they must lie; that of the
                manifest when left out. Files that a row names besides (a policy, regions) are
                named from the manifest's folder, and lie in it.
        """
        self._path, self._out = path, out
        self._root: Place = path.absolute().parent if root is None else root
        self._options = RowOptions(path.absolute().parent, base)
        self._seen: dict[str, int] = {}
        self._folders: dict[Path, Path] = {}

    def entries(self) -> Iterator[Entry]:
        """Its files. Of one with a fault some may come before that is known.

        Raises:
            RefusedError: something is wrong with it; the lines are named.
            InputError: it cannot be read.
        """
        faults = _Faults()
        rows = self._rows(faults)
        columns = self._columns(rows)
        for line, cells in rows:
            if len(cells) != len(columns):
                faults.add(line, f"expected {len(columns)} cells, got {len(cells)}")
                continue
            row = dict(zip(columns, cells, strict=True))
            try:
                yield self._entry(line, row)
            except _FaultError as fault:
                faults.add(line, str(fault))
            except EffaceError as error:
                faults.add(line, error.message.removesuffix("."))
        if faults.number:
            raise self._refused(faults)
        if not self._seen:
            raise RefusedError("there is no file in the manifest.", path=self._path)

    def _refused(self, faults: _Faults) -> RefusedError:
        more = faults.number - len(faults.named)
        named = "; ".join(faults.named) + (f"; and {more} more" if more else "")
        plural = "a fault" if faults.number == 1 else f"{faults.number} faults"
        return RefusedError(
            f"the manifest has {plural}: {named}.",
            path=self._path,
            hint="Nothing was begun. docs/archives.md has every column.",
        )

    def _columns(self, rows: Iterator[tuple[int, list[str]]]) -> Sequence[str]:
        """
        Raises:
            RefusedError: they are not those of a manifest.
        """
        faults = _Faults()
        line, cells = next(rows, (1, []))
        names = [cell.strip().lower() for cell in cells]
        unknown = [name for name in names if name not in ("path", "id", *COLUMNS)]
        if "path" not in names:
            faults.add(line, "expected the names of columns, 'path' among them")
        elif unknown:
            known = ", ".join(("path", "id", *COLUMNS))
            faults.add(
                line,
                f"there is no column {', '.join(map(_quoted, unknown))}; there are {known}",
            )
        elif len(set(names)) < len(names):
            faults.add(line, "a column stands there twice")
        if faults.number:
            raise self._refused(faults)
        return names

    def _rows(self, faults: _Faults) -> Iterator[tuple[int, list[str]]]:
        """Line numbers and cells; empty rows are left out."""
        delimiter = ""
        with opened(self._path) as file:
            number = 0
            while line := file.readline(MAX_LINE + 1):
                number += 1
                if number == 1:
                    if line.startswith(_WIDE):
                        raise self._unreadable("it is UTF-16")
                    line = line.removeprefix(b"\xef\xbb\xbf")
                if len(line) > MAX_LINE:
                    faults.add(number, f"the line is longer than {MAX_LINE} bytes")
                    raise self._refused(faults)
                try:
                    text = line.decode("utf-8").rstrip("\r\n")
                except UnicodeDecodeError as error:
                    raise self._unreadable(f"line {number} is no UTF-8") from error
                if not text.strip():
                    continue
                delimiter = delimiter or _delimiter(text)
                cells = self._cells(number, text, delimiter, faults)
                if any(cells):
                    yield number, cells

    def _cells(self, number: int, text: str, delimiter: str, faults: _Faults) -> list[str]:
        """Of one line; none if it is broken."""
        if any((ord(letter) < 32 and letter != "\t") or letter == "\x7f" for letter in text):
            faults.add(number, "a control character, such as a zero byte or a lone line break")
            return []
        try:
            (cells,) = csv.reader([text], delimiter=delimiter, strict=True)
        except (csv.Error, ValueError):
            faults.add(number, "a quotation mark that does not end on its line, or is not doubled")
            return []
        return cells

    def _unreadable(self, why: str) -> RefusedError:
        return RefusedError(
            f"a manifest is UTF-8 text, and {why}.",
            path=self._path,
            hint="Spreadsheets save it as 'CSV UTF-8'.",
        )

    def _entry(self, line: int, row: Mapping[str, str]) -> Entry:
        """
        Raises:
            _FaultError: something is wrong with it.
            EffaceError: likewise.
        """
        source, inner = self._file(row["path"])
        first = self._seen.setdefault(str(source), line)
        if first != line:
            raise _FaultError(f"the file stands on line {first} already")
        key = row.get("id", "")
        if len(key) > MAX_KEY:
            raise _FaultError(f"an id of more than {MAX_KEY} letters")
        order, regions = self._options.read(row)
        out = self._out
        target = out.below(inner) if isinstance(out, Address) else out.absolute() / inner
        return Entry(source, target, order, regions, line, key or None)

    def _file(self, cell: str) -> tuple[Place, str]:
        """The file, and its name from the root on.

        Raises:
            _FaultError: it lies elsewhere, or is not there.
        """
        if not cell:
            raise _FaultError("no path")
        root = self._root
        if isinstance(root, Address):
            inner = as_relative(cell)
            if inner is None:
                raise _FaultError(f"{_quoted(cell)} is no name of a file below {root}")
            return root.below(str(inner)), str(inner)
        path = root / cell
        whole = self._resolved(path.parent) / path.name
        if path.name in ("", "..") or ".." in Path(cell).parts:
            whole = Path(os.path.realpath(path))
        elif whole.is_symlink():
            whole = Path(os.path.realpath(whole))
        top = self._resolved(root)
        if not whole.is_relative_to(top) or whole == top:
            raise _FaultError(f"{_quoted(cell)} lies outside {root}; --root names another folder")
        if is_folder(whole):
            raise _FaultError(f"{_quoted(cell)} is a folder")
        if not exists(whole):
            raise _FaultError(f"there is no file {_quoted(cell)}")
        return whole, whole.relative_to(top).as_posix()

    def _resolved(self, folder: Path) -> Path:
        if folder not in self._folders:
            self._folders[folder] = Path(os.path.realpath(folder))
        return self._folders[folder]


def _delimiter(header: str) -> str:
    """What stands between cells: what stands in the line of names most often."""
    return max(_DELIMITERS, key=header.count)


def _quoted(text: str) -> str:
    shown = printable(text)
    return f"'{shown[:100]}…'" if len(shown) > 100 else f"'{shown}'"
