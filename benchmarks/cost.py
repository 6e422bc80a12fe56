"""Measure what four ways to a gradient cost, against the number of classes.

Run it on a quiet machine, from the root: ``python -m benchmarks.cost [--quick] [--save]``. Time is
the CPU time of the fastest of several runs; memory is the peak of what a call allocates, its result
included. ``--save`` records both in ``cost.json``, from which the chapter on code draws its figure.
"""

import argparse
import json
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.speed import cpu_time, machine, peak_memory
from softback import cross_entropy_and_grad, slow, softmax, softmax_vjp

RECORD = Path(__file__).with_name("cost.json")
ROWS = 4
FEWEST = 16
# The last number of classes for each way: what takes C² numbers stops early.
MOST = {"loops": 1024, "batched Jacobian": 2048, "softmax_vjp": 2**18, "fused loss": 2**18}
SAMPLES = 7
SECONDS_PER_SAMPLE = 0.02


def calls(classes):
    """Return each way as a call without arguments, on ``ROWS`` random rows of that many classes."""
    z, g = np.random.default_rng(0).standard_normal((2, ROWS, classes))
    y, t = softmax(z), np.arange(ROWS)
    return {
        "loops": partial(slow.vjp_loop, y, g),
        "batched Jacobian": partial(slow.vjp_batched_jacobian, y, g),
        "softmax_vjp": partial(softmax_vjp, y, g),
        "fused loss": partial(cross_entropy_and_grad, z, t),
    }


def cpu_seconds(call):
    """Return the CPU seconds of one call, from the fastest of several samples."""
    call()
    repeats = max(1, int(SECONDS_PER_SAMPLE / max(cpu_time(call, 1), 1e-6)))
    return min(cpu_time(call, repeats) for _ in range(SAMPLES))


def measure(most):
    """Yield one row for each way and number of classes: powers of two up to ``most`` of the way."""
    for way, last in most.items():
        classes = FEWEST
        while classes <= last:
            call = calls(classes)[way]
            yield {
                "way": way,
                "classes": classes,
                "seconds": cpu_seconds(call),
                "bytes": peak_memory(call, unit=1),
            }
            classes *= 2


def main():
    """Measure, print, and record the result if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="stop at 128 classes")
    parser.add_argument("--save", action="store_true", help=f"record the result in {RECORD.name}")
    options = parser.parse_args()
    rows = []
    for row in measure(dict.fromkeys(MOST, 128) if options.quick else MOST):
        rows.append(row)
        print("{way:18}{classes:8} classes {seconds:.3e} s {bytes:12,} bytes".format(**row))
    if options.save:
        record = {"machine": machine(), "example rows": ROWS, "rows": rows}
        RECORD.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
