"""What redactions do to pixels: applied forwards, found from an original, guessed without one."""
