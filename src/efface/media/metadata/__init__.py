"""Metadata blocks that several formats share: EXIF, ICC profiles, XMP."""
