"""Files of history: gathered by learner for a replay, or brought into a database by time."""
