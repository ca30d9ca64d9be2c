"""Takes from the manual's pages of measurements what the evidence report prints, so that a report
needs no manual: ``src/efface/report/evidence/measured.toml``. Run it after a page has changed.

    python docs/make_measured.py
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).resolve().parent
TARGET = DOCS.parent / "src" / "efface" / "report" / "evidence" / "measured.toml"


@dataclass(frozen=True)
class Wanted:
    """A table, or some of its rows and columns."""

    of: str
    """``image``, ``video`` or ``any``: for redactions of which it is printed."""
    title: str
    page: str
    heading: str
    about: tuple[str, ...]
    first: str = ""
    """Title of the first column, where the page leaves it empty."""
    titles: tuple[str, ...] = ()
    """Titles of all columns, where the page's do not do."""
    number: int = 0
    """Which table below the heading."""
    columns: tuple[str, ...] = ()
    """By title; all where none is named."""
    rows: Callable[[str], bool] = lambda name: True
    """By first cell."""
    beside: bool = True
    """Whether what stands in round brackets beside a number, in comparison with another program,
    is printed, too."""


WANTED = (
    Wanted(
        "image",
        "Faces found in photos",
        "bench-photos.md",
        "Detection, 150 crowded photos with 1,634 marked faces from 8 px",
        (
            "Recall: share of the marked faces that were found. Coverage: share whose area was "
            "covered. Beside false boxes: their 95 % interval.",
            "Both detectors were trained on photos of the collection from which these 150 are "
            "(WIDER FACE): the figures compare settings, and are no recall to expect elsewhere.",
        ),
        first="setting",
        columns=(
            "",
            "recall 8 px up",
            "recall 16 px up",
            "coverage 8 px up",
            "coverage 16 px up",
            "false boxes a photo",
        ),
        rows=lambda name: name.startswith("efface"),
        beside=False,
    ),
    Wanted(
        "any",
        "The rescan: faces that were left open",
        "bench-photos.md",
        "Rescan",
        (
            "A second detector looks at the finished file. One marked face was left open in each "
            "photo: this is how often it saw that one, by the face's height, at the threshold in "
            "use.",
        ),
        number=1,
        columns=("height, px", "faces", "at 0.75"),
    ),
    Wanted(
        "any",
        "The rescan: false alarms",
        "bench-photos.md",
        "Rescan",
        ("Share of clean redactions in which it saw a face, at the threshold in use.",),
        columns=("folder", "files", "at 0.75"),
    ),
    Wanted(
        "video",
        "Faces covered in video",
        "bench-video.md",
        "Coverage on rendered clips, where every face is known",
        (
            "On 81 clips rendered from AI-generated portraits, with every face known. A face in a "
            "frame is missed when less than 95 % of the middle (80 %) of its box is covered.",
            "A render is easier than the world in its sharp frames: this measures how faces are "
            "followed, not how they are found in the wild.",
        ),
        titles=("faces in frames", "faces", "missed", "%", "95 % interval"),
    ),
    Wanted(
        "any",
        "How far people can still be told apart",
        "leak-table.md",
        "Rank-1, %: the strongest attacker",
        (
            "Of N adults, public figures in good light, so many per cent came first among all of "
            "them by what was left in the zone (95 % interval).",
            "K0: the attacker has an off-the-shelf recogniser and clear pictures. K1: and knows "
            "the method. K2: and knows every parameter, and has trained on redacted pictures of "
            "other people. Insider: and has the person's other pictures, redacted.",
            "All figures are lower bounds: somebody with better means can find more.",
        ),
        first="over the face",
        columns=("", "K0", "K1", "K2", "insider", "N", "chance"),
        rows=lambda name: name.startswith(("clear", "efface, solid")),
    ),
)


def tables(page: Path, heading: str) -> list[list[list[str]]]:
    """The tables below a heading, each a list of rows of cells, the titles first."""
    parts = re.split(r"^#+ +(.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    below = dict(zip(parts[1::2], parts[2::2], strict=True))[heading]
    found = []
    for lines in re.findall(r"(?:^\|.*\n?)+", below, flags=re.MULTILINE):
        rows = [
            [plain(cell) for cell in line.strip().strip("|").split("|")]
            for line in lines.splitlines()
        ]
        found.append(
            [row for row in rows if not all(re.fullmatch(r":?-+:?", cell) for cell in row)]
        )
    return found


def plain(cell: str) -> str:
    """A cell without marks."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", cell).replace("*", "").replace("`", "").strip()


def written() -> str:
    """The file's text."""
    parts = [
        "# Written by docs/make_measured.py from the manual's pages; not edited by hand.\n"
        'schema = "efface.measured/1"\n'
    ]
    for wanted in WANTED:
        titles, *rows = tables(DOCS / wanted.page, wanted.heading)[wanted.number]
        columns = [titles.index(title) for title in wanted.columns or titles]
        kept = [[row[i] for i in columns] for row in rows if wanted.rows(row[0])]
        if not wanted.beside:
            kept = [[re.sub(r" \([^)]*\)$", "", cell) for cell in row] for row in kept]
        assert kept, f"{wanted.page}: no rows of {wanted.title!r}"
        named = list(wanted.titles) or [titles[i] for i in columns]
        if wanted.first:
            named[0] = wanted.first
        parts.append(
            f"[[table]]\nof = {quoted(wanted.of)}\ntitle = {quoted(wanted.title)}\n"
            f"source = {quoted(f'docs/{wanted.page}')}\nabout = {quoted(list(wanted.about))}\n"
            f"columns = {quoted(named)}\nrows = [\n"
            + "".join(f"  {quoted(row)},\n" for row in kept)
            + "]\n"
        )
    return "\n".join(parts)


def quoted(value: object) -> str:
    """As TOML; its strings and arrays are written as JSON's are."""
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    TARGET.write_text(written(), encoding="utf-8")
