"""What a run is made of: its data, its model, its training."""
