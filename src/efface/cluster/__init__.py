"""A batch on many machines. Dask carries the work, over mutual TLS alone.

``keys`` makes the certificates, ``security`` reads them. ``scheduler`` and ``worker`` are the
processes that listen; ``shard`` is what a worker does. ``workers`` is what a run of a batch gives
its shards to; what leads to the machines is a ``Link`` (``interface``), and ``dask`` is the one.
"""
