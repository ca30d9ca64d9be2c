"""Attacks on redacted media: what an informed adversary would do, one file a family."""
