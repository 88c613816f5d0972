"""Credentials inside pictures: Open Badges 3.0, section 5.3, in PNG and SVG."""
