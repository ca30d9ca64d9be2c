"""Files as users give and get them: paths, output that appears whole, locks, bounded reading."""
