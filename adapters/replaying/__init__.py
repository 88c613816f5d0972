"""A history through rules, beside what other rules did with it: in parts, by many processes."""
