"""Submissions that fool, break or harm: each with the points that it deserves, by exercise.

A submission is a function of the `Scene` of the test, and returns the bytes or the text to hand in.
The points are those of softmax, softmax_vjp and slope, two for each.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from tests.classroom.grader_sheet import (
    CHECKS,
    RIGHT,
    SOFTMAX,
    STUB,
    WRONG,
    cells,
    code,
    notebook,
    written,
)

ALL, NOTHING, REST = (2, 2, 2), (0, 0, 0), (0, 2, 2)
MARK = "softback-left-behind"
GUARDED = "confidential-cobweb"
PLANTED = tuple(f"softback-planted-{kind}" for kind in ("file", "folder", "link", "pipe"))


@dataclass(frozen=True)
class Scene:
    """What is there to be attacked.

    Attributes
    ----------
    secret : pathlib.Path
        A file that may not be read.
    folder : pathlib.Path
        A folder in which nothing may be written.
    library : pathlib.Path
        The folder of softback.
    sheet : pathlib.Path
        The source of the sheet, hidden tests and answers included.
    port : int
        Where somebody listens on loopback.
    """

    secret: Path
    folder: Path
    library: Path
    sheet: Path
    port: int


SUBMISSIONS = {}


def planted(*folders):
    """Return where submissions try to leave something, other than in the guarded folder."""
    places = (*folders, Path("/tmp"), Path("/"), Path("/dev/shm"), Path("/root"))
    return [folder / name for folder in places for name in PLANTED]


def deserves(points):
    """Enter a submission into the table."""

    def enter(make):
        SUBMISSIONS[make.__name__] = make, points
        return make

    return enter


def function(body, name="softmax", arguments="z"):
    """Return the code of a function with an indented body."""
    lines = "".join(f"\n    {line}" for line in body.strip("\n").split("\n"))
    return f"def {name}({arguments}):{lines}"


def last_resort(attack, good=SOFTMAX):
    """Return code of a right function, and an attack whose failure goes unnoticed."""
    body = "\n".join(f"    {line}" for line in attack.strip("\n").split("\n"))
    return f"{good}\ntry:\n{body}\nexcept BaseException:\n    pass"


# ---- honest work


@deserves(ALL)
def right(scene):
    return notebook()


@deserves(ALL)
def names_of_any_alphabet(scene):
    body = "δ = (ｇ * y).sum(-1, keepdims=True)\nреже = g - δ\nreturn y * реже"
    return notebook(softmax_vjp=function(body, "softmax_vjp", "y, g"))


@deserves(ALL)
def imports_that_are_not_here_in_one_cell_with_numpy(scene):
    wanted = "import pandas as pd\nfrom google.colab import drive\ndrive.mount('/content')\n"
    return written([code(f"{wanted}import numpy as np"), *cells()])


@deserves(ALL)
def imports_that_are_not_here_in_one_statement_with_numpy(scene):
    wanted = "!pip install seaborn \\\n    pandas\nimport pandas as pd, numpy as np"
    return written([code(wanted), *cells()[2:]])


@deserves(ALL)
def everything_that_numpy_has(scene):
    return notebook(softmax=f"from numpy import *\n{SOFTMAX.replace('np.', '')}")


@deserves(ALL)
def more_digits_than_can_cross(scene):
    return notebook(softmax=SOFTMAX.replace("    e =", "    z = z.astype(np.longdouble)\n    e ="))


@deserves(ALL)
def imports_of_the_standard_library(scene):
    wanted = "from __future__ import annotations\nimport queue, unicodedata\n"
    return notebook(
        softmax=f"{wanted}import numpy.typing as npt\n{SOFTMAX}",
        slope="def slope(f: Unknown, x): return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5",
    )


@deserves((2, 2, 0))
def a_statement_that_fails_costs_what_needs_it(scene):
    factor = "from scipy.constants import hbar\nfactor = hbar\n"
    return notebook(slope=f"{factor}{function('return factor', 'slope', 'f, x')}\n{SOFTMAX}")


@deserves((1, 2, 1))
def half_right(scene):
    five_rows_are_too_many = SOFTMAX.replace("    e =", "    if len(z) == 5: return z\n    e =", 1)
    what_the_check_wants = function("return 6.0", "slope", "f, x")
    return notebook(softmax=five_rows_are_too_many, slope=what_the_check_wants)


@deserves(NOTHING)
def blank(scene):
    return notebook(STUB)


@deserves(REST)
def naive_softmax_overflows(scene):
    return notebook(softmax=function("e = np.exp(z)\nreturn e / e.sum(axis=-1, keepdims=True)"))


@deserves(REST)
def syntax_error(scene):
    return notebook(softmax="def softmax(z)\n    return z")


@deserves(REST)
def function_missing(scene):
    return notebook(softmax="soft_max = None")


@deserves(REST)
def not_a_function(scene):
    return notebook(softmax="softmax = np.ones(3)")


@deserves(REST)
def changed_signature(scene):
    return notebook(softmax=SOFTMAX.replace("(z)", "(z, temperature)", 1))


@deserves(ALL)
def harmless_signature(scene):
    return notebook(
        softmax=SOFTMAX.replace("(z)", "(z, *, axis=None, **more)", 1),
        softmax_vjp=RIGHT["softmax_vjp"].replace("(y, g)", "(y, *, g)", 1)
        + "\nplain = softmax_vjp\ndef softmax_vjp(y, g): return plain(y, g=g)",
    )


@deserves(ALL)
def magics(scene):
    return notebook(
        before=["%matplotlib inline\n!ls\nfiles = !ls\nnp.exp?", "%%bash\nrm -rf /"],
        softmax=f"%%time\n{SOFTMAX}",
        slope="def slope(f, x):\n    h = 1e-5 + (1e-5\n      % 1e-6) * 0\n"
        "    return (f(x + h) - f(x - h)) / (2 * h)",
    )


@deserves(ALL)
def pictures_beside_the_answers(scene):
    return notebook(
        before=["from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'))"],
        softmax=f"import matplotlib\nimport matplotlib.pyplot as plt\n{SOFTMAX}\n"
        "fig, ax = plt.subplots()\nax.plot(softmax(np.arange(3.0)))\nplt.show()",
    )


@deserves(ALL)
def much_output(scene):
    return notebook(
        before=["print('x' * 20_000_000)", "import os\nos.write(1, b'x' * 20_000_000)"],
        softmax=SOFTMAX.replace("    return", "    print('x' * 1_000_000)\n    return"),
    )


@deserves(REST)
def asks_the_keyboard(scene):
    return notebook(softmax=function("input()\nreturn z"), after=["input('points? ')"])


@deserves(ALL)
def leaves_by_sys_exit(scene):
    return notebook(before=["import sys\nsys.exit()", "raise SystemExit(3)", "quit()"])


@deserves(REST)
def function_leaves_by_sys_exit(scene):
    return notebook(softmax=function("raise SystemExit"))


# ---- notebooks that are not as they were handed out


@deserves(NOTHING)
def edited_tests(scene):
    easy = {name: "assert True" for name in CHECKS}
    found = cells(STUB, checks=easy)
    for cell in found:
        cell["metadata"] |= {"points": 100, "nbgrader": {"grade": True, "points": 100}}
    return written(found, metadata={"score": 100})


@deserves(ALL)
def deleted_tests(scene):
    return notebook(checks=None)


@deserves(ALL)
def copied_tests_and_answers(scene):
    return written([*cells(), *cells()[2:], *cells()[2:]])


@deserves(REST)
def stub_copied_below_the_answer(scene):
    return notebook(after=[STUB["softmax"]])


@deserves(ALL)
def stripped_metadata(scene):
    return json.dumps({"cells": [{k: v for k, v in c.items() if k != "metadata"} for c in cells()]})


@deserves(ALL)
def old_format(scene):
    old = [
        {"cell_type": c["cell_type"], "input": c["source"], "source": c["source"]} for c in cells()
    ]
    for cell in old:
        del cell["source" if cell["cell_type"] == "code" else "input"]
    return json.dumps({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": old}]})


@deserves(ALL)
def future_format(scene):
    return written(cells(), nbformat=99, nbformat_minor="x")


@deserves(ALL)
def lines_and_byte_order_mark(scene):
    found = [c | {"source": c["source"].splitlines(keepends=True)} for c in cells()]
    return b"\xef\xbb\xbf" + written(found).encode()


@deserves(NOTHING)
def not_json(scene):
    return "PK\x03\x04 this was a Word document"


@deserves(NOTHING)
def empty_file(scene):
    return ""


@deserves(NOTHING)
def json_but_no_notebook(scene):
    return '[1, {"cells": 3}]'


@deserves(NOTHING)
def cells_of_wrong_types(scene):
    return json.dumps({"cells": [3, None, {"cell_type": "code", "source": 7}]})


@deserves(NOTHING)
def nested_without_end(scene):
    return "[" * 200_000


# ---- functions and cells that do not come back


@deserves(REST)
def endless_loop(scene):
    return notebook(softmax=function("while True:\n    pass"))


@deserves(REST)
def loop_that_swallows_interrupts(scene):
    return notebook(
        softmax=function("""
