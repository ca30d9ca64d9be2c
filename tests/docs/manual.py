"""The manual as the tests of this folder read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "efface"


def pages() -> list[Path]:
    """The README and every page below docs/."""
    return [README, *sorted(DOCS.rglob("*.md"))]


@dataclass(frozen=True)
class Block:
    """A fenced block."""

    page: Path
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}: {self.text.strip().splitlines()[0]}"


@cache
def blocks(language: str) -> list[Block]:
    """Every fenced block of a language, over all pages."""
    fence = re.compile(rf"^```{language}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [
        Block(page, language, match.group(1))
        for page in pages()
        for match in fence.finditer(page.read_text(encoding="utf-8"))
    ]


@cache
def without_blocks(page: Path) -> str:
    """A page's text less its fenced blocks."""
    return re.sub(
        r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )


@cache
def sections(page: Path) -> dict[str, str]:
    """Text below each heading of a page, up to the next heading of any level."""
    parts = re.split(r"^#+ +(.+)$", without_blocks(page), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(text: str) -> list[list[str]]:
    """The cells of a Markdown table's rows, headings and rules left out."""
    lines = [line.strip() for line in text.splitlines() if line.strip().startswith("|")]
    out = []
    for i, line in enumerate(lines):
        cells = [c.strip().replace("\\|", "|") for c in re.split(r"(?<!\\)\|", line)[1:-1]]
        rule = all(re.fullmatch(r":?-+:?", cell) for cell in cells)
        heading = i + 1 < len(lines) and re.fullmatch(r"[|:\- ]+", lines[i + 1]) is not None
        if not rule and not heading:
            out.append(cells)
    return out


def code(text: str) -> set[str]:
    """Everything in backticks."""
    return set(re.findall(r"`([^`]+)`", text))


@cache
def anchors(page: Path) -> set[str]:
    """Everything on a page that a link can lead to."""
    own = re.findall(r'<a id="([^"]+)"', page.read_text(encoding="utf-8"))
    return {slug(heading) for heading in sections(page)} | set(own)


def slug(heading: str) -> str:
    """The anchor that a renderer (GitHub's rules) gives a heading."""
    plain = re.sub(r"[`*\[\]]", "", heading.strip().lower())
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
