// Numbers from a seed, the same in every browser and, as docs/howto/offline.md has it, in Python.

// Tommy Ettinger's mulberry32: whole numbers below 2 ** 32, from a state of 32 bits.
function mulberry32(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return (x ^ (x >>> 14)) >>> 0;
  };
}

// `size` standard normal numbers by Box and Muller. Each has a generator of its own, from which it
// is drawn again until it lies within `truncation`: so the others stay when that is moved.
function latent(seed, size, truncation = 0) {
  const start = mulberry32(seed)();
  return Float32Array.from({ length: size }, (_, i) => {
    const draw = mulberry32(start ^ Math.imul(i + 1, 0x9e3779b9));
    const uniform = () => (draw() + 0.5) / 2 ** 32;
    for (;;) {
      const value = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
      if (!truncation || Math.abs(value) <= truncation) return value;
    }
  });
}

// Along the great circle from a to b, t from 0 to 1, as `kerasgan.latents.slerp`.
function slerp(a, b, t) {
  const dot = (x, y) => x.reduce((sum, value, i) => sum + value * y[i], 0);
  const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)) || 0;
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const arc = (x) => (Math.sin(angle) < 1e-6 ? x : Math.sin(x * angle) / Math.sin(angle));
  return a.map((value, i) => arc(1 - t) * value + arc(t) * b[i]);
}