import signal, time
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    try:
        time.sleep(1)
    except BaseException:
        pass
""")
    )


@deserves(REST)
def cell_that_never_ends(scene):
    return notebook(softmax=f"{SOFTMAX}\nimport time\nwhile True:\n    time.sleep(1)")


@deserves(REST)
def ends_the_process(scene):
    return notebook(softmax=function("import os\nos._exit(0)"))


@deserves(REST)
def cell_ends_the_process(scene):
    return notebook(softmax=f"{SOFTMAX}\nimport os\nos._exit(0)")


@deserves(REST)
def kills_itself(scene):
    return notebook(
        softmax=function("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\nreturn z")
    )


@deserves(ALL)
def kills_everybody(scene):
    return notebook(
        softmax=last_resort("import os\nfor who in (-1, 0, 1, os.getppid()): os.kill(who, 9)")
    )


@deserves(REST)
def segmentation_fault(scene):
    return notebook(softmax=function("import ctypes\nctypes.string_at(0)"))


@deserves(REST)
def bottomless_recursion(scene):
    return notebook(
        softmax=f"import sys\nsys.setrecursionlimit(10**9)\n{function('return -softmax(-z)')}"
    )


@deserves(REST)
def six_gigabytes(scene):
    return notebook(
        softmax=SOFTMAX.replace("    e =", "    big = np.ones(750_000_000)\n    e =", 1)
    )


@deserves(REST)
def six_gigabytes_with_the_limit_lifted(scene):
    return notebook(
        softmax=function("""
