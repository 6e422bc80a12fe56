"""The Matplotlib style of the book and the figures that take more than ten lines."""
