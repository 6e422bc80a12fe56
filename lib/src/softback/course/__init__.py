"""What the book asks, and what it answers."""
