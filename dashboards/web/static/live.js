// Shows a running test as it goes. Without this file the buttons work the same, and the page asks for itself anew.
"use strict";

let stream = null;

function heading() {
  return document.getElementById("live-heading")?.textContent ?? "";
}

function place(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("part-live");
  const old = document.getElementById("part-live");
  if (!fresh || !old) return;
  const before = heading();
  const focused = old.contains(document.activeElement);
  old.replaceWith(document.importNode(fresh, true));
  if (focused) document.querySelector("#part-live button")?.focus({ preventScroll: true });
  if (heading() !== before) document.getElementById("announced").textContent = heading();
}

function watch() {
  stream?.close();
  stream = new EventSource(`/live/changes?lang=${document.documentElement.lang}`);
  stream.addEventListener("course", (event) => place(event.data));
  stream.addEventListener("over", () => stream.close());
}

async function send(form) {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    redirect: "manual",
  });
  if (answer.type === "opaqueredirect" || answer.ok) watch();
  else document.getElementById("announced").textContent = await answer.text();
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form.live")) return;
  event.preventDefault();
  send(event.target).catch(() => event.target.submit());
});

// Who came here by a button without this script is asked to come again by it; with it the stream tells.
if (location.search.includes("watched")) location.replace("/live");
else if (["waiting", "running"].includes(document.getElementById("part-live")?.dataset.state)) watch();
