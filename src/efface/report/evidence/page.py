"""The report as a page that opens without a network and fetches nothing.

Texts are escaped by the template engine. They stand in the script and direction in which they were
written.
"""

from __future__ import annotations

import base64

from jinja2 import Environment, PackageLoader, StrictUndefined

from efface.files.paths import printable
from efface.report.evidence.court import CourtReport
from efface.report.evidence.document import document


def html(report: CourtReport) -> str:
    """The report as HTML; the same report gives the same text."""
    environment = Environment(
        loader=PackageLoader("efface.report.evidence", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"name": printable, "base64": _base64}
    environment.tests |= {"of": _of}
    return environment.get_template("page.html.jinja").render(document=document(report))


def html_bytes(report: CourtReport) -> bytes:
    """The same as a file has it: UTF-8."""
    return html(report).encode()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _of(block: object, kind: str) -> bool:
    """Whether a block is of a kind, by its class's name."""
    return type(block).__name__ == kind
