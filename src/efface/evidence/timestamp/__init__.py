"""Timestamps of a third party (RFC 3161): asked for, fetched, and checked offline."""
