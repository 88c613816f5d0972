"""Open Badges: build, sign, publish, take back and verify what rules have awarded."""
