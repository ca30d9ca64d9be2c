"""From regions to zones: how boxes grow, move and lie on the sphere, and painting them."""
