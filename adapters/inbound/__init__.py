"""Other people's events, as engine.events.Event: native JSON, xAPI, tables, OULAD, files."""
