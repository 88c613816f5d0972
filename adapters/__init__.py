"""
All that touches the world: command line, HTTP, web pages, database, LMS, mail, keys, clock.

The rooms below say what they need as protocols and values; here those are met by
libraries that may change without a rule, a message or a verdict changing with them.
"""
