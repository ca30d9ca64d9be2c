"""Faces through time: where to look, following what was seen, and joining it into tracks."""
