"""Drawing heads of people who do not exist, from nothing but numbers drawn at random.

``likeness`` draws a face's form and features from a linear model; ``canvas`` says which part of a
picture a head is drawn on, and at what scale; ``prior`` goes from noise to a head in its
surroundings; ``head`` draws one for a zone.
"""
