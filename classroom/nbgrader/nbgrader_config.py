"""A sample of nbgrader's settings: grading on one machine, each submission in a sandbox.

Copy this file and the folder ``kernels`` into the folder of your course. nbgrader reads the file
there.
"""

import os
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent.resolve()

c = get_config()  # noqa: F821 - nbgrader defines it

c.CourseDirectory.course_id = "softmax"
c.CourseDirectory.root = str(HERE)

# Submissions run in the kernel of this folder, not in the one of the environment.
os.environ["JUPYTER_PATH"] = os.pathsep.join(
    filter(None, [str(HERE), os.environ.get("JUPYTER_PATH")])
)
os.environ.setdefault("GRADE_PYTHON", sys.executable)
# The checks in the sheets are in the library, which may be installed from a copy of the repository.
os.environ.setdefault("GRADE_PATHS", str(Path(find_spec("softback").origin).parents[1]))

# That kernel has no network, so it talks through sockets in a folder. nbgrader reads this file more
# than once in a run: the folder has to stay the same.
if "GRADE_IPC" not in os.environ:
    os.environ["GRADE_IPC"] = tempfile.mkdtemp(prefix="nbgrader-")
c.KernelManager.transport = "ipc"
c.KernelManager.ip = f"{os.environ['GRADE_IPC']}/kernel"

# Seconds for a cell; a cell that takes longer is interrupted and counts as failed.
c.Execute.timeout = 20
# A student who deletes a test is graded by it all the same.
c.OverwriteCells.add_missing_cells = True
