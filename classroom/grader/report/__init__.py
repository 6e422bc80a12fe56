"""The reports of a run: a table, feedback for students, results for Gradescope."""
