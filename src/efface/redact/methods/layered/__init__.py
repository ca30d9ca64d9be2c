"""``layered``: a soft blob in a face's coarse colours, with secret noise for each cell.

``grid`` takes the means of a few cells, ``channel`` puts noise on them and says how many bits can
have passed, ``shape`` draws them, ``background`` goes on with what lies around the zone, ``moment``
chooses the one picture of a track, and ``kept`` is what a court repeats it from. ``method`` joins
them.
"""
