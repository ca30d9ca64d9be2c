"""``efface schema``: the published forms of documents."""

from __future__ import annotations

import click

from efface.cli.command import Command
from efface.cli.options import print_json
from efface.cli.text import say


@click.command(
    cls=Command,
    short_help="Print the JSON schema of a document, or list them.",
    examples=("efface schema", "efface schema regions > regions.schema.json"),
    codes=(0, 2),
)
@click.argument("name", required=False)
def schema(name: str | None) -> int:
    """Print the JSON schema (draft 2020-12) of the document NAME that efface reads or writes.

    Without a NAME, list what there is.
    """
    from efface.api.schemas import DOCUMENTS
    from efface.api.schemas import schema as published

    if name is not None:
        print_json(published(name))
        return 0
    width = max(map(len, DOCUMENTS))
    for known, document in DOCUMENTS.items():
        say(f"{known:<{width}}  {document.title}: {document.says}")
    return 0
