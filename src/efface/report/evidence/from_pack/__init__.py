"""From a pack that was opened to what its report says."""
