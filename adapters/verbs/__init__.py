"""The verbs of the command line, one a file; each has a `command` (or an `app` of subcommands)."""
