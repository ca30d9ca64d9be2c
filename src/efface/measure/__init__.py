"""Numbers only: ranks, bits, intervals, gates. Nothing here reads or writes a file."""
