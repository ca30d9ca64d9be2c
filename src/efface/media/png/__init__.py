"""PNG and animated PNG."""

from efface.media.png.photo import open_png

__all__ = ["open_png"]
