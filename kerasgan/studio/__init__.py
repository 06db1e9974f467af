"""A page in the browser that opens trained models and watches runs: `kerasgan studio`."""
