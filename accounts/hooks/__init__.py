"""Telling partner systems: addresses that may be called, signatures, calls, and the queue of deliveries."""
