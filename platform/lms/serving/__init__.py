"""Starting, serving and stopping on one machine: what stands behind the commands of `wsgi.py`."""
