"""GIF, still and animated."""

from efface.media.gif.photo import open_gif

__all__ = ["open_gif"]
