"""The service without its doors: batches in, timers swept, rulesets put in force."""
