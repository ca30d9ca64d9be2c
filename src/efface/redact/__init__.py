"""From regions to zones, and filling them."""
