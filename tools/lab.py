"""Open JupyterLab, in which a double click on a chapter opens a notebook."""

import os

from tools.console import ROOT, end, say
from tools.environment import Environment


def command(environment: Environment, *, is_root: bool) -> list[str]:
    """Return the command line that starts JupyterLab on the chapters."""
    # The root folder is the repository's: jupytext reads jupytext.toml from there.
    options = [
        f"--ServerApp.root_dir={environment.root}",
        "--LabApp.default_url=/lab/tree/chapters",
    ]
    # Jupyter refuses an administrator unless told, and in containers there is nobody else.
    options += ["--allow-root"] if is_root else []
    return [str(environment.python), "-m", "jupyterlab", *options]


def main() -> None:
    """Prepare the environment and start JupyterLab in place of this process."""
    environment = Environment()
    environment.prepare()
    say("starting JupyterLab (Ctrl-C, twice, ends it)")
    line = command(environment, is_root=os.geteuid() == 0)
    os.chdir(ROOT)
    os.execv(line[0], line)


if __name__ == "__main__":
    end(main)
