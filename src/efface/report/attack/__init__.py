"""The HTML report of an attack: one file that opens without a network."""
