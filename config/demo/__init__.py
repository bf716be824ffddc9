"""Demonstration data: Khánh Hòa and Ninh Thuận before their merger and the province that came of it.

Everything here is made up from a fixed seed and marked illustrative, but for the reported sums of one figure
(dossiers settled on time in the third quarter of 2025). Loading it twice changes nothing.
"""
