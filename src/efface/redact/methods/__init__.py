"""One file a method of redaction: from what the policy says to what is put into zones."""
