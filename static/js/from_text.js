// „Pataisyti“ beside a line that was not understood selects that line in the text.
"use strict";

const text = document.getElementById("id_text");
const END_OF_LINE = /[\n\v\f\x85\u2028\u2029]/; // as the server counts lines

for (const link of document.querySelectorAll("[data-line]")) {
  link.addEventListener("click", (event) => {
    const lines = text.value.split(END_OF_LINE);
    const before = lines.slice(0, link.dataset.line - 1);
    const line = lines[before.length] ?? ""; // it may have been deleted since
    const start = before.reduce((length, line) => length + line.length + 1, 0);
    event.preventDefault();
    text.focus();
    text.setSelectionRange(start, start + line.length);
    const height = text.scrollHeight / lines.length;
    text.scrollTop = height * before.length - text.clientHeight / 2;
    text.scrollIntoView({ block: "nearest" });
  });
}
