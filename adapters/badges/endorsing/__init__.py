"""Endorsements: what others say in favour of an achievement or an issuer, and what we say."""
