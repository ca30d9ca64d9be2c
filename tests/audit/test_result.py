"""The list, the table and the page say the same, in the same order."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.audit.sights import place, sight

from efface.advise.leak_map import shipped_map
from efface.audit.form import AuditDocument
from efface.audit.journal import FileLine
from efface.audit.page import page
from efface.audit.result import audit_document
from efface.audit.table import COLUMNS, table
from efface.documents.error import ErrorDocument
from efface.documents.model import plain
from efface.documents.reading import as_model
from efface.errors import InputError
from efface.workflow.sight_form import SightEntry


def line(found: SightEntry | InputError) -> FileLine:
    error = None
    if isinstance(found, InputError):
        error = as_model(found.to_json(), ErrorDocument)
    shown = found if isinstance(found, SightEntry) else None
    return FileLine(file="x", size=1, changed_ns=1, sight=shown, error=error, confined="landlock")


def made(evil: str = "c.jpg") -> AuditDocument:
    broken = InputError("it is truncated.", path=Path("/broken.jpg"))
    fill = place(kind="solid", strength_px=None)
    movie = sight(
        place(kind="swirl", strength_px=None, frame=50, frames=75),
        fill, kind="video", frames=100, looked=4,
    )  # fmt: skip
    lines = [
        (Path("/a.jpg"), line(sight())),
        (Path("/b.jpg"), line(sight(fill))),
        (Path("/") / evil, line(sight(place(face=False)))),
        (Path("/d.mp4"), line(movie)),
        (Path("/broken.jpg"), line(broken)),
    ]
    return audit_document(shipped_map(), lines, {(Path("/b.jpg"), 0): "thumbnails/2-1.png"})


def test_the_most_urgent_comes_first() -> None:
    document = made()
    assert [file.file for file in document.files] == ["/d.mp4", "/c.jpg", "/b.jpg"]
    assert [file.action for file in document.files] == ["take down", "take down", "look"]
    assert document.actions == {"take down": 2, "replace": 0, "look": 1, "leave": 0}
    assert (document.files_looked_at, document.files_without) == (5, 1)
    assert [one.action for one in document.files[0].found] == ["take down", "look"]
    assert document.files[0].found[0].frames == 75
    assert as_model(plain(document), AuditDocument) == document


def test_the_table_has_a_row_for_each_place_and_each_failure() -> None:
    head, *rows = csv.reader(table(made("=1+1.jpg")).splitlines())
    assert tuple(head) == COLUMNS
    assert [row[0] for row in rows] == ["/d.mp4", "/d.mp4", "/=1+1.jpg", "/b.jpg", "/broken.jpg"]
    assert rows[-1][-1] == "it is truncated."
    named = dict(zip(COLUMNS, rows[0], strict=True))
    assert (named["done"], named["frames"], named["strength_px"]) == ("swirl", "75", "")
    assert 0 < float(named["risk_low"]) <= float(named["risk"]) <= float(named["risk_high"])


def test_the_page_escapes_names_and_fetches_nothing() -> None:
    text = page(made("<script>alert(1)<.jpg"))
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "http" not in text.replace('<meta http-equiv="Content-Security-Policy"', "")
    assert text.count("<img") == 1
    assert "frame 50, in about 75 of 100" in text
    assert "it is truncated." in text


def test_without_pictures_there_is_no_column_for_them() -> None:
    lines = [(Path("/c.jpg"), line(sight(place())))]
    text = page(audit_document(shipped_map(), lines, {}))
    assert "<img" not in text
    assert "<th></th>" not in text
