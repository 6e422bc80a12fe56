import sys

import pytest

import tools
from tools.console import Failure, end, run, succeeds


def test_a_failing_program_is_named_with_its_exit_code():
    with pytest.raises(Failure, match=r"the step failed \(exit code 7\): .* -c 'raise SystemExit"):
        run(sys.executable, "-c", "raise SystemExit(7)", otherwise="the step failed")


def test_a_missing_program_is_a_sentence(tmp_path):
    with pytest.raises(Failure, match=r"the step failed: .*no such program"):
        run(tmp_path / "no such program", otherwise="the step failed")


def test_a_missing_program_has_not_succeeded(tmp_path):
    assert not succeeds(tmp_path / "no such program")


def test_a_program_gets_its_settings_on_top_of_ours(monkeypatch):
    monkeypatch.setenv("OURS", "1")
    program = "import os; raise SystemExit(os.environ['OURS'] + os.environ['ITS'] != '12')"
    run(sys.executable, "-c", program, settings={"ITS": "2"}, otherwise="the step failed")


def test_quiet_keeps_the_errors(capfd):
    program = "import sys; print('progress'); print('trouble', file=sys.stderr)"
    run(sys.executable, "-c", program, quiet=True, otherwise="the step failed")
    shown = capfd.readouterr()
    assert (shown.out, shown.err) == ("", "trouble\n")


def test_a_failure_ends_with_a_sentence_and_one():
    def main():
        raise Failure("the port is taken")

    with pytest.raises(SystemExit) as leaving:
        end(main)
    assert leaving.value.code == "softback: the port is taken"  # a text makes the exit code 1


def test_ctrl_c_ends_without_a_traceback():
    def main():
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as leaving:
        end(main)
    assert leaving.value.code == 130


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 1), (3, 20, 0), (4, 0, 0)])
def test_a_new_enough_python_is_taken(version):
    assert tools.refusal(version) is None


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 9, 6), (2, 7, 18)])
def test_an_old_python_is_refused_with_the_remedy(version):
    message = tools.refusal(version, which={"python3.12": "/usr/bin/python3.12"}.get)
    assert f"Python 3.11 or newer is needed, this is {version[0]}.{version[1]};" in message
    assert "make serve PYTHON=python3.12" in message


def test_the_remedy_names_a_python_even_if_none_is_there():
    assert "make serve PYTHON=python3.11" in tools.refusal((3, 10), which=lambda name: None)
