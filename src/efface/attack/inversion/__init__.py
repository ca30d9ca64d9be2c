"""Known-operator inversion: what was blurred or tiled is computed back."""
