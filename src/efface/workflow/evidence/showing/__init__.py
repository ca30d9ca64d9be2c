"""``efface pack show``: from what a pack holds to what the evidence report shows."""
