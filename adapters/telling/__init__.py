"""What people are told on a terminal: problems, reasons, progress."""
