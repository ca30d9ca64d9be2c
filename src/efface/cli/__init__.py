"""The command line: one file a command, no logic of its own."""

import gc

gc.set_threshold(20_000, 20, 20)
"""Objects between two searches for unreachable ones: with Python's 700 it searches a hundred times
while modules are imported, for nothing."""
