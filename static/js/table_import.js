// Shows how far the worker is with a table, and the next page when it has come to its end.
"use strict";

const place = document.querySelector("[data-progress]");
const words = place.querySelector("[data-words]");
const bar = place.querySelector("progress");
const PAUSE = 1000; // milliseconds

async function look() {
  try {
    const answer = await fetch(place.dataset.progress, { headers: { Accept: "application/json" } });
    const told = answer.ok ? await answer.json() : { state: "" };
    if (told.state !== place.dataset.state || told.is_stuck) {
      location.reload();
      return;
    }
    words.textContent = told.words;
    if (told.part === null) bar.removeAttribute("value");
    else bar.value = told.part;
  } catch {
    // The connection is away: the next look may find it again.
  }
  setTimeout(look, PAUSE);
}

setTimeout(look, PAUSE);
