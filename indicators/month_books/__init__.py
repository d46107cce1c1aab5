"""Workbooks of months: the template that goes out, and any workbook that comes in.

The way in: content.py refuses what is no workbook; child.py parses in a process of its own, for reading.py;
outline.py keeps what the heads say, headings.py and suggesting.py propose what each column is, mapping.py is
what a person decided; villages.py and periods.py say whose row it is, cells.py reads a figure; staging.py
puts rows beside the ledger, comparing.py says what each would change, applying.py writes all or nothing;
running.py does both under a lease. template.py writes the month, errors_back.py the user's own file.
"""
