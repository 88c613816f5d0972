"""HTTP: what comes in, what can be asked, and who may."""
