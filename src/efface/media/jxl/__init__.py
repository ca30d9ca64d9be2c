"""JPEG XL stills: lossless, lossy, and JPEG files that were packed into it."""

from efface.media.jxl.opening import open_jxl

__all__ = ["open_jxl"]
