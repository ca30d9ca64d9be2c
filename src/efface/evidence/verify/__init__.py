"""What a stranger and a court can check, each finding in a sentence."""
