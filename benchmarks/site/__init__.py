"""Weight and speed of the built pages, measured in a browser as a reader's machine would meet them.

Run ``python -m benchmarks.site``: it prints one line for each page, next to the same sources built
by a stock Jupyter Book where that was built, and says which budgets are missed.
"""
