"""The evidence report: of a published file, of a pack, or of both, for somebody who reads it
without us.

One document is made, and drawn twice: as a page for browsers, and as a PDF.
"""

from efface.report.evidence.case import ReportedCase
from efface.report.evidence.court import CourtReport, Maker, of_case
from efface.report.evidence.measured import measured
from efface.report.evidence.page import html, html_bytes
from efface.report.evidence.paper import pdf

__all__ = [
    "CourtReport",
    "Maker",
    "ReportedCase",
    "html",
    "html_bytes",
    "measured",
    "of_case",
    "pdf",
]
