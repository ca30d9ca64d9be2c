"""JPEG, redacted without encoding the rest of the picture again."""

from efface.media.jpeg.photo import JpegPhoto, open_jpeg

__all__ = ["JpegPhoto", "open_jpeg"]
