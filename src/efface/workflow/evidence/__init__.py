"""From an original to a pack, and from a pack to what a stranger or a court can check."""
