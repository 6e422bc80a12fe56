"""What hubs and other services open: a branch with student notebooks only, and links to it."""
