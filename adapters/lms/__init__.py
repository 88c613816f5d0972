"""What is done in a learning platform: releases, locks, groups, as requests that it is sent."""
