"use strict";
// Everything that comes from documents, models or the server enters the page as text nodes: nothing is parsed as markup.
const $ = id => document.getElementById(id);
const el = (tag, props = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
};
const stages = ["embed", "search", "keywords", "rerank", "generate"];
const stageNames = { generate: "answer" };
let history = [];
let running = null;
let last = null;
let documents = [];

// Everything but reading goes along with the page's token; one that is out of date, after a restart of the server, is fetched anew.
let pageToken = null;
async function send(path, options) {
  for (let again = false; ; again = true) {
    pageToken ??= await (await fetch("api/token")).json();
    const response = await fetch(path, { ...options, headers: { ...options.headers, [pageToken.header]: pageToken.token } });
    if (response.status !== 403 || again) return response;
    pageToken = null;
  }
}

async function api(path, options) {
  const response = options ? await send(path, options) : await fetch(path);
  if (!response.ok) throw new Error(await problemOf(response));
  return response.status === 204 ? null : response.json();
}

async function problemOf(response) {
  try {
    const problem = await response.json();
    return problem.detail || problem.title || `The server answered ${response.status}.`;
  } catch {
    return `The server answered ${response.status}.`;
  }
}

function showProblem(message) {
  $("problem").textContent = message || "";
  $("problem").hidden = !message;
}

// ---- status, documents

async function refreshStatus() {
  const s = await api("api/status");
  const chip = (label, value, rest = "") => el("span", { className: "chip" }, label + " ", el("b", {}, value), rest);
  $("chips").replaceChildren(
    chip("models", s.models, s.reranker === s.models ? "" : ` · reranker ${s.reranker}`),
    chip("store", `${s.store} · ${s.passages.toLocaleString()} passages`),
    s.chat ? chip("answers", s.chat.model, ` (passages go to ${s.chat.host})`) : chip("answers", "extractive", " (no chat model configured)"));
  $("suggestions").replaceChildren(...s.suggestions.map(text => {
    const button = el("button", { type: "button" }, text);
    button.addEventListener("click", () => ask(text));
    return el("li", {}, button);
  }));
}

async function refreshDocuments() {
  const page = await api("api/documents?take=1000");
  documents = page.items;
  $("documents").replaceChildren(...documents.map(documentRow));
  const chosen = $("only").value;
  $("only").replaceChildren(el("option", { value: "" }, "all documents"), ...documents.filter(d => d.chunks > 0).map(d => el("option", { value: d.id }, d.id)));
  $("only").value = documents.some(d => d.id === chosen) ? chosen : "";
}

