"""``efface redact``: one file, or many, from the order to what is released."""
