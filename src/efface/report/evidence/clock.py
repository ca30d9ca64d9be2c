"""Times in the reader's words: by the clock of the machine, with its distance from UTC, and UTC."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from efface.report.evidence.blocks import PageDocument, TextSpan
from efface.report.evidence.rewriting import rewritten
from efface.report.evidence.words import moment

_LINK = Path("/etc/localtime")
_ZONES = "zoneinfo/"
_NAME = re.compile(r"[A-Za-z0-9_+\-/]{1,64}")


def machine_zone() -> tuple[tzinfo, str]:
    """The time zone of this machine, and its name.

    Where its rules are not at hand (Windows), it is today's distance from UTC.
    """
    named = os.environ.get("TZ", "").removeprefix(":")
    if not named and _LINK.is_symlink():
        _, _, named = str(_LINK.resolve()).partition(_ZONES)
    if _NAME.fullmatch(named):
        try:
            return ZoneInfo(named), named
        except (ValueError, OSError, KeyError):
            pass
    now = datetime.now(UTC).astimezone()
    offset = now.utcoffset() or timedelta()
    return timezone(offset), now.tzname() or _offset(now)


def both(time: str, zone: tzinfo) -> str:
    """``2026-11-27 15:15:00 +05:45 (09:30:00 UTC)``; something else than a time as it stands."""
    try:
        known = datetime.strptime(time, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        local = known.astimezone(zone)
    except (ValueError, OverflowError):
        return moment(time)
    if not local.utcoffset():
        return moment(time)
    same = local.date() == known.date()
    utc = f"{known:%H:%M:%S} UTC" if same else moment(time)
    return f"{local:%Y-%m-%d %H:%M:%S} {_offset(local)} ({utc})"


def _offset(time: datetime) -> str:
    """``+05:45``."""
    text = f"{time:%z}"
    return f"{text[:3]}:{text[3:5]}"


def with_times(document: PageDocument, zone: tzinfo) -> PageDocument:
    """The same, with its times written out."""

    def change(part: object) -> object:
        if isinstance(part, TextSpan) and part.style == "moment":
            return TextSpan(both(part.text, zone), "plain")
        return part

    return rewritten(document, change)
