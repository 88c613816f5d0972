"""Pages for people: what a learner holds, what an employer checks, and all that can be earned."""
