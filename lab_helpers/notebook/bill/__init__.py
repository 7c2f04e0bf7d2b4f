"""``lab.bill``: what this lab's invocations would have cost at AWS, and what a month would.

``seen`` is what was metered; ``from_journal`` and ``from_logs`` find it; ``month`` is what a
learner supposes of a month. Prices and arithmetic are ``lab_helpers.pricing``'s, nothing else's.
"""
