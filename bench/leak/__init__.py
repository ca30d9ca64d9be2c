"""The leak table: how far people can still be told apart after each redaction."""
