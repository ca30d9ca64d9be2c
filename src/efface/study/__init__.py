"""The study of what each redaction leaves of people: how far they can still be told apart.

A *row* is one way to redact (``rows``). People (``people``) are *split* (``splits``): attackers are
fitted on some, chosen on others, and scored once on the rest, each of whom has clear pictures in
the *gallery* and redacted *probes* that are searched for in it. Each axis has one word:

* ``knowledge``: what an attacker knows, K0, K1, K2 or insider (``attack.interface.Knowledge``); the
  table's columns, for which ``choice`` chooses an attacker;
* ``frames``: how many looks at a face it has, one or many;
* ``gallery``: how many people it has to tell apart; a result says it as ``people``;
* ``context``: how much is left around the zone.

``features`` redacts and asks recognisers, ``attackers`` and ``rebuilders`` answer, ``figures``
scores; ``results`` goes that way for one row, ``jobs`` for all of them, in processes, and
``report/study`` draws the page. ``gate`` measures how often the gate of ``efface attack`` is wrong.
"""
