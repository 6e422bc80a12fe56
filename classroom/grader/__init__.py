"""Grade a folder of notebooks, some of which may have been written to fool or to harm.

The tests of a sheet run in the grader. The functions of a student run in a process of their own,
shut off from files, network and other processes, which holds no test and no answer; the tests see
stand-ins, whose arguments and results cross a pipe as plain arrays. So nothing that a submission
does to its own process changes what a test says.

=================== ==========================================================================
module              concern
=================== ==========================================================================
``limits``          seconds and bytes
``channel``         a pipe with deadlines, which believes nothing
``sandbox``         how the worker's process is shut off, and what works on this machine
``inside``          the worker: all that runs beside a student's code
``worker``          one such process, as the grader sees it
``student``         the functions of a submission: stand-ins, restarts, budgets
``paper``           what grading needs of a sheet
``submissions``     find notebooks, read their cells
``marking``         run the tests of a sheet, and say what may be said
``follow``          judge later answers again, with right ones in place of broken earlier ones
``rehearsal``       grade the sheet's own solution and a blank copy first
``record``          the result of a submission, written whole or not at all
``one``             grade one submission; a process of its own
``run``             grade a folder, go on where a run was broken off
``report``          grades.csv, feedback, Gradescope's results
``words``           what students wrote, made harmless before it is shown
``lms``             downloads of Moodle and Canvas, and what goes back there
``cli``             the command that joins all this
=================== ==========================================================================
"""
