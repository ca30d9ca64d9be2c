"""The map of what redactions leave: many small experiments over one folder of people.

A *cell* is a way to redact, on faces of one native width. ``design`` lists the cells, ``folder``
says who is in which part, ``material`` makes faces of a width, ``cell`` measures one, ``work`` all
of them in processes, resuming; ``gallery`` says what a larger list of candidates would change,
``looks`` what many frames give, ``thresholds`` where an attacker finds nobody any more, ``form``
is the document, and ``tables`` its rows for other programs.
"""
