"""The messages: written by designers, sent once, in good time."""
