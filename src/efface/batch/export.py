"""What became of a batch, for whoever asks questions of it: a table, lines of JSON, or a queue for
a person. Files that were not written come first, then those with most doubtful places."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

from efface.batch.store import Result
from efface.errors import RefusedError
from efface.files.appearing import writing
from efface.files.csv_rows import csv_row
from efface.files.durable import PRIVATE
from efface.remote.address import is_address

COLUMNS: Final[dict[str, str]] = {
    "input": "string", "output": "string", "status": "string", "exit_code": "int",
    "message": "string", "hint": "string", "format": "string", "width": "int", "height": "int",
    "frames": "int", "faces": "int", "kept": "string", "uncovered": "int", "sha256": "string",
    "output_sha256": "string", "notes": "string", "line": "int", "id": "string", "tries": "int",
    "doubtful": "int", "cpu_seconds": "float", "sandbox": "string",
}  # fmt: skip
"""Of a table, each with its type; ``kept`` and ``notes`` are joined, ``uncovered`` and ``doubtful``
count places."""

SUFFIXES: Final = (".csv", ".jsonl", ".ndjson", ".parquet", ".txt")

ROWS_EACH: Final = 10_000
"""Of a Parquet file's groups: so many are in memory."""


def export(results: Iterator[Result], out: Path, *, overwrite: bool) -> int:
    """Write a file, whole or not at all, its owner's alone; returns how many rows it has.

    Args:
        out: its ending says of what kind: ``.csv``, ``.jsonl``, ``.parquet``, or ``.txt``, which is
            a list of the originals that a person should look at.

    Raises:
        RefusedError: the ending says none of these, the file exists, or the package for it is not
            installed.
        OutputError: it cannot be written.
    """
    suffix = out.suffix.lower()
    if suffix not in SUFFIXES:
        raise RefusedError(
            "expected a name that ends in .csv, .jsonl (a line of JSON for each file), .parquet, "
            "or .txt (originals to look at, for 'efface review').",
            path=out,
        )
    if suffix == ".parquet":
        _check_parquet()
    with writing(out, overwrite=overwrite, mode=PRIVATE) as file:
        if suffix == ".parquet":
            return _parquet(results, file)
        lines = _lines(results, suffix)
        number = sum(1 for line in lines if file.write(line.encode("utf-8", "surrogateescape")))
        return number - (suffix == ".csv")


def _lines(results: Iterator[Result], suffix: str) -> Iterator[str]:
    if suffix == ".csv":
        yield csv_row(COLUMNS)
        for result in results:
            yield csv_row("" if cell is None else str(cell) for cell in row_of(result).values())
    elif suffix == ".txt":
        for result in results:
            if is_for_a_person(result):
                yield f"{result.source}\n"
    else:
        for result in results:
            own = {"line": result.line, "id": result.key, "tries": result.tries}
            yield json.dumps(_document(result) | own) + "\n"


def is_for_a_person(result: Result) -> bool:
    """Whether somebody who looks at the original could decide what a batch could not: no face was
    found, a gate stopped it, or places were nearly taken for faces. Files elsewhere, and names
    with a line break, cannot stand in a list."""
    report = result.report
    open_ = report.exit_code in (3, 4) or (report.exit_code == 0 and bool(report.doubtful))
    return open_ and not is_address(result.source) and "\n" not in result.source


def row_of(result: Result) -> dict[str, Any]:
    """The cells of a table, by ``COLUMNS``."""
    report, found = result.report, _document(result)
    own = {
        "kept": " ".join(report.kept),
        "uncovered": None if report.rescan is None else len(report.rescan.uncovered),
        "notes": " ".join(report.notes),
        "line": result.line,
        "id": result.key,
        "tries": result.tries,
        "doubtful": len(report.doubtful),
        "cpu_seconds": round(sum(report.cpu_seconds.values()), 3),
    }
    return {name: own[name] if name in own else found[name] for name in COLUMNS}


def _document(result: Result) -> dict[str, Any]:
    report = result.report
    output = None if report.target is None else result.target
    return report.to_json() | {"input": result.source, "output": output}


def _check_parquet() -> None:
    try:
        import pyarrow  # noqa: F401, PLC0415 - large, and only for this
    except ModuleNotFoundError as error:
        raise RefusedError(
            f"Parquet needs a package that is not installed: {error.name}.",
            hint="Install it with: pip install 'efface[parquet]'; or export .csv.",
        ) from error


def _parquet(results: Iterator[Result], file: BinaryIO) -> int:
    import pyarrow as arrow  # noqa: PLC0415 - large, and only for this
    from pyarrow import parquet  # noqa: PLC0415

    kinds = {"string": arrow.string(), "int": arrow.int64(), "float": arrow.float64()}
    schema = arrow.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])
    number = 0
    with parquet.ParquetWriter(file, schema) as writer:
        while rows := [_as_text(row_of(one)) for one in islice(results, ROWS_EACH)]:
            writer.write_table(arrow.Table.from_pylist(rows, schema=schema))
            number += len(rows)
    return number


def _as_text(row: dict[str, Any]) -> dict[str, Any]:
    """Names that are no text have their bytes escaped: Parquet's strings are UTF-8."""
    return {
        name: cell.encode("utf-8", "backslashreplace").decode() if isinstance(cell, str) else cell
        for name, cell in row.items()
    }
