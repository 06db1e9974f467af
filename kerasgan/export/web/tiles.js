// What a translator makes of numbers (height, width, channels), as `translate` of kerasgan does.

// Values (height, width, channels), mirrored at their lower and right edges up to another size.
function mirrored(values, [height, width, channels], below, right) {
  const all = new Float32Array(below * right * channels);
  const source = (i, size) => (i % (2 * size) < size ? i % size : size - 1 - (i % size));
  for (let y = 0; y < below; y++) {
    for (let x = 0; x < right; x++) {
      const from = (source(y, height) * width + source(x, width)) * channels;
      all.set(values.subarray(from, from + channels), (y * right + x) * channels);
    }
  }
  return all;
}

// A part of values (height, width, channels), which may be cut off at the edges.
function part(values, [height, width, channels], top, left, size) {
  const [rows, columns] = [Math.min(size, height - top), Math.min(size, width - left)];
  const all = new Float32Array(rows * columns * channels);
  for (let y = 0; y < rows; y++) {
    const from = ((top + y) * width + left) * channels;
    all.set(values.subarray(from, from + columns * channels), y * columns * channels);
  }
  return { values: all, shape: [rows, columns, channels] };
}

// What the network makes of values of any size: padded as by `translate(..., pad=True)`, then cut.
async function whole(way, values, shape) {
  const [height, width, channels] = shape;
  const { stride } = spec.ways[way];
  const [below, right] = [height, width].map((side) => Math.ceil(side / stride) * stride);
  const padded = mirrored(values, shape, below, right);
  const images = new ort.Tensor("float32", padded, [1, below, right, channels]);
  const made = await run(way, { images });
  const [, , across, deep] = made.dims;
  const cut = new Float32Array(spec.scale * height * spec.scale * width * deep);
  for (let y = 0; y < spec.scale * height; y++) {
    const row = made.data.subarray(y * across * deep, (y * across + spec.scale * width) * deep);
    cut.set(row, y * spec.scale * width * deep);
  }
  return cut;
}

// Where tiles begin, the last one at the end; and the weights of a tile's rows.
function starts(length, tile) {
  const all = [];
  for (let i = 0; i < length - tile; i += tile - Math.floor(tile / 4)) all.push(i);
  return [...all, Math.max(0, length - tile)];
}

function fade(length, i) {
  return Math.min(1, Math.min(i + 1, length - i) / (Math.floor(length / 4) + 1));
}

// As `translate(..., pad=True, tile=tile)`; null if `stop` says so.
async function translate(way, values, shape, tile = spec.tile, stop = async () => false) {
  const [height, width] = shape;
  if (height <= tile && width <= tile) return whole(way, values, shape);
  const [deep, across] = [spec.ways[way].out, spec.scale * width];
  const total = new Float32Array(spec.scale * height * across * deep);
  const weights = new Float32Array(spec.scale * height * across);
  const corners = starts(height, tile).flatMap((y) => starts(width, tile).map((x) => [y, x]));
  for (const [i, [top, left]] of corners.entries()) {
    tell(`${i} / ${corners.length} ${t("tiles")}`);
    if (await stop()) return null;
    const cut = part(values, shape, top, left, tile);
    const made = await whole(way, cut.values, cut.shape);
    const [rows, columns] = cut.shape.map((side) => spec.scale * side);
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const weight = fade(rows, y) * fade(columns, x);
        const at = (spec.scale * top + y) * across + spec.scale * left + x;
        weights[at] += weight;
        for (let c = 0; c < deep; c++) {
          total[at * deep + c] += weight * made[(y * columns + x) * deep + c];
        }
      }
    }
  }
  tell("");
  return total.map((value, i) => value / weights[Math.floor(i / deep)]);
}
