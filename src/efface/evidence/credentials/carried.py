"""What the signed file carries besides what it shows: Content Credentials, and nothing else.

A signature leaves room that it does not cover: the bytes around the manifests, and in MP4 and the
like some boxes. What is hidden there, a reader of Content Credentials does not see; inspect does.
"""

from __future__ import annotations

from pathlib import Path

from efface.evidence import names
from efface.evidence.credentials.reading import Credentials
from efface.evidence.finding import CheckResult
from efface.media.metadata.credentials import OWN_KIND
from efface.media.opening import open_media
from efface.policy import Limits

_SHOWN = 5


def check_carried(path: Path, credentials: Credentials, limits: Limits) -> CheckResult:
    """Whether the file carries its own Content Credentials, as they were read, and nothing else.

    Raises:
        InputError: the file cannot be read whole.
        RefusedError: its format cannot be handled.
    """
    found = open_media(path, limits).findings()
    own = [f.size for f in found if f.kind == OWN_KIND]
    others = [f"{f.kind} ({f.where})" for f in found if f.kind != OWN_KIND]
    if own != ([len(credentials.store)] if credentials.embedded else []):
        others.append("bytes that no signature covers, where the Content Credentials lie")
    if others:
        more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
        text = f"The file carries what efface does not write: {', '.join(others[:_SHOWN])}{more}."
        return CheckResult(names.CREDENTIALS_CARRIED, False, text)
    return CheckResult(
        names.CREDENTIALS_CARRIED,
        True,
        "The file carries nothing but what it shows and its Content Credentials.",
        "Nothing about what it shows.",
    )
