"""What people are asked, and their answers: from the list to the event."""
