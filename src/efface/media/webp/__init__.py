"""WebP: lossy, lossless and animated."""

from efface.media.webp.photo import open_webp

__all__ = ["open_webp"]
