"""What comes out of a run: a table, feedback for students, results for Gradescope."""
