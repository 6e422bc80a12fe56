"""Weight and speed of the built pages, measured in a browser as on a reader's machine.

Run ``python -m benchmarks.site``: it prints one line for each page, next to the same sources built
by a stock Jupyter Book where that was built, and says which budgets are missed.
"""
