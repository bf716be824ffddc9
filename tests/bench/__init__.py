"""The benchmark: ratios against hand-written code, interleaved on PostgreSQL; never a timed test."""
