"""
What follows from what is known of a learner: the pure heart of the house.

Nothing here opens a file, asks a clock, speaks to a database or a network. So a
scenario in a designer's test, a replay of last term and the running service are
the same computation, and cannot give different answers.
"""
