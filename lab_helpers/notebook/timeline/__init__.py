"""``lab.timeline``: what happened to an event, and in which execution environments, as a picture.

Everything is drawn from the cloud's journal: ``history`` folds its entries into runs, waits and
throttles; ``life`` tells one event's way, ``lanes`` many runs; the ``…_picture`` modules draw.
"""
