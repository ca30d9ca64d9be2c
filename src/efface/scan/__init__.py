"""Who could be identified: closer looks at the faces of a file, and what they come to."""
