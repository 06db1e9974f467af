// The page of a model that turns pictures into others: a pad or a picture goes in.

const ways = Object.keys(spec.ways);
const LARGEST = 2048; // pixels, the longer side of what goes in or comes out
const STEP = 1 / 32; // of the pad, how far a key moves the pen

// ---- what goes in

let picture = null; // a canvas, or null for white paper
let strokes = []; // lines of points, from 0 to 1 both ways
const way = () => (ways.length > 1 ? element("way").value : ways[0]);
const taken = () => spec.ways[way()];

// The width and height of what goes in when its longer side is given.
function sized(longer) {
  const { shape, free } = taken();
  const [height, width] = picture && free ? [picture.height, picture.width] : shape;
  const ratio = longer / Math.max(height, width);
  return [width, height].map((side) => Math.max(1, Math.round(side * ratio)));
}

function render(canvas, longer) {
  [canvas.width, canvas.height] = sized(longer);
  const { width, height } = canvas;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  if (picture) context.drawImage(picture, 0, 0, width, height);
  Object.assign(context, { lineCap: "round", lineJoin: "round" });
  for (const { colour, pen, points } of strokes) {
    Object.assign(context, { strokeStyle: colour, lineWidth: pen * longer });
    context.beginPath();
    const [first] = points;
    context.moveTo(first[0] * width + 0.01, first[1] * height); // else a dot would be no line
    for (const [x, y] of points) context.lineTo(x * width, y * height);
    context.stroke();
  }
  return context;
}

// The numbers of pixels, in [-1, 1]; of grey ones, as Pillow makes them.
function numbers({ data, width, height }, channels) {
  const values = new Float32Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    const [r, g, b] = data.subarray(4 * i, 4 * i + 3);
    const pixel = channels === 1 ? [0.299 * r + 0.587 * g + 0.114 * b] : [r, g, b];
    pixel.forEach((value, c) => (values[i * channels + c] = value / 127.5 - 1));
  }
  return values;
}

const update = latest(async (stale) => {
  const { shape, free, out } = taken();
  const longer = free ? Number(element("side").value) : Math.max(...shape.slice(0, 2));
  render(element("pad"), 512);
  const scratch = document.createElement("canvas");
  const context = render(scratch, longer);
  const { width, height } = scratch;
  const values = numbers(context.getImageData(0, 0, width, height), shape[2]);
  const began = performance.now();
  const made = await translate(way(), values, [height, width, shape[2]], spec.tile, stale);
  if (made === null) return;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  paint(element("result"), made, spec.scale * height, spec.scale * width, out);
  const [across, down] = [width, height].map((side) => side * spec.scale);
  element("took").textContent = `${width} × ${height} → ${across} × ${down}, ${seconds} s`;
  await stale();
});

function begin(point) {
  const colour = spec.coloured ? element("colour").value : "#000";
  strokes.push({ colour, pen: element("pen").value / 512, points: [point] });
}

function extend(point) {
  strokes.at(-1).points.push(point);
  update();
}

function listenToPointer(pad) {
  const place = (event) => {
    const box = pad.getBoundingClientRect();
    return [(event.clientX - box.x) / box.width, (event.clientY - box.y) / box.height];
  };
  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    begin(place(event));
    update();
  });
  pad.addEventListener("pointermove", (event) => {
    if (pad.hasPointerCapture(event.pointerId)) extend(place(event));
  });
}

function listenToKeys(pad, cursor) {
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  let at = [0.5, 0.5];
  let down = false;
  const show = () => {
    Object.assign(cursor.style, { left: `${100 * at[0]}%`, top: `${100 * at[1]}%` });
    cursor.classList.toggle("down", down);
  };
  pad.addEventListener("keydown", (event) => {
    if (event.key === " ") {
      down = !down;
      if (down) begin(at);
      update();
    } else if (event.key in moves) {
      at = at.map((value, i) => Math.min(1, Math.max(0, value + STEP * moves[event.key][i])));
      if (down) extend(at);
    } else return;
    event.preventDefault();
    cursor.hidden = false;
    show();
  });
  pad.addEventListener("blur", () => {
    cursor.hidden = true;
    down = false;
  });
}

// A picture that can be drawn, as a canvas that is not too large.
async function take(source, width, height) {
  const ratio = Math.min(1, LARGEST / Math.max(width, height));
  picture = document.createElement("canvas");
  picture.width = Math.max(1, Math.round(width * ratio));
  picture.height = Math.max(1, Math.round(height * ratio));
  picture.getContext("2d").drawImage(source, 0, 0, picture.width, picture.height);
  strokes = [];
  await update();
}

async function openFile(file) {
  if (!file) return;
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    tell("");
    await take(image, image.naturalWidth, image.naturalHeight);
  } catch {
    tell(t("This is no picture that the browser can read: ") + file.name);
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

// ---- the page

function arc(x, y, radius, from, to) {
  const angles = Array.from({ length: 41 }, (_, i) => Math.PI * (from + ((to - from) * i) / 40));
  return angles.map((angle) => [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]);
}

// A face, so that the page shows at once what the model does.
function sketch() {
  const lines = [arc(0.5, 0.5, 0.38, 0, 2), arc(0.5, 0.5, 0.22, 0.15, 0.85)];
  for (const x of [0.37, 0.63]) lines.push(arc(x, 0.4, 0.03, 0, 2));
  strokes = lines.map((points) => ({ colour: "#000", pen: 14 / 512, points }));
}

function showSides() {
  const { shape } = taken();
  const trained = Math.max(shape[0], shape[1]);
  const chosen = Math.max(0, element("side").selectedIndex);
  element("side").replaceChildren();
  for (let side = trained; side === trained || side * spec.scale <= LARGEST; side *= 2) {
    element("side").add(new Option(side === trained ? `${side} (${t("as trained")})` : side, side));
  }
  element("side").selectedIndex = Math.min(chosen, element("side").length - 1);
}

function prepare() {
  for (const name of ways) element("way").add(new Option(name.replace("to", " → "), name));
  Object.assign(spec, {
    both: ways.length > 1,
    free: ways.some((name) => spec.ways[name].free),
    coloured: ways.some((name) => spec.ways[name].shape[2] > 1),
  });
  for (const each of document.querySelectorAll("[data-if]")) each.hidden = !spec[each.dataset.if];
  sketch();
}

function listen() {
  const [pad, drop] = [element("pad"), element("drop")];
  listenToPointer(pad);
  listenToKeys(pad, element("cursor"));
  for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(type, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", type === "dragover");
      if (type === "drop") openFile(event.dataTransfer.files[0]);
    });
  }
  document.addEventListener("paste", (event) => openFile(event.clipboardData.files[0]));
  element("file").addEventListener("change", ({ target }) => {
    openFile(target.files[0]);
    target.value = ""; // so that the same file may be opened again
  });
  element("side").addEventListener("change", update);
  element("way").addEventListener("change", () => {
    showSides();
    update();
  });
  element("undo").addEventListener("click", () => {
    if (!strokes.pop()) picture = null;
    update();
  });
  element("clear").addEventListener("click", () => {
    [picture, strokes] = [null, []];
    update();
  });
  element("save").addEventListener("click", () => save(element("result"), `${spec.name}-${way()}`));
  element("back").addEventListener("click", async () => {
    const { width, height } = element("result");
    element("way").value = ways.find((name) => name !== way());
    showSides();
    await take(element("result"), width, height);
  });
}

prepare();
speak(showSides);
start(async () => {
  listen();
  await update();
});
Object.assign(kerasgan, { translate });
