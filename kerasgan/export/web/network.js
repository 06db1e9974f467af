// The networks, run by ONNX Runtime Web; pictures as numbers, and numbers as pictures.

const { spec, models, kernels } = kerasgan;
const element = (id) => document.getElementById(id);
const sessions = {};
let last = Promise.resolve();

// The bytes of base64 of gzip.
async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function open() {
  const missing = ["WebAssembly", "DecompressionStream"].find((name) => !(name in globalThis));
  if (missing) throw new Error(t("This browser is too old: it lacks ") + missing);
  Object.assign(ort.env.wasm, { numThreads: 1, proxy: false, wasmBinary: await unpack(kernels) });
  for (const [name, text] of Object.entries(models)) {
    sessions[name] = await ort.InferenceSession.create(await unpack(text));
  }
}

// What a network makes of tensors; one run at a time, in the order that they were asked for.
function run(name, inputs) {
  const next = last.then(async () => {
    const made = await sessions[name].run(inputs);
    return Object.values(made)[0];
  });
  last = next.catch(() => {});
  return next;
}

// `job(stale)` whenever it is asked for, but never twice at once: what was asked meanwhile is done
// afterwards, once. `await stale()` lets the browser show what is there, and says if it was asked.
function latest(job) {
  let asked = 0;
  let running = false;
  return async () => {
    asked += 1;
    if (running) return;
    running = true;
    try {
      for (let current = 0; current !== asked; ) {
        current = asked;
        await job(async () => {
          await new Promise((done) => setTimeout(done));
          return current !== asked;
        });
      }
    } catch (error) {
      fail(error);
    } finally {
      running = false;
    }
  };
}

function tell(text) {
  element("status").textContent = text;
}

function fail(error) {
  tell(error.message);
  document.documentElement.dataset.state = "failed";
}

// Paint one picture of numbers in [-1, 1], a grey or coloured one, on a canvas of its size.
function paint(canvas, values, height, width, channels) {
  const pixels = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) {
      const value = values[i * channels + Math.min(c, channels - 1)];
      pixels.data[4 * i + c] = Math.round((value + 1) * 127.5); // clamped by its type
    }
    pixels.data[4 * i + 3] = 255;
  }
  Object.assign(canvas, { width, height });
  canvas.getContext("2d").putImageData(pixels, 0, 0);
}

function save(canvas, name) {
  canvas.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${name}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
}

// Show the page's parts once the networks are there.
async function start(show) {
  tell(t("Loading the model …"));
  try {
    await open();
    tell("");
    await show();
    document.documentElement.dataset.state ??= "ready";
  } catch (error) {
    fail(error);
  }
}
