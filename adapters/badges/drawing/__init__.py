"""Pictures of badges, and certificates on paper, drawn by Typst from templates."""
