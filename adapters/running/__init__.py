"""A running service: the parent, its worker, the schedule, and rules taken in while it runs."""