function documentRow(d) {
  const name = el("button", { type: "button", className: "name" }, d.id.replace(/^uploads\//, ""));
  name.addEventListener("click", () => openDocument(d.id));
  const row = el("li", {}, name);
  const size = d.bytes < 1024 ? `${d.bytes} B` : d.bytes < 1048576 ? `${Math.round(d.bytes / 1024)} KB` : `${(d.bytes / 1048576).toFixed(1)} MB`;
  row.append(d.error
    ? el("small", { className: "bad" }, `not indexed: ${d.error}`)
    : el("small", {}, `${size} · ${d.chunks} ${d.chunks === 1 ? "passage" : "passages"}`));
  if (d.removable) {
    const remove = el("button", { type: "button", className: "remove", ariaLabel: `Delete ${d.id}` }, "✕");
    remove.addEventListener("click", () => removeDocument(d.id));
    row.append(remove);
  }
  return row;
}

async function removeDocument(id) {
  try {
    await api(`api/documents/${encodeURIComponent(id)}`, { method: "DELETE" });
    $("docs-status").textContent = `${id} was deleted.`;
    await Promise.all([refreshDocuments(), refreshStatus()]);
  } catch (error) {
    $("docs-status").textContent = error.message;
  }
}

async function upload(files) {
  if (files.length === 0) return;
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  $("docs-status").textContent = `Uploading ${files.length} ${files.length === 1 ? "file" : "files"}…`;
  try {
    const response = await send("api/documents", { method: "POST", body: form });
    if (!response.ok) throw new Error(await problemOf(response));
    const result = await response.json();
    if (response.status === 202) await follow(result);
    else $("docs-status").textContent = "Nothing changed: these documents are indexed already.";
  } catch (error) {
    $("docs-status").textContent = error.message;
  }
  $("files").value = "";
}

async function rescan() {
  try {
    await follow(await api("api/ingestions", { method: "POST" }));
  } catch (error) {
    $("docs-status").textContent = error.message;
  }
}

async function follow(job) {
  const bar = el("progress", { max: 1, value: 0, ariaLabel: "Indexing" });
  const stop = el("button", { type: "button", className: "remove", ariaLabel: "Stop indexing" }, "✕");
  const text = el("small", {}, "indexing…");
  const row = el("li", {}, el("span", {}, "Indexing"), stop, text, bar);
  stop.addEventListener("click", () => send(`api/ingestions/${job.id}`, { method: "DELETE" }));
  $("running").append(row);
  const response = await fetch(`api/ingestions/${job.id}`, { headers: { Accept: "text/event-stream" } });
  for await (const { data } of events(response)) {
    job = data;
    text.textContent = data.total ? `${data.done} of ${data.total}${data.file ? ` · ${data.file}` : ""}` : data.stage;
    bar.max = Math.max(1, data.total);
    bar.value = data.done;
  }
  row.remove();
  const failed = job.failed || [];
  $("docs-status").textContent = job.error || (failed.length > 0
    ? failed.map(f => `${f.id}: ${f.reason}`).join(" ")
    : `Indexed: ${job.added} added, ${job.changed} changed, ${job.removed} removed, ${job.unchanged} unchanged.`);
  await Promise.all([refreshDocuments(), refreshStatus()]);
}

// A run that began before this page was loaded is shown too.
async function followRunning() {
  const running = (await api("api/ingestions")).find(job => !["done", "failed", "stopped"].includes(job.stage));
  if (running) await follow(running);
}

async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  while (true) {
    const { value, done } = await reader.read();
    if (done) return;
    buffer += value;
    let end;
    while ((end = buffer.indexOf("\n\n")) >= 0) {
      const block = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      let type = "message", data = "";
      for (const line of block.split("\n")) {
        if (line.startsWith("event:")) type = line.slice(6).trim();
        else if (line.startsWith("data:")) data += line.slice(5).trimStart();
      }
      if (data) yield { type, data: JSON.parse(data) };
    }
  }
}

// ---- asking

async function ask(question, again = false) {
  if (running) return;
  showProblem("");
  $("empty").hidden = true;
  const turns = again ? history.slice(0, -1) : history;
  const text = el("div", { className: "text" });
  const searched = el("p", { className: "searched", hidden: true });
  const sources = el("div", { className: "src" });
  const answer = el("div", { className: "a" }, searched, text, sources);
  const turn = el("div", { className: "turn" }, answer);
  turn.style.display = "contents";
  turn.prepend(el("div", { className: "q" }, question));
  $("talk").append(turn);
  turn.firstChild.scrollIntoView({ block: "start" });
  last = { question, run: text => ask(text, true), turn };
  running = new AbortController();
  setBusy(true);
  let written = "", passages = [], final = null;
  const only = $("only").value;
  try {
    const response = await send("api/ask", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
      body: JSON.stringify({
        question, history: turns.slice(-10), topK: +$("topk").value || 5, candidates: +$("candidates").value || 20,
        rerank: $("rerank").checked, hybrid: $("match").value === "hybrid", keywordsOnly: $("match").value === "keyword", documentIds: only ? [only] : undefined,
      }),
      signal: running.signal,
    });
    if (!response.ok) throw new Error(await problemOf(response));
    for await (const { type, data } of events(response)) {
      if (type === "retrieval") {
        passages = data.passages;
        renderSearched(searched, data.query);
      } else if (type === "token") {
        written += data.text;
        renderText(text, written, passages);
      } else if (type === "replace") {
        written = data.text;
        renderText(text, written, passages);
      } else if (type === "error") {
        throw new Error(data.detail || data.title);
      } else if (type === "done") {
        final = data;
      }
    }
    if (!final) throw new Error("The connection ended before the answer did. Ask again.");
    answer.classList.toggle("refused", final.status === "refused");
    renderSearched(searched, final.query);
    renderText(text, final.text, final.passages, final.citations);
    if (final.warning) text.append(el("p", { className: "warning" }, final.warning));
    renderSources(sources, final);
    renderWhy(final);
    history = [...turns, { question, answer: final.status === "answered" ? final.text : "" }];
    $("status").textContent = final.status === "answered" ? "The answer is complete." : "The documents do not hold an answer.";
  } catch (error) {
    if (error.name === "AbortError") {
      text.append(el("p", { className: "warning" }, "Stopped."));
      $("status").textContent = "Stopped.";
    } else {
      if (!written) turn.remove();
      showProblem(unreachable(error));
    }
  } finally {
    running = null;
    setBusy(false);
  }
}

