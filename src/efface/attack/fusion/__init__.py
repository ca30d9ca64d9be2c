"""Many frames of one face: each redaction is another measurement of the same picture."""
