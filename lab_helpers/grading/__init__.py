"""The engine of the checks: it sees a cloud through boto3, never through a notebook's variables.

``check`` registers conditions, ``evidence`` is what they look at, ``expectations`` is how they
say what does not hold, ``engine`` runs them, ``report`` shows what came of it.
"""
