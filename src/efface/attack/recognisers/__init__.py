"""Face recognisers: aligned chips in, templates out."""
