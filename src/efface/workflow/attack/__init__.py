"""``efface attack``: the red team let loose on one redacted file, with its original at hand."""
