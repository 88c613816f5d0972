"""Other people's frameworks of skills, read and kept; and ours, written as others read them."""
