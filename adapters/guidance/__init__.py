"""What a learner is close to, by an imported framework of occupations, and what closes the gap."""
