"""The leaders' brief: an edition's frozen figures as a report in the layout of Decree 30/2020/NĐ-CP.

`material.py` turns the edition's content into plain texts, `word.py` and `pdf.py` set them, each in a process
of its own (`apart.py`). Nothing here reads the database. The brief is a Vietnamese document whoever reads it,
so its words stand here and not in the catalogue.
"""
