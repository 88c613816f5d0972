"""Random histories that drive rule packs, and what must never come of them."""
