"""Facts that plug-ins answer, in a process of their own."""
