"""The scorecard: what kerasgan's models achieve, beside what is published.

    KERAS_BACKEND=jax python -m benchmarks.scorecard           # make all that is not there yet
    KERAS_BACKEND=jax python -m benchmarks.scorecard --only ring_gan grid_gan --seeds 0 1
    python -m benchmarks.scorecard --list
    python -m benchmarks.scorecard --table                     # only print the table

The results of a row are the file `benchmarks/results/scorecard/ROW.json`, for each seed a line of
scores, configuration, versions, backend, seconds and the command that makes it again. A result is
made anew only if the row's configuration is another, so the command can be stopped (Ctrl-C) at any
time and given again. Seed 0 of all rows comes first, then seed 1, and so on: wherever it is
stopped, the table is balanced.

The table is written to `benchmarks/scorecard.md`: the mean over the seeds ± its standard error.

A row is a `Row` in the list `ROWS` of a file in `benchmarks/scorecard/rows/`. Those of image data
read MNIST, Fashion-MNIST, emoji and avatars in the folder that KERASGAN_DATA names.
"""
