// Small drawings: the mark of a class, the line over time, the bar of a reason. Text from logs only ever
// becomes the content of a text node.

const SVG = "http://www.w3.org/2000/svg";

// How a class is written and drawn. Shape and word carry the meaning; the colour only helps.
export const CLASSES = {
  agent: { word: "Agent", path: "M8 1 15 8 8 15 1 8Z" },
  takeover: { word: "Takeover", path: "M8 1.5 15 14.5H1Z" },
  automation: { word: "Automation", path: "M2 2h12v12H2Z" },
  declared_bot: { word: "Declared bot", path: "M2 2h12v12H2Zm3 3v6h6V5Z" },
  mixed: { word: "Mixed", path: "M8 1.5a6.5 6.5 0 0 1 0 13ZM7 1.6a6.5 6.5 0 0 0 0 12.8v-1.6a5 5 0 0 1 0-9.6Z" },
  undecided: { word: "Undecided", path: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm0 2a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9Z" },
  human: { word: "Human", path: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Z" },
};

/** An element with a class, and text or child nodes. */
export function element(name, className = "", ...content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content.map((part) => (part instanceof Node ? part : String(part))));
  return made;
}

/** Sets the text of a node when it differs, so that a screen reader hears changes alone. */
export function setText(node, text) {
  if (node.textContent !== String(text)) node.textContent = String(text);
}

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** The mark of a class. */
export function mark(word) {
  const known = Object.hasOwn(CLASSES, word) ? word : "undecided";
  const drawing = shape("svg", { viewBox: "0 0 16 16", class: `mark k-${known}`, "aria-hidden": "true" });
  drawing.append(shape("path", { d: CLASSES[known].path, "fill-rule": "evenodd" }));
  return drawing;
}

/** Mark and word of a class. */
export function badge(word) {
  const text = Object.hasOwn(CLASSES, word) ? CLASSES[word].word : word;
  return element("span", "badge", mark(word), text);
}

/** A line over time with the area under it; `top` is the value at the upper edge. */
export function line(values, label, top = Math.max(...values, 1)) {
  const width = 240;
  const height = 44;
  const drawing = shape("svg", {
    viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", class: "line", role: "img", "aria-label": label,
  });
  const step = width / Math.max(values.length - 1, 1);
  const points = values.map((value, i) => `${(i * step).toFixed(1)} ${(height - 2 - (value / top) * (height - 4)).toFixed(1)}`);
  if (points.length > 1) {
    drawing.append(shape("path", { class: "area", d: `M0 ${height}L${points.join("L")}L${width} ${height}Z` }));
    drawing.append(shape("path", { class: "stroke", d: `M${points.join("L")}` }));
  }
  return drawing;
}

/** A bar that grows right for a program and left for a person; `most` is the length of half the bar. */
export function weight(nats, most) {
  const share = Math.min(Math.abs(nats) / most, 1);
  const drawing = shape("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", class: "weight", "aria-hidden": "true" });
  const x = nats < 0 ? 50 - share * 50 : 50;
  drawing.append(shape("rect", { class: "track", x: 0, y: 3, width: 100, height: 2 }));
  drawing.append(shape("rect", { class: nats < 0 ? "person" : "program", x, y: 0, width: Math.max(share * 50, 0.8), height: 8 }));
  drawing.append(shape("rect", { class: "zero", x: 49.8, y: 0, width: 0.4, height: 8 }));
  return drawing;
}

/** All reasons of a client as one bar: what speaks for a program to the right, for a person to the left. */
export function balance(list, most) {
  const drawing = shape("svg", { viewBox: "0 0 100 6", preserveAspectRatio: "none", class: "weight", "aria-hidden": "true" });
  drawing.append(shape("rect", { class: "track", x: 0, y: 2, width: 100, height: 2 }));
  let [left, right] = [50, 50];
  for (const nats of list) {
    const width = (Math.abs(nats) / most) * 50;
    const x = nats < 0 ? left - width : right;
    if (nats < 0) left = x;
    else right += width;
    drawing.append(shape("rect", { class: nats < 0 ? "person" : "program", x, y: 0, width: Math.max(width - 0.6, 0.2), height: 6 }));
  }
  drawing.append(shape("rect", { class: "zero", x: 49.8, y: 0, width: 0.4, height: 6 }));
  return drawing;
}

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** A count with thousands marks. */
export function count(value) {
  return whole.format(value);
}

/** Nats with their sign. */
export function signed(value) {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}

/** A measured value, short. */
export function short(value) {
  return Number.isInteger(value) ? count(value) : value.toPrecision(3).replace(/\.?0+$/, "");
}

/** How long `time` lies before `latest`, both as text in event time. */
export function ago(time, latest) {
  const seconds = Math.max(0, (Date.parse(latest) - Date.parse(time)) / 1000);
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 1) return "now";
  for (const [length, unit] of [[86400, "d"], [3600, "h"], [60, "min"]]) {
    if (seconds >= length) return `${Math.floor(seconds / length)} ${unit} ago`;
  }
  return `${Math.floor(seconds)} s ago`;
}
