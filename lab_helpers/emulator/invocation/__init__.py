"""Who runs where, and what follows: from a resolved target to an environment and back."""