function renderSearched(target, query) {
  const parts = query.searched === query.asked ? [] : [`searched for: ${query.searched}`];
  if (query.further) parts.push(`the chat model searched for: ${query.further.join(" · ")}`);
  target.hidden = parts.length === 0;
  target.textContent = parts.join(" — ");
}

// Passages without an answer.
async function find(query) {
  if (running) return;
  showProblem("");
  $("empty").hidden = true;
  running = new AbortController();
  setBusy(true);
  const only = $("only").value;
  try {
    const found = await api("api/search", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        query, topK: +$("topk").value || 5, candidates: +$("candidates").value || 20, mode: $("match").value,
        rerank: $("rerank").checked, documentIds: only ? [only] : undefined,
      }),
      signal: running.signal,
    });
    const list = el("ol", { className: "hits" }, ...found.hits.map(p => {
      const open = el("button", { type: "button" }, placeOf(p));
      open.addEventListener("click", () => openDocument(p.documentId, p));
      return el("li", {}, open, el("p", {}, p.text));
    }));
    const turn = el("div", { className: "turn" }, el("div", { className: "q" }, `Search: ${query}`),
      el("div", { className: "a" }, found.hits.length ? list : el("p", {}, "Nothing was found.")));
    turn.style.display = "contents";
    $("talk").append(turn);
    turn.firstChild.scrollIntoView({ block: "start" });
    last = { question: query, run: find, turn };
    renderWhy({ ...found, passages: found.hits });
    $("status").textContent = `${found.hits.length} passages were found.`;
  } catch (error) {
    if (error.name === "AbortError") $("status").textContent = "Stopped.";
    else showProblem(unreachable(error));
  } finally {
    running = null;
    setBusy(false);
  }
}

const unreachable = error => error.message === "Failed to fetch" ? "The server does not answer. Check that it runs, and ask again." : error.message;

function setBusy(busy) {
  $("talk").setAttribute("aria-busy", busy);
  $("send").textContent = busy ? "Stop" : "Ask";
  $("find").disabled = busy;
  if (busy) $("status").textContent = "Searching the documents…";
}

// Fences become blocks, backquotes code, [n] buttons; all else stays text.
function renderText(target, text, passages, citations = []) {
  const nodes = [];
  for (const part of text.split(/(```[\s\S]*?(?:```|$))/)) {
    if (part.startsWith("```")) {
      nodes.push(el("pre", { tabIndex: 0 }, part.replace(/^```[^\n]*\n?/, "").replace(/```$/, "").trimEnd()));
      continue;
    }
    for (const line of part.split(/\r?\n/).filter(l => l.trim())) nodes.push(el("p", {}, ...inline(line, passages, citations)));
  }
  target.replaceChildren(...nodes);
}

