"""Wallets and hosts that learners let in: OAuth 2.0, and the Open Badges 3.0 API behind it."""
