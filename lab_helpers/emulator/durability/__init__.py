"""What the learner made, kept on disk: one SQLite file per account. Knows nothing of moto."""
