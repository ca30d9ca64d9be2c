"""The evidence report: what is in a pack, for somebody who reads it without us.

One document is made from the case, and drawn twice: as a page for browsers, and as a PDF.
"""

from efface.report.evidence.case import ReportedCase
from efface.report.evidence.measured import measured
from efface.report.evidence.page import html
from efface.report.evidence.paper import pdf

__all__ = ["ReportedCase", "html", "measured", "pdf"]
