"""Keys that sign: made here, issued by an authority, or held by a device; and those one knows."""
