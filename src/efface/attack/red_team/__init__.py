"""The red team: all attacks on a file and the people in it, and what came of them."""
