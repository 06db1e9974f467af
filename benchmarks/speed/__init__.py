"""How fast kerasgan trains, beside the same networks and steps in plain PyTorch and stock Keras.

    python -m benchmarks.speed                                   # all that is not there yet
    python -m benchmarks.speed --only dcgan64 --contender kerasgan_jax torch --repeats 3
    python -m benchmarks.speed --list
    python -m benchmarks.speed --table                           # only the table and the chart
    python -m benchmarks.speed.growth                            # by batch and image size
    python -m benchmarks.speed.input                             # reading images
    python -m benchmarks.speed.generation                        # drawing, translating, exports

Each measurement is a process of its own, which builds a case (`cases.py`), makes a first step and
some more to warm up, and then times blocks of steps; its figure is the median of the blocks. The
contenders take turns, in another order in each repeat, and the table has the median of the repeats,
their extremes, and the ratio to the median of plain PyTorch.

The contenders:

- `kerasgan_BACKEND`: `compile()` and `fit` on a dataset that `kerasgan.datasets` made of arrays,
  timed by whole epochs, all that `fit` does included.
- `kerasgan_BACKEND_xla`, `kerasgan_BACKEND_together`: the same with `jit_compile=True`, which
  TensorFlow does not take by itself on a CPU, and with `steps_per_execution=10`.
- `kerasgan_BACKEND_bfloat16`: with Keras's policy `mixed_bfloat16`. It pays where the processor
  multiplies such numbers (`avx512_bf16` or `amx_bf16` among its flags).
- `torch`, `torch_channels_last`: `torch_plain.py`, on batches that are tensors already.
- `torch_fused`, `torch_compiled`, `torch_bfloat16`: the same in channels_last with Adam as one
  kernel, as a careful user sets it up; the second with its networks compiled by `torch.compile`
  (which needs a C++ compiler, and fails for WGAN-GP's gradient of a gradient and for spectral
  normalization's vector, which is changed in place), the third with them in bfloat16 by
  `torch.autocast`, against which kerasgan's bfloat16 is held.
- `lightning`: `torch_lightning.py`, PyTorch Lightning's GAN template with the same networks, which
  wants `pip install lightning`.
- `stock_BACKEND`: `keras_stock.py`, the textbook's recipe of two `train_on_batch` calls, on arrays.
  WGAN-GP, SNGAN and CycleGAN have no such form that runs under all backends.

Start-up counts all from the first import to the end of the first step: for kerasgan also the data
set's, which starts TensorFlow under every backend, for the stock recipe also the building of
kerasgan's model, whose networks it takes.

GFLOP/s are those of the products that the algorithm needs (`flops.py`), whatever else a contender
computes. The peak is the highest rate of a large matrix product and a large convolution under
TensorFlow, JAX and PyTorch, measured in the same run, in float32 and in bfloat16.

Five repeats of all take an hour and a half on two cores, which must have nothing else to do; each
record has the highest load before a repeat. The medians and extremes go to
`benchmarks/results/speed.json` after each process, so that the command can be stopped (Ctrl-C) at
any time and given again; until all is measured, the single repeats are in `runs/speed.json`. The
table goes to `benchmarks/speed.md`, the chart to `docs/speed.png`.
"""
