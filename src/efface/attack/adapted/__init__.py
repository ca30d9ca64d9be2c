"""Attackers trained on redacted faces: small networks that come with efface, and linear maps that a
lab fits on its own pictures."""
