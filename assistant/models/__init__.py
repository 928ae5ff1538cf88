"""Language models on the machine or on a server: which there are, getting one, running one."""
