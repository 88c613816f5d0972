"""A person's brakes on rules: pause, confirm, undo. What they do is in the database at once."""
