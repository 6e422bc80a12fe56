"""What is cut out of a page for one cell: programs made to break it print what all cells print."""

import contextlib
import io

import numpy as np
import pytest

from page_python.inside import cutting

# The cells of each page, divided by rules; the last one prints.
PAGES = {
    "a loop that never runs": """
found = 1
---
for n in range(0):
    found = n
---
print(found)
""",
    "a loop that reads first": """
before = 5
---
for n in range(2):
    last = before
    before = n
print(last)
""",
    "a loop in a loop": """
name = 3
---
for a in range(2):
    for name in "ab":
        found = [name]
        print(found)
""",
    "state of a generator": """
import numpy as np
rng = np.random.default_rng(1)
---
a = rng.normal(size=3)
---
b = rng.normal(size=3)
print(b)
""",
    "settings by a function that was imported": """
import numpy as np
from numpy import set_printoptions
---
set_printoptions(precision=2)
---
print(np.array([1 / 3]))
""",
    "global generator": """
import numpy as np
---
np.random.seed(3)
---
x = np.random.normal()
---
print(np.random.normal())
""",
    "stdlib random": """
import random
random.seed(1)
---
random.random()
---
print(random.random())
""",
    "augmented list": """
a = [1]
b = a
---
b += [2]
---
print(a)
""",
    "view": """
import numpy as np
Y = np.zeros((2, 2))
---
row = Y[0]
---
row[:] = 5
---
print(Y)
""",
    "view by method": """
import numpy as np
Y = np.zeros(4)
---
Z = Y.reshape(2, 2)
---
Z[0, 0] = 1
---
print(Y)
""",
    "out=": """
import numpy as np
a = np.ones(2)
b = np.empty(2)
---
np.exp(a, out=b)
---
print(b)
""",
    "np.add.at": """
import numpy as np
a = np.zeros(3)
---
np.add.at(a, [0, 0], 1)
---
print(a)
""",
    "fill_diagonal": """
import numpy as np
a = np.zeros((2, 2))
---
np.fill_diagonal(a, 7)
---
print(a)
""",
    "function with a global": """
k = 1
def f():
    return k
---
k = 5
---
print(f())
""",
    "another name inside of a function": """
seen = []
def note(x):
    found = seen
    found.append(x)
---
note(1)
---
print(seen)
""",
    "another name of an argument": """
a = [1]
def note(x):
    found = x
    found.append(2)
---
note(a)
---
print(a)
""",
    "a name that may hold another object": """
a = [1]
b = a
---
for b in []:
    pass
---
b.append(2)
---
print(a)
""",
    "a name that is given to itself": """
a = [1]
b = a
---
b = b or None
---
b.append(2)
---
print(a)
""",
    "global statement": """
n = 0
def f():
    global n
    n += 1
---
f()
f()
---
print(n)
""",
    "function that writes into its argument": """
def f(a):
    a.append(1)
---
x = []
---
f(x)
---
print(x)
""",
    "two functions deep": """
def g(a):
    a.append(1)
def f(a):
    g(a)
---
x = []
---
f(x)
---
print(x)
""",
    "dict of lists": """
d = {}
---
for k in 'ab':
    d.setdefault(k, []).append(k)
---
print(d)
""",
    "object that holds another": """
class A:
    def __init__(self, w):
        self.w = w
    def step(self):
        self.w[0] += 1
---
w = [0]
a = A(w)
---
a.step()
---
print(w)
""",
    "attribute": """
class A: pass
a = A()
a.x = 1
---
a.x = 2
---
print(a.x)
""",
    "class attribute": """
class A:
    n = 0
---
A.n = 3
---
print(A().n)
""",
    "loop binds": """
for i in range(3):
    last = i
---
print(last, i)
""",
    "if binds": """
x = 1
---
if x:
    y = 2
else:
    y = 3
---
print(y)
""",
    "try binds": """
try:
    import nothing_there as m
except ImportError:
    m = None
---
print(m)
""",
    "with binds": """
import io
with io.StringIO() as f:
    f.write('a')
    t = f.getvalue()
---
print(t)
""",
    "walrus": """
if (n := 5) > 2:
    pass
---
print(n)
""",
    "del": """
x = 1
y = 2
---
del x
---
try:
    print(x)
except NameError:
    print('gone')
""",
    "unpacking": """
(a, [b, *c]) = (1, [2, 3, 4])
---
print(a, b, c)
""",
    "submodule": """
import os.path as p, os
---
print(p.basename('/a/b'), os.sep)
""",
    "import of a submodule by its parent": """
import xml.dom
---
import xml.dom.minidom
---
print(xml.dom.minidom.__name__)
""",
    "star": """
from math import *
---
print(floor(2.5))
""",
    "decorator": """
def twice(f):
    return lambda *a: 2 * f(*a)
---
@twice
def f(x):
    return x
---
print(f(2))
""",
    "default argument": """
k = 3
---
def f(a=k):
    return a
---
k = 9
---
print(f())
""",
    "closure made by a call": """
def make():
    n = [0]
    def step():
        n[0] += 1
        return n[0]
    return step
---
step = make()
---
step()
---
print(step())
""",
    "monkey patch of a module": """
import math
---
math.tau2 = 12
---
print(math.tau2)
""",
    "print options": """
import numpy as np
x = np.array([1 / 3])
---
np.set_printoptions(precision=3)
---
print(x)
""",
    "lambda in a list": """
k = 2
fs = [lambda: k]
---
k = 3
---
print(fs[0]())
""",
    "function as a value": """
k = 1
def f():
    return k
d = {'f': f}
---
k = 2
---
print(d['f']())
""",
    "iterator that is used up": """
it = iter([1, 2, 3])
---
next(it)
---
print(next(it))
""",
    "iterator used up by list": """
it = iter([1, 2, 3])
---
list(it)
---
print(list(it))
""",
    "name by exec": """
exec('q = 4')
---
print(q)
""",
    "name by globals": """
globals()['q'] = 4
---
print(q)
""",
    "cache": """
from functools import cache
@cache
def f(n):
    return []
---
f(1).append(5)
---
print(f(1))
""",
    "change through a call": """
a = [[1]]
def first():
    return a[0]
---
first().append(2)
---
print(a)
""",
    "change through an element of a container": """
a = [1]
box = [a]
---
box[0].append(2)
---
print(a)
""",
    "map with an effect": """
seen = []
---
list(map(seen.append, [1, 2]))
---
print(seen)
""",
    "comprehension with an effect": """
seen = []
---
[seen.append(i) for i in range(2)]
---
print(seen)
""",
    "method stored in a name": """
seen = []
put = seen.append
---
put(1)
---
print(seen)
""",
    "setattr by name": """
class A: pass
a = A()
---
setattr(a, 'x', 3)
---
print(a.x)
""",
    "sort through sorted key": """
log = []
def key(x):
    log.append(x)
    return x
---
sorted([2, 1], key=key)
---
print(log)
""",
    "environment": """
import os
---
os.environ['Q'] = '1'
---
print(os.environ.get('Q'))
""",
}


