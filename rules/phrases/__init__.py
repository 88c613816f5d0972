"""Phrases: a text becomes a value, or a hint how to write it."""
