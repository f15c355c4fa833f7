"""Everything that lies in the bucket, which is S3, a folder or memory.

What belongs here: bytes under keys, and each family of keys with its format: snapshots, published documents, the
lease, records under `state/`, the files that people upload. What does not: what should be written
(`publishing/`, `domain/plans/`). Begin with `object_store.py`.
"""
