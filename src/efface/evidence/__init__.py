"""What keeps the evidence value of an original: signatures, custody, seals, timestamps, proofs."""
