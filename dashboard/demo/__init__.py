"""The demonstration: people, figures, projects and four finished years, none of them real.

The plan gives names, standards, targets and counts; everything else here is made up, the same every time, and
marked as demonstration data in the database and on every page. `loading.demo_load` puts it there, once.
"""
