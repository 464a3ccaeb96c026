// „Pataisyti“ beside a line that was not understood selects that line in the text.
"use strict";

const text = document.getElementById("id_text");

for (const link of document.querySelectorAll("[data-line]")) {
  link.addEventListener("click", (event) => {
    const lines = text.value.split("\n");
    const before = lines.slice(0, link.dataset.line - 1);
    const start = before.reduce((length, line) => length + line.length + 1, 0);
    event.preventDefault();
    text.focus();
    text.setSelectionRange(start, start + lines[link.dataset.line - 1].length);
    const height = text.scrollHeight / lines.length;
    text.scrollTop = height * before.length - text.clientHeight / 2;
    text.scrollIntoView({ block: "nearest" });
  });
}