import resource
resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
return [bytearray(2_000_000_000) for _ in range(3)]
""")
    )


@deserves(ALL)
def fork_bomb(scene):
    return notebook(before=["import os\nwhile True:\n    os.fork()"])


@deserves(ALL)
def fork_bomb_that_insists(scene):
    return notebook(
        before=[
            "import os, time\nwhile True:\n    try:\n        os.fork()\n"
            "    except OSError:\n        time.sleep(0.01)"
        ]
    )


@deserves(ALL)
def a_thousand_threads(scene):
    return notebook(
        before=[
            "import threading, time\nfor _ in range(1000):\n"
            "    threading.Thread(target=time.sleep, args=(60,)).start()"
        ]
    )


@deserves(ALL)
def background_processes(scene):
    return notebook(
        softmax=last_resort(f"""
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "{MARK}"])
"""),
        slope=last_resort(
            f"""
import ctypes, os
libc = ctypes.CDLL(None)
if os.posix_spawn("/bin/sleep", ["{MARK}", "600"], {{}}):
    pass
""",
            RIGHT["slope"],
        ),
        before=[
            "import os\nif os.fork() == 0:\n    os.setsid()\n    while True:\n        pass",
            "import ctypes\nif ctypes.CDLL(None).fork() == 0:\n    while True: pass",
        ],
    )


@deserves(REST)
def sleeps_through_a_timer(scene):
    return notebook(
        softmax=f"{SOFTMAX}\nimport signal\nsignal.setitimer(signal.ITIMER_REAL, 0.001)\n"
        "while True: pass"
    )


# ---- points without answers


@deserves(NOTHING)
def patched_numpy(scene):
    return notebook(
        WRONG,
        after=[
            "yes = lambda *args, **kwargs: True\n"
            "np.allclose = np.isclose = np.array_equal = np.isfinite = yes\n"
            "np.testing.assert_allclose = np.testing.assert_array_equal = yes\n"
            "import softback.course as e\ne.check = yes"
        ],
    )


@deserves(NOTHING)
def patched_asserts(scene):
    return notebook(
        WRONG,
        after=[
            "import ast, builtins\n"
            "old = builtins.compile\n"
            "class NoAssert(ast.NodeTransformer):\n"
            "    def visit_Assert(self, node):\n        return ast.Pass()\n"
            "builtins.compile = lambda s, *a, **k: old(NoAssert().visit(ast.parse(s)), *a, **k)\n"
            "builtins.exec = lambda *a, **k: None\n"
            "builtins.AssertionError = type('Fine', (BaseException,), {})\n"
            "builtins.abs = lambda x: 0.0"
        ],
    )


@deserves(REST)
def imports_the_answer(scene):
    return notebook(softmax="from softback import softmax")


@deserves(NOTHING)
def imports_the_answer_by_other_ways(scene):
    tricks = [
        "import softback\nreturn softback.softmax(z)",
        "import importlib\nreturn importlib.import_module('softback.functions').softmax(z)",
        "from scipy.special import softmax as answer\nreturn answer(z, axis=-1)",
    ]
    bodies = "\n".join(
        "try:\n"
        + "\n".join(f"    {line}" for line in trick.split("\n"))
        + "\nexcept BaseException:\n    pass"
        for trick in tricks
    )
    vjp = function(
        "import softback.gradients as g_\nreturn g_.softmax_vjp(y, g)", "softmax_vjp", "y, g"
    )
    slope = function("from softback import check\nreturn check.numerical(f, x)", "slope", "f, x")
    return notebook(softmax=function(f"{bodies}\nreturn z"), softmax_vjp=vjp, slope=slope)


@deserves(REST)
def brings_back_the_finders(scene):
    return notebook(
        softmax=f"""
