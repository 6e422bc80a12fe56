"""The museum: wrong softmaxes, what each looks like, what shows it, and which check catches it."""
