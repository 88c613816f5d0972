"""The log-in from an LMS, by LTI 1.3: the checks of a launch, and whose page it opens."""
