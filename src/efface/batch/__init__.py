"""Many files, for hours: what became of each stands in a store on disk, so that a run that was
stopped, by whatever, goes on where it was.

``store`` is that store, ``run`` the run: threads that each have a confined process
(``sandbox.redactor``), and one connection that they write through in turn.
"""
