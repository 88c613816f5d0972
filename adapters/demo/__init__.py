"""The demonstration: a term of a synthetic cohort, lived through in half a minute."""
