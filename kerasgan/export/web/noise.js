// The page of a model that draws from noise: pictures of seeds, a walk between two, styles mixed.

const [height, width, channels] = spec.shape;
const AT_ONCE = Math.max(1, Math.min(16, Math.floor(65536 / (height * width))));
const WAY = 3000; // milliseconds of a walk, one way

// ---- from latents to pictures

function joined(rows) {
  const all = new Float32Array(rows.length * rows[0].length);
  rows.forEach((row, i) => all.set(row, i * row.length));
  return all;
}

// What the model takes beside latents: a class id for each, or one vector of conditions for all.
function conditions(labels) {
  const n = labels.length;
  if (spec.classes) return { labels: new ort.Tensor("int32", Int32Array.from(labels), [n]) };
  if (!spec.conditions) return {};
  const vector = Array.from({ length: spec.conditions }, (_, i) => number(`condition-${i}`));
  const all = joined(labels.map(() => vector));
  return { labels: new ort.Tensor("float32", all, [n, spec.conditions]) };
}

// What a network makes of latents, an array of n Float32Arrays, and n labels.
function fromLatents(network, rows, labels) {
  const latents = new ort.Tensor("float32", joined(rows), [rows.length, spec.latents]);
  return run(network, { latents, ...conditions(labels) });
}

// Styles (n, layers, length), drawn towards their mean by `strength`.
async function styles(rows, labels, strength) {
  const made = await fromLatents("mapping", rows, labels);
  const { mean } = spec;
  made.data.forEach((value, i) => {
    made.data[i] = mean[i % mean.length] + strength * (value - mean[i % mean.length]);
  });
  return made;
}

// The numbers of n pictures, (n, height, width, channels) in one array. `strength` is of styles.
async function make(rows, labels = rows.map(() => 0), strength = 1) {
  const made = spec.mean
    ? await run("synthesis", { styles: await styles(rows, labels, strength) })
    : await fromLatents("generator", rows, labels);
  return made.data;
}

// The picture of a's styles, and of b's from a layer on.
async function mix(a, b, layer, label = 0, strength = 1) {
  const { data, dims } = await styles([a, b], [label, label], strength);
  const [half, from] = [data.length / 2, layer * spec.mean.length];
  const mixed = data.slice(0, half);
  mixed.set(data.subarray(half + from), from);
  const one = new ort.Tensor("float32", mixed, [1, ...dims.slice(1)]);
  return (await run("synthesis", { styles: one })).data;
}

// ---- what the visitor set

const number = (id) => Number(element(id).value);
const seed = (id) => Math.min(2 ** 32 - 1, Math.max(0, Math.floor(number(id)) || 0));
const strength = () => (spec.mean ? number("truncation") : 1);
const walkLabel = () => (spec.classes ? number("walk-class") : 0);

// Of latents; 0 is without, as is the slider's end.
function truncation() {
  const { value, max } = element("truncation");
  return spec.mean || value === max ? 0 : Number(value);
}

const drawn = (of) => latent(of, spec.latents, truncation());

// The seed and the class of a picture in the grid.
function cell(i) {
  const chosen = spec.classes ? element("class").value : "0";
  if (chosen !== "all") return { seed: seed("seed") + i, label: Number(chosen) };
  return { seed: seed("seed") + Math.floor(i / spec.classes), label: i % spec.classes };
}

// ---- the grid

const drawGrid = latest(async (stale) => {
  const [grid, n] = [element("grid"), number("count")];
  while (grid.children.length > n) grid.lastChild.remove();
  for (let i = 0; i < n; i += AT_ONCE) {
    const cells = Array.from({ length: Math.min(AT_ONCE, n - i) }, (_, k) => cell(i + k));
    const latents = cells.map((each) => drawn(each.seed));
    const made = await make(latents, cells.map((each) => each.label), strength());
    cells.forEach((each, k) => {
      const button = grid.children[i + k] ?? grid.appendChild(picture());
      paint(button.firstChild, made.subarray((k * made.length) / cells.length), ...spec.shape);
      Object.assign(button.dataset, each);
    });
    describe();
    if (await stale()) return;
  }
});

// A button: of two pressed one after the other, the walk goes from the first to the second.
function picture() {
  const button = document.createElement("button");
  button.append(document.createElement("canvas"));
  button.addEventListener("click", () => {
    element("from").value = element("to").value;
    element("to").value = button.dataset.seed;
    if (spec.classes) element("walk-class").value = button.dataset.label;
    drawBoth();
  });
  return button;
}

// Name the pictures, and mark those that the walk goes from and to.
function describe() {
  for (const button of element("grid").children) {
    const { seed: of, label } = button.dataset;
    button.title = `${t("Seed")} ${of}` + (spec.classes ? `, ${t("class")} ${label}` : "");
    button.setAttribute("aria-label", button.title);
    const ends = ["from", "to"].filter((id) => seed(id) === Number(of));
    button.className = Number(label) === walkLabel() ? ends.join(" ") : "";
  }
}

