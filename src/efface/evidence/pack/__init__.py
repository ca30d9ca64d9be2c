"""The pack of a case: a folder in open formats that can be checked with standard tools."""
