// The console: asks the two endpoints every second and shows what they say. Nothing is computed here that the
// endpoints do not tell.

import { CLASSES, ago, badge, count, element, line, mark, setText } from "./draw.js";
import { showClients, showDetail } from "./clients.js";

const POLL_MS = 1000;
const LISTED = 50;
const ALERTS_SHOWN = 12;

const at = (id) => document.getElementById(id);
const state = { paused: false, selected: location.hash.slice(1), latest: null, token: sessionStorage.getItem("token") };

/** Asks one endpoint; asks for a token when the endpoint wants one. */
async function ask(path) {
  const headers = state.token ? { authorization: `Bearer ${state.token}` } : {};
  const response = await fetch(path, { headers, cache: "no-store" });
  if (response.status === 401 && !at("sign-in").open) at("sign-in").showModal();
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(response.status === 401 ? "token needed" : `answered ${response.status}`);
  return response.json();
}

async function poll() {
  if (!state.paused && !document.hidden && !at("sign-in").open) {
    try {
      await refresh();
    } catch (error) {
      status("lost", error instanceof TypeError ? "not reachable" : error.message);
    }
  }
  setTimeout(poll, POLL_MS);
}

async function refresh() {
  const wanted = new URLSearchParams({ limit: LISTED, min_score: minScore(), sort: at("sort").value });
  const chosen = document.querySelector("#classes input:checked")?.value;
  if (chosen) wanted.set("class", chosen);
  const [overview, clients] = await Promise.all([ask("/v1/overview"), ask(`/v1/clients?${wanted}`)]);
  state.latest = overview.latest_event;
  showOverview(overview);
  showClients(at("rows"), clients.clients, state.latest, state.selected, select);
  const shown = clients.clients.length;
  setText(at("listed"), shown < clients.matched ? `the first ${shown} of ${count(clients.matched)}` : count(shown));
  at("empty").hidden = shown > 0;
  await refreshDetail(clients.clients);
  status(overview.ready ? "live" : "waiting", overview.ready ? "live" : "not ready");
}

/** The chosen client, from the list when it is there, else asked for by its id. */
async function refreshDetail(clients) {
  const found = clients.find((client) => client.client.id === state.selected);
  const known = /^[0-9a-f]{32}$/.test(state.selected);
  const client = found ?? (known ? await ask(`/v1/risk/${state.selected}`) : null);
  at("detail").hidden = !client;
  if (client) showDetail(at("detail-body"), client);
}

function showOverview(overview) {
  setText(at("version"), overview.version);
  setText(at("latest"), overview.latest_event ? overview.latest_event.replace("T", " ").slice(0, 19) : "–");
  setText(at("rate"), count(overview.events_per_second));
  setText(at("events"), count(overview.events));
  at("rate-chart").replaceChildren(line(overview.events_history, "Events per second over the last two minutes"));
  setText(at("clients-count"), count(overview.clients));
  setText(at("agents-count"), count(overview.classes.agent));
  setText(at("automation-count"), count(overview.classes.automation));
  setText(at("alerts-open"), count(overview.alerts_open));
  setText(at("alerts-opened"), count(overview.alerts_opened));
  for (const [word, number] of Object.entries(overview.classes)) {
    const tile = at(`class-${word}`);
    if (tile) setText(tile, count(number));
  }
  setText(at("class-all"), count(overview.clients));
  showAlerts(overview.alerts);
}

function showAlerts(alerts) {
  at("no-alerts").hidden = alerts.length > 0;
  const items = alerts.slice(0, ALERTS_SHOWN).map((alert) => {
    const choose = element("button", "client-name", alert.client.ip);
    choose.type = "button";
    choose.dataset.key = `${alert.id}-${alert.state}`;
    choose.addEventListener("click", () => select(alert.client.id));
    const what = `${alert.kind.replaceAll("_", " ")} · ${alert.score.toFixed(1)}`;
    const text = element("div", "alert-text", choose, element("div", "quiet small", what));
    const when = element("div", "alert-when", element("span", "tag", alert.state), element("div", "quiet small", ago(alert.at, state.latest)));
    return element("li", `s-${alert.state}`, mark(alert.class), text, when);
  });
  // A focused entry keeps its focus over the refresh.
  const focused = document.activeElement?.dataset?.key;
  at("alerts").replaceChildren(...items);
  if (focused) [...at("alerts").querySelectorAll("button")].find((b) => b.dataset.key === focused)?.focus();
}

function select(id) {
  state.selected = state.selected === id ? "" : id;
  history.replaceState(null, "", state.selected ? `#${state.selected}` : location.pathname);
  refreshNow();
}

function status(kind, text) {
  at("status").dataset.state = kind;
  setText(at("status"), text);
}

function minScore() {
  const value = Number(at("min-score").value);
  return Number.isFinite(value) ? Math.min(Math.max(value, 0), 100) : 0;
}

/** One tile per class, and one for all: radio buttons, so that arrow keys move between them. */
function buildClasses() {
  for (const word of ["", ...Object.keys(CLASSES)]) {
    const input = element("input");
    Object.assign(input, { type: "radio", name: "class", value: word, checked: word === "" });
    input.addEventListener("change", refreshNow);
    const number = element("strong", "", "–");
    number.id = `class-${word || "all"}`;
    const name = word ? badge(word) : element("span", "badge", "All clients");
    at("classes").append(element("label", "tile", input, number, name));
  }
}

function refreshNow() {
  refresh().catch((error) => status("lost", error.message));
}

function wire() {
  at("pause").addEventListener("click", () => {
    state.paused = !state.paused;
    at("pause").setAttribute("aria-pressed", String(state.paused));
    setText(at("pause"), state.paused ? "Resume" : "Pause");
    if (state.paused) status("waiting", "paused");
  });
  at("close").addEventListener("click", () => select(state.selected));
  at("min-score").addEventListener("input", refreshNow);
  at("sort").addEventListener("change", refreshNow);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state.selected && !at("sign-in").open) select(state.selected);
  });
  at("token-form").addEventListener("submit", (event) => {
    event.preventDefault();
    state.token = at("token").value;
    sessionStorage.setItem("token", state.token);
    at("token").value = "";
    at("sign-in").close();
    refreshNow();
  });
}

buildClasses();
wire();
poll();
