"""HTML pages that stand alone in a file: without a script, without a network, readable in print."""
