"""What one record says about one thing: its fees, papers, places, durations."""