function inline(line, passages, citations) {
  return line.split(/(`[^`]+`|\[\d+\])/).filter(Boolean).map(part => {
    const n = /^\[(\d+)\]$/.exec(part);
    if (n && passages[n[1] - 1]) return citeButton(+n[1], passages[n[1] - 1], citations);
    return part.length > 2 && part.startsWith("`") && part.endsWith("`") ? el("code", {}, part.slice(1, -1)) : part;
  });
}

function citeButton(n, passage, citations) {
  const button = el("button", { type: "button", className: "cite", ariaLabel: `Source ${n}: ${placeOf(passage)}` }, String(n));
  button.addEventListener("click", () => openDocument(passage.documentId, passage, citations.filter(c => c.n === n)));
  return button;
}

function placeOf(p) {
  const file = p.documentId.replace(/^uploads\//, "");
  return file + (p.page ? `, page ${p.page}` : "") + (p.headingPath ? ` › ${p.headingPath.split(" > ").at(-1)}` : "");
}

function renderSources(target, answer) {
  const cited = new Set(answer.citations.map(c => c.n));
  target.replaceChildren(...answer.passages.flatMap((p, i) => {
    if (answer.status === "answered" && !cited.has(i + 1)) return [];
    const button = el("button", { type: "button" }, el("b", {}, String(i + 1)), " " + placeOf(p));
    button.addEventListener("click", () => openDocument(p.documentId, p, answer.citations.filter(c => c.n === i + 1)));
    return [button];
  }));
}

// ---- why these passages

function renderWhy(answer) {
  const after = answer.passages;
  const known = [...after, ...answer.dropped].filter(p => p.ranks.before);
  const before = known.sort((a, b) => a.ranks.before - b.ranks.before).slice(0, Math.max(after.length, 5) + 1);
  const reranked = after.some(p => p.scores.rerank !== undefined && p.scores.rerank !== null);
  // Raw scores: their scales differ, and none of them is a share of anything.
  const score = value => value === undefined || value === null ? "" : Math.abs(value) < 0.1 ? value.toFixed(4) : value.toFixed(2);
  const first = p => score(p.scores.fused ?? p.scores.vector ?? p.scores.keyword);
  const item = (p, note) => {
    const content = [el("b", {}, placeOf(p)), el("span", {}, note)];
    if (!p.text) return el("li", {}, el("div", {}, ...content));
    const button = el("button", { type: "button", title: placeOf(p) }, ...content);
    button.addEventListener("click", () => openDocument(p.documentId, p, []));
    return el("li", {}, button);
  };
  const left = el("ol", {}, ...before.map(p => item(p, first(p))));
  const right = el("ol", {}, ...after.map(p => {
    const move = p.ranks.before ? p.ranks.before - p.ranks.after : 0;
    const arrow = move > 0 ? ` ▲${move}` : move < 0 ? ` ▼${-move}` : "";
    return item(p, (reranked ? score(p.scores.rerank) : first(p)) + arrow);
  }));
  const beyond = answer.dropped.length;
  if (beyond > 0) right.append(el("li", {}, el("div", {}, el("b", {}, `${beyond} more below`), el("span", {}, `cut: keep ${after.length}`))));
  const rows = Math.max(before.length, right.children.length);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 48 ${rows * 52}`);
  svg.setAttribute("height", rows * 52);
  svg.setAttribute("aria-hidden", "true");
  after.forEach((p, to) => {
    const from = before.findIndex(b => b.passageId === p.passageId);
    if (from < 0) return;
    const [y1, y2] = [from * 52 + 23, to * 52 + 23];
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", `M2 ${y1}C24 ${y1} 24 ${y2} 46 ${y2}`);
    path.setAttribute("class", to < from ? "up" : to > from ? "down" : "same");
    svg.append(path);
  });
  const t = answer.timings;
  const sum = stages.reduce((total, s) => total + t[s], 0) || 1;
  const bar = el("div", { className: "times" });
  bar.setAttribute("aria-hidden", "true");
  for (const s of stages) {
    const part = el("span", { className: `t-${s}` });
    part.style.width = `${100 * t[s] / sum}%`;
    bar.append(part);
  }
  const fusedByStore = known.some(p => p.scores.fused != null) && known.every(p => p.scores.vector == null && p.scores.keyword == null);
  const ms = value => value < 10 ? value.toFixed(1) : Math.round(value);
  $("why").replaceChildren(
    el("div", { className: "rank" },
      el("div", {}, el("h3", {}, "Before: search"), left), svg,
      el("div", {}, el("h3", {}, reranked ? "After: reranker" : "After: not reranked"), right)),
    candidateTable(after, answer.dropped, score, fusedByStore),
    el("h2", {}, `Where the time went: ${ms(t.total)} ms`), bar,
    el("ul", { className: "legend" }, ...stages.filter(s => t[s] > 0).map(s =>
      el("li", {}, el("span", { className: `swatch t-${s}` }), `${stageNames[s] || s} ${ms(t[s])} ms`))));
  if (answer.usage) $("why").append(el("p", { className: "note" }, `The chat model read ${answer.usage.inputTokens} tokens and wrote ${answer.usage.outputTokens}.`));
}

const reasons = { beyondTop: "enough better ones", duplicate: "same text as a better one", belowThreshold: "score too low", leftOutByReranker: "reranker left it out" };

