"""Rebuilds articles from archived pages with today's code: what was captured → what each article said, and when → the database.

plan.py finds the captures of every article, read.py reads them, timeline.py puts them in order with what is stored, compare.py says what differs,
write.py writes it, work.py does all that for a batch, report.py counts it, pool.py spreads batches over processes or a Dask cluster, run.py
holds it together.
"""
