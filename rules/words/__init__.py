"""The rows of the vocabulary, by where a word stands."""
