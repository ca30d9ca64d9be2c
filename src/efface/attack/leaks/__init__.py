"""What a redacted file gives away besides the pixels of its zones."""
