"""Explanations for learners: the same proof, in plain words and in their own language."""
