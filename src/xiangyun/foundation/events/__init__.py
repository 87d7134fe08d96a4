"""事件·作业: the transactional outbox by which upper apps learn what lower ones did.

A fact is one row written in the transaction of the act; each receiver has a delivery row of its own, so nothing is lost
when a worker dies, and what failed for good stays visible and can be replayed.
"""
