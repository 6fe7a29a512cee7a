// The table of clients and the panel about one of them. Rows are kept between polls and changed in place, so
// that focus, selection and reading position stay.

import { ago, badge, balance, count, element, line, setText, short, signed, weight } from "./draw.js";

const HISTORY_MAX = 60;
// Half the length of the bar in the table. Longer sums stretch the scale of their own bar.
const BALANCE_NATS = 6;

const rows = new Map();
const histories = new Map();

/** Brings the table up to date. `select` is called with the id of the client that was chosen. */
export function showClients(body, clients, latest, selected, select) {
  const listed = new Set();
  clients.forEach((client, place) => {
    const id = client.client.id;
    listed.add(id);
    remember(id, client.score);
    let row = rows.get(id);
    if (!row) {
      row = newRow(id, select);
      rows.set(id, row);
    }
    fill(row, client, latest, id === selected);
    if (body.children[place] !== row.line) body.insertBefore(row.line, body.children[place] ?? null);
  });
  for (const [id, row] of rows) {
    if (!listed.has(id)) {
      row.line.remove();
      rows.delete(id);
    }
  }
}

/** The panel about one client. */
export function showDetail(body, client) {
  const { id, ip, net, user_agent: agent, ja4 } = client.client;
  const facts = element("dl", "facts");
  const fact = (term, text, kind = "") => facts.append(element("dt", "", term), element("dd", kind, text));
  fact("address", net === ip ? ip : `${ip} in ${net}`);
  fact("user agent", agent ?? "none sent");
  if (client.site) fact("site", client.site);
  if (ja4) fact("JA4", ja4);
  fact("seen", `${count(client.events)} events, ${count(client.decision_steps)} decision steps`);
  fact("from", moment(client.first_seen));
  fact("to", moment(client.last_seen));
  fact("client id", id, "id");

  const head = element("div", "verdict", badge(client.class), element("strong", "", client.score.toFixed(1)));
  head.append(element("span", "quiet", `confidence ${client.confidence}`));
  if (client.enforceable) head.append(element("span", "tag", "enforceable"));
  const scores = histories.get(id) ?? [];
  const parts = [head];
  if (scores.length > 1) parts.push(line(scores, "Score while this page is open", 100));
  parts.push(facts, element("h3", "", "Reasons"), reasons(client.reasons));
  body.replaceChildren(...parts);
}

function reasons(list) {
  if (list.length === 0) return element("p", "quiet", "Nothing weighs yet.");
  const most = Math.max(...list.map((reason) => Math.abs(reason.nats)), 1);
  const made = element("ol", "reasons");
  for (const reason of list) {
    const measured = reason.features.map((f) => `${f.name} ${short(f.value)}${unit(f.unit)}`).join(" · ");
    const head = element("div", "reason-head", element("span", "", reason.title), element("b", "", signed(reason.nats)));
    made.append(element("li", "", head, weight(reason.nats, most), element("div", "quiet small", `${reason.detector}${measured ? ` · ${measured}` : ""}`)));
  }
  const ends = element("div", "ends quiet small", element("span", "", "person"), element("span", "", "program"));
  return element("div", "", ends, made);
}

function unit(symbol) {
  return symbol === "" || symbol === "count" || symbol === "0/1" || symbol === "share" ? "" : ` ${symbol}`;
}

function newRow(id, select) {
  const cell = (name) => element("td", name);
  const row = {
    class: cell("c-class"), score: cell("c-score"), client: cell("c-client"),
    why: cell("c-why"), events: cell("c-number"), seen: cell("c-seen"), was: "",
  };
  row.button = element("button", "client-name");
  row.button.type = "button";
  row.agent = element("div", "agent quiet");
  row.client.append(row.button, row.agent);
  row.meter = element("div", "meter");
  row.number = element("span", "score-number");
  row.score.append(row.number, row.meter);
  row.reason = element("div", "reason-title");
  row.sum = element("span", "quiet small");
  row.balance = element("div", "balance");
  row.why.append(row.reason, element("div", "why-line", row.balance, row.sum));
  row.line = element("tr", "", row.class, row.score, row.client, row.why, row.events, row.seen);
  row.line.addEventListener("click", () => select(id));
  return row;
}

function fill(row, client, latest, selected) {
  row.line.classList.toggle("selected", selected);
  row.button.setAttribute("aria-expanded", String(selected));
  setText(row.button, client.client.ip);
  setText(row.agent, client.client.user_agent ?? "no user agent");
  row.agent.title = client.client.user_agent ?? "";
  if (row.was !== client.class) {
    row.class.replaceChildren(badge(client.class));
    row.was = client.class;
  }
  setText(row.number, client.score.toFixed(1));
  row.meter.style.setProperty("--share", `${client.score}%`);
  row.meter.className = `meter k-${client.class}`;
  const [first] = client.reasons;
  setText(row.reason, first ? first.title : "–");
  row.reason.title = first ? first.title : "";
  const nats = client.reasons.map((reason) => reason.nats);
  setText(row.sum, nats.length ? `${signed(nats.reduce((sum, one) => sum + one, 0))} by ${nats.length}` : "");
  row.balance.replaceChildren(balance(nats, Math.max(BALANCE_NATS, reach(nats))));
  setText(row.events, count(client.events));
  setText(row.seen, ago(client.last_seen, latest));
}

/** The longer of the two sums: for a program, for a person. */
function reach(nats) {
  const sum = (fits) => nats.filter(fits).reduce((all, one) => all + Math.abs(one), 0);
  return Math.max(sum((one) => one > 0), sum((one) => one < 0));
}

function remember(id, score) {
  const scores = histories.get(id) ?? [];
  scores.push(score);
  if (scores.length > HISTORY_MAX) scores.shift();
  histories.set(id, scores);
  // The oldest entry of a map comes first: clients not listed for long are forgotten.
  if (histories.size > 2000) histories.delete(histories.keys().next().value);
}

function moment(text) {
  return text ? text.replace("T", " ").replace(/\.\d+Z$/, " UTC") : "–";
}
