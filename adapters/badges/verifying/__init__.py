"""Is a credential genuine? Ours or anybody's: every check, and why it passed or did not."""