def printed(blocks, last):
    """Return what the last block prints, or the error that it ends with."""
    space, out = {"__name__": "__main__"}, io.StringIO()
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            for tree in blocks:
                exec(compile(tree, "cell", "exec"), space)
        with contextlib.redirect_stdout(out):
            exec(compile(last, "cell", "exec"), space)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return out.getvalue()


@pytest.mark.parametrize("name", PAGES)
def test_what_is_cut_out_prints_what_all_cells_print(name):
    cells = PAGES[name].strip("\n").split("\n---\n")
    *before, last = cutting.parse(cells)[0]
    options = np.get_printoptions()
    program = cutting.cut(cells, len(cells) - 1)
    part = printed([tree for _, tree in program.before], program.cell)
    np.set_printoptions(**options)
    assert part == printed(before, last)
    np.set_printoptions(**options)


def test_what_is_not_needed_is_left_out():
    cells = [
        "import numpy as np, sympy",
        "a = np.ones(2)\nb = sympy.pi",
        "for n in a: n",
        "n = 2\nn + a",
    ]
    program = cutting.cut(cells, 3)
    assert program.packages == ["numpy"]
    kept = [(n, [type(node).__name__ for node in tree.body]) for n, tree in program.before]
    assert kept == [(0, ["Import"]), (1, ["Assign"])]
    assert [alias.name for alias in program.before[0][1].body[0].names] == ["numpy"]


def test_a_name_that_is_used_again_connects_nothing():
    cells = [
        "a = [1]\nb = {}",
        "def size(x):\n    found = [x]\n    found.append(len(x))\n    return found[1]",
        "for name, x in [('a', a)]: x",
        "for name in 'xy':\n    b[name] = []\n    b[name].append(size(name))",
        "found = a",
        "print(found)",
    ]
    assert [n for n, _ in cutting.cut(cells, 5).before] == [0, 4]


def test_a_seeded_generator_changes_no_settings():
    cells = ["import numpy as np", "a = np.random.default_rng(1).normal()", "np.sqrt(2)"]
    assert [n for n, _ in cutting.cut(cells, 2).before] == [0]


def test_names_of_comprehensions_stay_inside():
    cells = ["n = 1", "a, b, c = [n for n in 'ab'], {n for n in 'ab'}, {n: n for n in 'ab'}"]
    assert cutting.cut(cells, 1).before == []


# Texts that are no Python, and what further down still runs or asks for them.
BROKEN = {
    "y = (2 +": ({"y"}, {"x"}),
    "def f(x:\n    w = x\n    return w": ({"f"}, {"x", "w"}),
    "class K\n    n = 1": ({"K"}, {"n"}),
    "import math, x as\nfrom os import path as": ({"math", "path"}, {"y"}),
    "a, b.c = 1,, 2\nd[0] =": ({"a", "b", "d"}, {"x"}),
    "# x = 1\nprint(x, sep=": (set(), {"x"}),
    "    x = 1\n(": (set(), {"x"}),
}


@pytest.mark.parametrize("text", BROKEN, ids=repr)
def test_a_cell_that_is_no_python_stops_only_what_needs_it(text):
    binds, others = BROKEN[text]
    for name in binds:
        with pytest.raises(cutting.SyntaxIn) as found:
            cutting.cut(["w = x = n = y = 1", text, f"{name} + 1"], 2)
        assert found.value.args[0] == 1
    for name in others:
        program = cutting.cut(["w = x = n = y = 1", text, f"{name} + 1"], 2)
        assert [n for n, _ in program.before] == [0]
    with pytest.raises(cutting.SyntaxIn):
        cutting.cut(["x = 1", text], 1)