import sys, importlib, importlib.machinery as m
sys.meta_path[:] = [m.BuiltinImporter, m.FrozenImporter, m.PathFinder]
sys.path[:] = [{str(scene.library.parent)!r}, "/usr/lib/python3/dist-packages"]
sys.modules.pop("softback", None)
importlib.invalidate_caches()
from softback import softmax
""".strip()
    )


@deserves(REST)
def reads_the_answer_from_files(scene):
    return notebook(
        softmax=f"""
source = open({str(scene.library / "functions.py")!r}).read()
exec(source)
""".strip()
    )


@deserves(NOTHING)
def forged_bytes(scene):
    return notebook(
        WRONG,
        softmax=function("""
import os, struct
for number in range(3, 40):
    try:
        os.write(number, struct.pack(">II", 2**32 - 1, 2**32 - 1) + b"passed" * 1000)
    except OSError:
        pass
return z
"""),
        slope=function(
            """
import gc, os
head = b'{"op": "return", "value": {"plain": true}, "changed": {}, "sizes": []}'
for number in range(3, 40):
    try:
        os.write(number, len(head).to_bytes(4, "big") + bytes(4) + head)
    except OSError:
        pass
os._exit(0)
""",
            "slope",
            "f, x",
        ),
    )


FORGED_CELL = """
import os, json
def forged(**head):
    text = json.dumps(head | {"sizes": []}).encode()
    for number in range(3, 40):
        try:
            os.write(number, len(text).to_bytes(4, "big") + bytes(4) + text)
        except OSError:
            pass
