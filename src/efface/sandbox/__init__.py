"""Hostile files read apart: in a process without network and without the user's files.

``redactor`` does what ``workflow.redact.file`` does, in a worker that one mechanism of three
confines (``choice``): ``bubblewrap``, ``landlock``, or ``limits`` alone. docs/sandbox.md says what
each keeps from a file that takes over its decoder, and what none does.
"""
