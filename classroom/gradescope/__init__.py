"""What Gradescope runs: ``setup.sh`` once, ``run_autograder`` for each submission."""
