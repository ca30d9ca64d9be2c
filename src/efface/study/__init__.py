"""The study of what each redaction leaves of people: how far they can still be told apart.

A *row* is one way to redact. People are *split*: attackers are fitted on some, chosen on others,
and scored once on the rest, each of whom has clear pictures in the *gallery* and redacted *probes*
that are searched for in it. A *column* is what an attacker knows (``knowledge``: K0, K1, K2,
insider) or what kind it is; further axes are how many ``frames`` of a face it has and how much is
left around the zone (``context``).
"""