function saveGrid() {
  const buttons = [...element("grid").children];
  const columns = getComputedStyle(element("grid")).gridTemplateColumns.split(" ").length;
  const canvas = document.createElement("canvas");
  canvas.width = Math.min(columns, buttons.length) * width;
  canvas.height = Math.ceil(buttons.length / columns) * height;
  buttons.forEach((button, i) => {
    const [x, y] = [(i % columns) * width, Math.floor(i / columns) * height];
    canvas.getContext("2d").drawImage(button.firstChild, x, y);
  });
  save(canvas, `${spec.name}-${seed("seed")}`);
}

// ---- the walk, and the styles of its two ends

const drawWalk = latest(async () => {
  const between = slerp(drawn(seed("from")), drawn(seed("to")), number("position"));
  const made = await make([between], [walkLabel()], strength());
  paint(element("walk"), made, ...spec.shape);
});

const drawMix = latest(async () => {
  if (!spec.mean) return;
  const [ends, label] = [["from", "to"].map((id) => drawn(seed(id))), walkLabel()];
  paint(element("mixed"), await mix(...ends, number("layer"), label, strength()), ...spec.shape);
  for (const [i, id] of ["mix-from", "mix-to"].entries()) {
    paint(element(id), await make([ends[i]], [label], strength()), ...spec.shape);
  }
});

function drawBoth() {
  describe();
  drawWalk();
  drawMix();
}

let playing = false;

function play() {
  playing = !playing;
  showPlaying();
  const began = performance.now() - number("position") * WAY;
  const step = async () => {
    if (!playing) return;
    const turn = ((performance.now() - began) / WAY) % 2;
    element("position").value = turn < 1 ? turn : 2 - turn;
    showValues();
    await drawWalk();
    requestAnimationFrame(step);
  };
  step();
}

function showPlaying() {
  element("play").textContent = playing ? t("Pause") : t("Play");
}

// ---- the page

function showValues() {
  for (const slider of document.querySelectorAll("input[type=range]")) {
    const off = slider.id === "truncation" && !spec.mean && !truncation();
    const shown = String(Math.round(slider.value * 100) / 100);
    document.querySelector(`output[for="${slider.id}"]`).textContent = off ? t("off") : shown;
  }
}

function prepare() {
  for (const part of document.querySelectorAll("[data-if]")) {
    part.hidden = !part.dataset.if.split(" ").some((key) => spec[key]);
  }
  for (let i = 0; i < spec.classes; i++) {
    for (const id of ["class", "walk-class"]) element(id).add(new Option(i));
  }
  for (let i = 0; i < spec.conditions; i++) {
    const copy = element("condition").content.cloneNode(true);
    copy.querySelector("b").textContent = i + 1;
    copy.querySelector("input").id = `condition-${i}`;
    copy.querySelector("output").htmlFor = `condition-${i}`;
    element("conditions").append(copy);
  }
  if (spec.mean) {
    Object.assign(element("truncation"), { min: 0, max: 1.5, value: spec.truncation });
    Object.assign(element("layer"), { max: spec.layers, value: Math.floor(spec.layers / 2) });
  }
  const columns = spec.classes <= 12 ? spec.classes : 0;
  const [row, most] = columns ? [columns, 16 * columns] : [1, 96];
  const count = columns ? 4 * columns : height * width > 4096 ? 12 : 24;
  Object.assign(element("count"), { step: row, min: row, max: most, value: count });
  element("grid").style.setProperty("--columns", columns || "auto-fill");
  element("grid").style.setProperty("--least", columns ? "0px" : width > 32 ? "6.5rem" : "4.5rem");
  describeAll();
}

function describeAll() {
  showPlaying();
  showValues();
  describe();
}

function changed({ target }) {
  const { id } = target;
  showValues();
  const ofGrid = ["seed", "count", "class"].includes(id);
  if (!ofGrid && id !== "truncation" && !id.startsWith("condition-")) describe();
  else drawGrid();
  if (!ofGrid && id !== "layer") drawWalk();
  if (!ofGrid && id !== "position") drawMix();
}

prepare();
speak(describeAll);
start(async () => {
  document.addEventListener("input", changed);
  element("random").addEventListener("click", () => {
    element("seed").value = Math.floor(Math.random() * 1000);
    showValues();
    drawGrid();
  });
  element("play").addEventListener("click", play);
  element("save-grid").addEventListener("click", saveGrid);
  element("save-walk").addEventListener("click", () =>
    save(element("walk"), `${spec.name}-${seed("from")}-${seed("to")}`));
  await drawGrid();
  await Promise.all([drawWalk(), drawMix()]);
});
Object.assign(kerasgan, { latent, slerp, make, mix });