// Every candidate with its score at each stage, and what became of it.
function candidateTable(kept, dropped, score, fusedByStore) {
  const rows = [...kept, ...dropped].sort((a, b) => (a.ranks.before ?? 1e9) - (b.ranks.before ?? 1e9));
  const head = el("tr", {}, ...["#", "Passage", "Vector", "Keywords", "Fused", "Reranker", "Became"].map(name => el("th", { scope: "col" }, name)));
  const body = rows.map(p => {
    const place = kept.indexOf(p) + 1;
    return el("tr", {}, ...[p.ranks.before ?? "", placeOf(p), score(p.scores.vector), score(p.scores.keyword), score(p.scores.fused), score(p.scores.rerank),
      place ? `[${place}]` : `cut: ${reasons[p.reason] || p.reason}`].map(value => el("td", {}, String(value))));
  });
  const details = el("details", { className: "all" }, el("summary", {}, `All ${rows.length} candidates, with the score of each stage`));
  if (fusedByStore) details.append(el("p", { className: "note" }, "This store fuses vectors and keywords itself and does not tell their own scores."));
  const frame = el("div", { className: "scroll", tabIndex: 0, role: "region", ariaLabel: "All candidates" }, el("table", {}, el("thead", {}, head), el("tbody", {}, ...body)));
  details.append(frame);
  return details;
}

// ---- reader

async function openDocument(id, passage, citations = []) {
  try {
    const response = await fetch(`api/documents/${encodeURIComponent(id)}/text`);
    if (!response.ok) throw new Error(await problemOf(response));
    const text = await response.text();
    $("reader-title").textContent = passage ? placeOf(passage) : id;
    const quotes = citations.filter(c => passage && c.start >= passage.start && c.end <= passage.end);
    $("reader-text").replaceChildren(...marked(text, passage, quotes));
    if (!$("reader").open) $("reader").showModal();
    const target = $("reader-text").querySelector("mark:not(.passage)") || $("reader-text").querySelector("mark");
    if (target) target.scrollIntoView({ block: "center" });
    else $("reader-text").scrollTop = 0;
  } catch (error) {
    showProblem(error.message);
  }
}

function marked(text, passage, quotes) {
  if (!passage) return [text];
  const nodes = [text.slice(0, passage.start)];
  let at = passage.start;
  for (const q of [...quotes].sort((a, b) => a.start - b.start)) {
    if (q.start < at) continue;
    nodes.push(el("mark", { className: "passage" }, text.slice(at, q.start)), el("mark", {}, text.slice(q.start, q.end)));
    at = q.end;
  }
  nodes.push(el("mark", { className: "passage" }, text.slice(at, passage.end)), text.slice(passage.end));
  return nodes;
}

// ---- wiring

$("form").addEventListener("submit", event => {
  event.preventDefault();
  if (running) return running.abort();
  const question = taken();
  if (question) ask(question);
});
$("find").addEventListener("click", () => {
  const query = taken();
  if (query) find(query);
});

function taken() {
  const text = $("question").value.trim();
  if (!text) showProblem("The question is empty. Ask something about the documents.");
  else $("question").value = "";
  return text;
}

for (const id of ["match", "rerank", "topk", "candidates", "only"]) {
  $(id).addEventListener("change", () => {
    if (!last || running) return;
    last.turn.remove();
    last.run(last.question);
  });
}
$("opts").addEventListener("submit", event => event.preventDefault());
$("new").addEventListener("click", () => {
  running?.abort();
  history = [];
  last = null;
  $("talk").querySelectorAll(".turn").forEach(t => t.remove());
  $("empty").hidden = false;
  showProblem("");
  $("question").focus();
});
$("files").addEventListener("change", () => upload([...$("files").files]));
$("rescan").addEventListener("click", rescan);
$("reader-close").addEventListener("click", () => $("reader").close());
$("reader").addEventListener("click", event => event.target === $("reader") && $("reader").close());
for (const type of ["dragenter", "dragover"]) {
  $("drop").addEventListener(type, event => { event.preventDefault(); $("drop").classList.add("over"); });
}
for (const type of ["dragleave", "drop"]) $("drop").addEventListener(type, () => $("drop").classList.remove("over"));
$("drop").addEventListener("drop", event => { event.preventDefault(); upload([...event.dataTransfer.files]); });
window.addEventListener("dragover", event => event.preventDefault());
window.addEventListener("drop", event => event.preventDefault());
Promise.all([refreshStatus(), refreshDocuments(), followRunning()]).catch(error => showProblem(error.message));
$("question").focus({ preventScroll: true });
