"""What an operator can set: the tree, the kinds of values, where they come from."""
