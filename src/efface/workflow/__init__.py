"""The main jobs, joined from the other rooms: one file, then many."""
