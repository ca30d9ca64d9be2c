"""The custody log: who did what with a case, and when; each entry signed and chained."""
