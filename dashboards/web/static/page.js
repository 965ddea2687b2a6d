// Keeps the page fresh: fetches its parts and replaces those that changed, without taking the focus, an open table or a
// selection away. Without this file the page shows the same, and the Refresh link renews it.
"use strict";

const EVERY_MS = 12_000;
const WAIT_MS = 8_000;

function keepOpen(old, fresh) {
  for (const open of old.querySelectorAll("details[open]")) {
    fresh.querySelector(`#${open.id}`)?.setAttribute("open", "");
  }
}

function isSelected(part) {
  const selection = document.getSelection();
  return selection !== null && !selection.isCollapsed && selection.containsNode(part, true);
}

function places(part) {
  return [...part.querySelectorAll(".scroll")].map((box) => [box.id, box.scrollLeft, box.scrollTop]);
}

function replace(old, fresh) {
  keepOpen(old, fresh);
  if (old.isEqualNode(fresh) || isSelected(old)) return;
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  const scrolled = places(old);
  old.replaceWith(fresh);
  for (const [id, left, top] of scrolled) document.getElementById(id)?.scrollTo(left, top);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

function stateWord() {
  return document.getElementById("state-word")?.textContent ?? "";
}

function show(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const before = stateWord();
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const old = document.getElementById(part.id);
    if (old) replace(old, document.importNode(part, true));
  }
  if (stateWord() !== before) document.getElementById("announced").textContent = stateWord();
}

async function refresh() {
  const unreachable = document.getElementById("unreachable");
  try {
    const answer = await fetch(document.body.dataset.parts, { signal: AbortSignal.timeout(WAIT_MS) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    show(await answer.text());
    unreachable.hidden = true;
  } catch {
    unreachable.hidden = false;
  }
}

async function run() {
  for (;;) {
    await new Promise((resume) => setTimeout(resume, EVERY_MS));
    if (!document.hidden) await refresh();
  }
}

if (document.body.dataset.parts) {
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  run();
}
