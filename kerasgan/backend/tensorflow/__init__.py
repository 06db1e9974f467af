"""The engine's and the layers' parts for one backend."""
