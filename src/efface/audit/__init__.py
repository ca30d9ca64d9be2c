"""Archives of what is published: faces that other tools have redacted, listed by how much an
informed attacker could still get.

``journal`` keeps what each file shows, on disk, so that a run that was stopped goes on; ``run``
looks through files in confined processes; ``ranking`` says what to do first; ``result``, ``table``
and ``page`` tell it.
"""
