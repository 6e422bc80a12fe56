"""Grade a folder of notebooks, some of which may have been written to fool or to harm.

The tests of a sheet run in the grader. The functions of a student run in a process of their own,
shut off from files, network and other processes, which holds no test and no answer; the tests see
stand-ins, whose arguments and results cross a pipe as plain arrays. So nothing that a submission
does to its own process changes what a test says.
"""
