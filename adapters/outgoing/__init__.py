"""What leaves: effects become outbox rows, rows become messages and calls, and are carried out."""
