"""How often the gate of ``efface attack`` is wrong: on fills that tell nothing, on another person's
face, and on redactions that everybody knows to be weak. Gives attack/calibration.toml.

It is the very gate that users run: the same attacks, recognisers and distractors. Of each weak
redaction kind and strength are measured too, as the command fits them to a zone, so that a result
can name the row that is nearest to it; and what a stronger attacker reached in the leak table.
"""
