"""The review app: a page in the user's own browser, served from this computer to this computer."""
