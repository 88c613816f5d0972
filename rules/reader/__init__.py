"""
From nodes to meaning: each kind of block is read by one small file, beside the vocabulary.

Nothing is raised and nothing guessed: whatever is wrong is written to the findings, and the
thing that lacks it is left out, while its name stays known to others.
"""
