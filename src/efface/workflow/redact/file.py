"""One file, photo or video: by its first bytes."""

from __future__ import annotations

from efface.errors import StoppedError, in_own_words
from efface.events import Listener, ignore
from efface.media.sniff import is_video
from efface.media.source import Source
from efface.workflow.redact.draft import Draft
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.photo import redact_photo
from efface.workflow.redact.report import FileReport

STOPPED = "it was interrupted; nothing of it was written."


def redact_file(asked: FileOrder, listen: Listener = ignore) -> FileReport:
    """Redact one file.

    Returns:
        What became of it. Whatever kept it from being released, bugs and an interruption included,
        is the report's ``error``; nothing is left behind then, but a video's saved analysis.
    """
    draft = Draft(asked.source, listen)
    try:
        source = Source(asked.source)
        asked = asked.with_regions(source)
        asked.check_allowed()
        if is_video(source):
            from efface.workflow.redact.video import redact_video  # noqa: PLC0415 - not for photos

            return redact_video(asked, source, draft)
        return redact_photo(asked, source, draft)
    except Exception as error:
        return draft.report.failing(in_own_words(error, asked.source))
    except KeyboardInterrupt:
        return draft.report.failing(StoppedError(STOPPED))
