"""How it is going: who has earned what, who is stuck on what, and what rules did."""
