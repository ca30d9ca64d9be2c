"""``replace``: a drawn head of nobody in place of each face.

``method`` decides which faces can be replaced, ``drawing`` has a head drawn for each when it is
first shown what surrounds it, ``model`` says which network draws, ``seam`` lays a head into a zone
so that no edge shows, and ``filling`` has what is kept of them under seal. The heads come from
``efface.generate``.
"""
