"""The report as a page that opens without a network and fetches nothing.

Texts are escaped by the template engine. They stand in the script and direction in which they were
written.
"""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from efface.files.paths import printable
from efface.report.evidence.case import ReportedCase
from efface.report.evidence.document import document


def html(case: ReportedCase) -> str:
    """The report as HTML; the same case gives the same text."""
    environment = Environment(
        loader=PackageLoader("efface.report.evidence", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"name": printable}
    environment.tests |= {"of": _of}
    return environment.get_template("page.html.jinja").render(document=document(case))


def _of(block: object, kind: str) -> bool:
    """Whether a block is of a kind, by its class's name."""
    return type(block).__name__ == kind
