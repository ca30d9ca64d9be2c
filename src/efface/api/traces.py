"""What a file carries besides pixels and sound: ``efface.inspect``."""

from __future__ import annotations

from efface.arguments import AnyPath, GivenPolicy, path_from, policy_from
from efface.media.siblings import beside, name_findings
from efface.media.sniff import kind_of_file, open_photo
from efface.media.trace import Trace

__all__ = ["Trace", "inspect"]


def inspect(path: AnyPath, *, policy: GivenPolicy = None) -> tuple[Trace, ...]:
    """What a photo or video carries besides its visible pixels and its sound that could show,
    locate or name someone. Photos are decoded for it.

    Raises:
        InputError: the file cannot be read whole.
        RefusedError: its format cannot be handled.
    """
    source, asked = path_from(path), policy_from(policy)
    if kind_of_file(source) == "video":
        from efface.media.video import open_video  # noqa: PLC0415 - not needed for photos

        found = open_video(source, asked.limits, asked.video.track).findings()
    else:
        photo = open_photo(source, asked.limits)
        for frame in range(len(photo.sizes)):  # damage is told here as redacting would tell it
            photo.picture(frame)
        found = photo.findings()
    return (*found, *name_findings(source), *beside(source))