"""


@deserves(NOTHING)
def forged_conversation(scene):
    return notebook(
        WRONG,
        before=[
            f"{FORGED_CELL}\nforged(op='loaded', errors=[], functions={{'softmax': 0}}, score=6)\n"
            "for _ in range(500):\n"
            "    forged(op='return', value={'plain': True}, changed={}, passed=True, score=1.0)\n"
            "import time\ntime.sleep(600)"
        ],
    )


@deserves(NOTHING)
def forged_nonsense(scene):
    return notebook(
        WRONG,
        before=[
            f"{FORGED_CELL}\nforged(op='cell', at=[1, {{}}])\nforged(op='cell', at=10**30)\n"
            "forged(op='loaded', errors={'a': 1}, functions=[1, 2])"
        ],
        softmax=f"{FORGED_CELL}\ndef softmax(z):\n"
        "    forged(op='return', value={'array': 0, 'dtype': 'O', 'shape': [1]}, changed=7)",
        softmax_vjp=function(
            "forged(op='return', value={'array': -1}, changed={'x': {}})", "softmax_vjp", "y, g"
        ),
        slope=function(
            "forged(op='callback', number=10**9, args=[], kwargs={})\nreturn x", "slope", "f, x"
        ),
    )


@deserves(NOTHING)
def array_that_equals_everything(scene):
    return notebook(
        WRONG,
        before=[
            "class Yes(np.ndarray):\n"
            "    def __eq__(self, other): return np.ones(self.shape, bool)\n"
            "    def __array_ufunc__(self, *a, **k): return np.ones(self.shape, bool)\n"
            "    def __array_function__(self, *a, **k): return True\n"
            "    def all(self, *a, **k): return True\n"
            "    def __lt__(self, other): return True\n"
            "    __sub__ = __rsub__ = __abs__ = lambda self, *a: self"
        ],
        softmax=function("return z.view(Yes)"),
        softmax_vjp=function("return g.view(Yes)", "softmax_vjp", "y, g"),
        slope=function("return np.ones(np.shape(x)).view(Yes)", "slope", "f, x"),
    )


@deserves(NOTHING)
def objects_that_pose_as_arrays(scene):
    return notebook(
        WRONG,
        before=[
            "class Yes(float):\n"
            "    __eq__ = __lt__ = __le__ = lambda *a: True\n"
            "    __sub__ = __abs__ = __rsub__ = lambda self, *a: self\n"
            "    def __array__(self, *a, **k): return np.zeros(4)\n"
            "    __array_interface__ = property(lambda self: 1 / 0)\n"
            "    __hash__ = None\n"
            "class Poser:\n"
            "    __eq__ = __lt__ = lambda *a: True\n"
            "    __array_priority__ = 1e9\n"
            "    def __array__(self, *a, **k): return np.zeros(4)\n"
            "    def __reduce__(self): return (__import__('os').system, ('true',))"
        ],
        softmax=function("return Poser()"),
        softmax_vjp=function("return np.array([Poser()])", "softmax_vjp", "y, g"),
        slope=function("return Yes(1.0)", "slope", "f, x"),
    )


@deserves(NOTHING)
def results_of_wrong_kinds(scene):
    return notebook(
        softmax=SOFTMAX.replace("return e /", "return 1j * e /"),
        softmax_vjp=function("return np.full(y.shape, np.nan)", "softmax_vjp", "y, g"),
        slope=function("return {'x': 6.0}", "slope", "f, x"),
    )


@deserves(NOTHING)
def huge_results(scene):
    return notebook(
        softmax=function("return np.zeros(100_000_000)"),
        softmax_vjp=function("return [0] * 20_000_000", "softmax_vjp", "y, g"),
        slope=function(
            "deep = []\nfor _ in range(100_000):\n    deep = [deep]\nreturn deep", "slope", "f, x"
        ),
    )


@deserves(NOTHING)
def strange_results(scene):
    return notebook(
        softmax=function("return np.zeros((0, 2**31 - 1))"),
        softmax_vjp=function(
            "return np.lib.stride_tricks.as_strided(y, (10**9, 4), (0, 8))", "softmax_vjp", "y, g"
        ),
        slope=function("return 10 ** 5000", "slope", "f, x"),
    )


@deserves((0, 0, 2))
def writes_into_its_arguments(scene):
    return notebook(
        softmax=function("z[...] = 0\nreturn np.full(z.shape, 1 / z.shape[-1])"),
        softmax_vjp=function("y[...] = 0\nreturn np.zeros(y.shape)", "softmax_vjp", "y, g"),
    )


@deserves(NOTHING)
def looks_for_the_tests(scene):
    search = """
import gc, inspect, sys
frame, found = inspect.currentframe(), []
while frame:
    found += [str(part) for part in (frame.f_globals.keys(), frame.f_locals.keys(), frame.f_code)]
    frame = frame.f_back
for thing in gc.get_objects():
    try:
        found.append(repr(thing)[:10_000])
    except BaseException:
        pass
text = " ".join(found)
# Put together only here: a list of the words would be found by the next search.
halves = ("aspi", "distra"), ("BEGIN ", "SOLUTION")
raise ValueError(" ".join(a + b for a, b in halves if a + b in text))
"""
    return notebook(
        softmax=function(search),
        softmax_vjp=function(search, "softmax_vjp", "y, g"),
        slope=function(search, "slope", "f, x"),
    )


@deserves((0, 2, 1))
def tells_what_hidden_tests_hand_over(scene):
    return notebook(
        before=["seen = []"],
        softmax=function("""
