"""How many readers one small machine serves: the built book behind nginx, asked by wrk."""
