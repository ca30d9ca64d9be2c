"""Windows and OS/2 bitmaps."""

from efface.media.bmp.photo import open_bmp

__all__ = ["open_bmp"]