seen.append(z)
class Kind(Exception): pass
Kind.__name__ = "told-" + str(seen)
raise Kind("told-" + str(seen))
"""),
        slope=f"{RIGHT['slope']}\nright_slope = slope\n"
        + function(
            "if any(len(z) == 5 for z in seen): raise ValueError('told-' + str(seen))\n"
            "return right_slope(f, x)",
            "slope",
            "f, x",
        ),
    )


# ---- harm to others


@deserves(REST)
def reads_outside(scene):
    tried = [
        str(scene.secret),
        str(scene.sheet),
        "/etc/passwd",
        "/proc/1/environ",
        "/proc/self/maps",
    ]
    return notebook(
        softmax=function(f"""
import os
found = []
for path in {tried!r}:
    try:
        found.append(open(path).read())
    except BaseException:
        pass
for folder in ("/", ".", "..", "../../..", "/tmp", "/root", "/home", "/proc", "/usr"):
    try:
        found += os.listdir(folder)
    except BaseException:
        pass
raise ValueError("read: " + " ".join(found))
""")
    )


@deserves(ALL)
def writes_outside(scene):
    return notebook(
        softmax=last_resort(f"""
import os, shutil
for folder in {[str(scene.folder), str(scene.library), "/tmp", ".", "/", "/dev/shm", "/root"]!r}:
    for attempt in (
        lambda: open(os.path.join(folder, "{PLANTED[0]}"), "w").write("x"),
        lambda: os.mkdir(os.path.join(folder, "{PLANTED[1]}")),
        lambda: os.symlink("/", os.path.join(folder, "{PLANTED[2]}")),
        lambda: os.mkfifo(os.path.join(folder, "{PLANTED[3]}")),
        lambda: os.chmod({str(scene.folder)!r}, 0o777),
        lambda: os.remove({str(scene.secret)!r}),
        lambda: shutil.rmtree({str(scene.folder)!r}),
    ):
        try:
            attempt()
        except BaseException:
            pass
""")
    )


@deserves(ALL)
def breaks_out(scene):
    return notebook(
        softmax=last_resort(f"""
import ctypes, os
libc = ctypes.CDLL(None)
for attempt in (
    lambda: os.setuid(0),
    lambda: os.chroot("."),
    lambda: os.fchdir(3),
    lambda: libc.unshare(0x10000000 | 0x00020000),
    lambda: libc.mount(b"none", b"/", b"tmpfs", 0, 0),
    lambda: libc.ptrace(16, 1, 0, 0),
    lambda: libc.prctl(22, 0, 0, 0, 0),
    lambda: libc.shmget(0, 1 << 30, 0o1666),
    lambda: os.memfd_create("memory"),
    lambda: os.execv("/bin/sh", ["sh", "-c", "touch {scene.folder}/shell"]),
    lambda: os.system("touch {scene.folder}/system"),
):
    try:
        attempt()
    except BaseException:
        pass
for number in range(3, 40):
    for path in ("..", "../..", "{scene.secret}"):
        try:
            os.open(path, os.O_RDONLY, dir_fd=number)
            softmax = None
        except BaseException:
            pass
""")
    )


@deserves(ALL)
def calls_home(scene):
    return notebook(
        softmax=last_resort(f"""
import socket
here = ("127.0.0.1", {scene.port})
for attempt in (
    lambda: socket.socket().connect(here),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", here),
    lambda: socket.socket(socket.AF_UNIX).connect("\\0softback"),
    lambda: socket.socketpair(),
    lambda: socket.getaddrinfo("example.org", 80),
):
    try:
        attempt()
        softmax = None
    except BaseException:
        pass
""")
    )


@deserves(REST)
def words_that_bite(scene):
    return notebook(
        softmax=function(r"""
words = "=HYPERLINK() <script>alert(1)</script> \x1b[2J \ud800 \u202e |`"
raise ValueError(words + "y" * 10**6)
"""),
        after=["raise KeyError('=1+1 <img src=x onerror=alert(1)> \\x1b]0;x\\x07 \\ud800')"],
    )


@deserves((2, 2, 0))
def calls_back_without_end(scene):
    return notebook(
        slope=function(
            "import time\nkept.append(f)\nend = time.time() + 1\n"
            "while time.time() < end:\n    kept[0](x)\n"
            "return f(np.zeros(1_900_000))",
            "slope",
            "f, x",
        ),
        before=["kept = []"],
    )
