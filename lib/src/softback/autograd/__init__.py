"""Two small systems that differentiate a whole computation, one operation at a time.

`functions` runs each operation at once, and its gradients are arrays. `graph` first builds nodes
and runs them later, and its gradients are nodes again, so they have gradients of their own. Both
walk back over the computation in the same way, which is all that they share.
"""
