"""Finding faces, and looking again at the written file."""
