"""TIFF and BigTIFF."""

from efface.media.tiff.photo import open_tiff

__all__ = ["open_tiff"]
