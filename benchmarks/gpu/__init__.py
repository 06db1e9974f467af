"""Whether kerasgan is right and quick on this machine's GPU, under each backend.

    python -m benchmarks.gpu                                     # a table
    python -m benchmarks.gpu --backends jax torch --models dcgan64 --steps 200
    python -m benchmarks.gpu --out benchmarks/results/gpu.json   # keeps the figures as well

Each backend runs in a process of its own, on its first GPU, or on the CPU if it sees none:

- correct: a small DCGAN, WGAN-GP and CycleGAN make a few steps there and on the CPU, from the same
  weights, data and draws, in float32, TF32 off. The greatest difference of the losses, relative,
  and of the images made afterwards, absolute, must be at most 1e-3.
- speed: `fit` of the chosen cases of `benchmarks.speed`, in float32, as the backend multiplies by
  itself (JAX and cuDNN in TF32 where the card has it), and in `mixed_bfloat16`.
- memory: the most that was held on the GPU; for JAX by the process so far; without a GPU the most
  memory of the process so far.
- waits: what makes the host wait for the device in a step whose batch is there. PyTorch tells the
  lines (`torch.cuda.set_sync_debug_mode`); without a GPU a step is made on the meta device, where
  nothing has a value to wait for, but neither has a seed: Keras draws each random number on PyTorch
  by a seed that it reads on the host. JAX refuses transfers (`jax.transfer_guard`). TensorFlow
  cannot tell; a step is one graph, whose operations that run Python are counted.
- layout: kerasgan is channels last throughout. Of PyTorch, whose convolutions want channels first,
  the order in memory of what they are given.
- a trace of a few steps, as `kerasgan.callbacks.Profile` writes it, in `--traces`.
"""
