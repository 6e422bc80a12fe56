"""Teach from the book: exercise sheets, what is made of them, and the grader."""
