/* The page of a project's photos in the admin.

   Files that are chosen or dropped are sent each by itself, with its progress; the answer brings
   the row of the photo, or says why it was refused, and the others go on. What is typed in the
   rows stays meanwhile. A click on a picture says where its main spot is. All words are the
   page's: in #photo-words, and in the template #photo-sent for a file that is on its way. */

const AT_ONCE = 3; // files on their way
const PREVIEW_WIDTH = 320; // pixels
const LOOK_AGAIN = 4000; // milliseconds, for pictures that are being made ready
const LOOKS = 15;

const form = document.querySelector("[data-photos]");
const input = form.querySelector("[data-files]");
const rows = form.querySelector("[data-ordered]");
const items = form.querySelector("[data-sent]");
const { words, limit } = JSON.parse(document.getElementById("photo-words").textContent);

const queue = [];
const places = new WeakMap(); // of rows that have come: their number among the files sent
const before = rows.children.length;
const count = { all: 0, done: 0, refused: 0, underWay: 0 };
let drawing = Promise.resolve(); // one preview at a time: photos are large in memory
let known = 0;
let looks = 0;

/* Sending */

function add(files) {
  for (const file of files) {
    count.all += 1;
    const item = newItem(file, before + count.all);
    if (file.size > limit) {
      refuse(item, words.size);
    } else {
      preview(item);
      wait(item);
    }
  }
  tell();
}

function newItem(file, place) {
  const element = document.getElementById("photo-sent").content.firstElementChild.cloneNode(true);
  const part = (name) => element.querySelector(`[data-${name}]`);
  const item = { file, place, element, canvas: part("canvas"), progress: part("progress") };
  item.told = part("told");
  item.again = part("again");
  part("name").textContent = file.name;
  item.canvas.setAttribute("aria-label", file.name);
  item.progress.setAttribute("aria-label", file.name);
  item.again.addEventListener("click", () => tryAgain(item));
  items.append(element);
  return item;
}

function wait(item) {
  item.told.textContent = words.waits;
  item.progress.hidden = false;
  queue.push(item);
  startNext();
}

function startNext() {
  while (count.underWay < AT_ONCE && queue.length) send(queue.shift());
}

function send(item) {
  count.underWay += 1;
  item.told.textContent = "";
  const data = new FormData();
  data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.append("position", item.place);
  data.append("image", item.file);
  const request = new XMLHttpRequest();
  request.open("POST", form.dataset.send);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) item.progress.value = event.loaded / event.total;
  });
  request.upload.addEventListener("load", () => {
    item.told.textContent = words.sent;
  });
  request.addEventListener("loadend", () => {
    count.underWay -= 1;
    answered(item, request);
    tell();
    startNext();
    if (!isBusy()) lookForPictures();
  });
  request.send(data);
}

function answered(item, request) {
  const type = request.getResponseHeader("Content-Type") || "";
  if (request.status === 200 && type.startsWith("application/json")) {
    const answer = JSON.parse(request.responseText);
    if (answer.row) place(item, answer);
    else refuse(item, answer.errors.join(" "));
  } else if (request.status === 413) {
    refuse(item, words.size);
  } else if (request.status === 403 || request.status === 200) {
    refuse(item, words.login, true); // led to the login, or with a token of before it
  } else {
    refuse(item, words.network, true);
  }
}

function refuse(item, sentence, mayTryAgain = false) {
  count.refused += 1;
  item.element.classList.add("refused");
  item.told.textContent = sentence;
  item.progress.hidden = true;
  item.again.hidden = !mayTryAgain;
}

async function tryAgain(item) {
  count.refused -= 1;
  item.element.classList.remove("refused");
  item.again.hidden = true;
  item.element.focus();
  await freshPage(); // who has logged in anew has another token
  wait(item);
  tell();
}

function isBusy() {
  return count.underWay > 0 || queue.length > 0;
}

function tell() {
  const told = [words.summary.replace("{done}", count.done).replace("{all}", count.all)];
  if (count.refused) told.push(words.refused.replace("{refused}", count.refused));
  form.querySelector("[data-summary]").textContent = told.join(" ");
}

/* Rows */

function place(item, answer) {
  count.done += 1;
  const holder = document.createElement("template");
  holder.innerHTML = answer.row;
  const row = holder.content.firstElementChild;
  const later = [...rows.children].find((each) => places.get(each) > item.place);
  rows.insertBefore(row, later || null);
  places.set(row, item.place);
  const awaited = row.querySelector("[data-awaited]");
  if (awaited) {
    awaited.after(item.canvas);
    if (!item.canvas.hidden) awaited.remove();
  }
  item.element.remove();
  showMark(row);
  if (answer.number > known) {
    known = answer.number;
    form.querySelector("[data-state]").textContent = answer.state;
  }
  rows.dispatchEvent(new CustomEvent("row:added", { detail: row, bubbles: true }));
}

function preview(item) {
  drawing = drawing.then(async () => {
    try {
      const options = { resizeWidth: PREVIEW_WIDTH, resizeQuality: "medium" };
      const bitmap = await createImageBitmap(item.file, options);
      item.canvas.width = bitmap.width;
      item.canvas.height = bitmap.height;
      item.canvas.getContext("2d").drawImage(bitmap, 0, 0);
      bitmap.close();
    } catch {
      return; // a browser need not know HEIC; what is no picture is for the server to say
    }
    item.canvas.hidden = false;
    const row = item.canvas.closest("[data-photo]");
    if (!row) return;
    row.querySelector("[data-awaited]")?.remove();
    showMark(row);
  });
}

/* Bring the form's token up to date; return the page as it would be if it were loaded now. */
async function freshPage() {
  try {
    const answer = await fetch(window.location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("[data-photos] [name=csrfmiddlewaretoken]");
    if (token) form.elements.csrfmiddlewaretoken.value = token.value;
    return page;
  } catch {
    return null; // what is sent next will tell
  }
}

/* Put pictures into rows that wait for theirs, once the worker has made them. */
function lookForPictures() {
  if (looks >= LOOKS || isBusy() || !rows.querySelector("[data-awaited]")) return;
  looks += 1;
  setTimeout(async () => {
    const page = await freshPage();
    for (const awaited of rows.querySelectorAll("[data-awaited]")) {
      const row = awaited.closest("[data-photo]");
      const made = page?.getElementById(row.id)?.querySelector("[data-picture] img");
      if (!made) continue;
      row.querySelector("[data-picture] canvas")?.remove();
      awaited.replaceWith(document.importNode(made, true));
      showMark(row);
    }
    lookForPictures();
  }, LOOK_AGAIN);
}

/* The main spot of a picture */

function focusOf(row) {
  return ["focus_x", "focus_y"].map((name) => row.querySelector(`input[name$="-${name}"]`));
}

function showMark(row) {
  const mark = row.querySelector("[data-mark]");
  const [x, y] = focusOf(row).map((field) => Math.min(100, Math.max(0, Number(field.value))));
  mark.style.left = `${x}%`;
  mark.style.top = `${y}%`;
  mark.hidden = !row.querySelector("[data-picture] :is(img, canvas:not([hidden]))");
}

rows.addEventListener("click", (event) => {
  const picture = event.target.closest("[data-picture]")?.querySelector("img, canvas");
  if (!picture) return;
  const box = picture.getBoundingClientRect();
  const row = picture.closest("[data-photo]");
  const share = [
    (event.clientX - box.left) / box.width,
    (event.clientY - box.top) / box.height,
  ];
  focusOf(row).forEach((field, axis) => {
    field.value = Math.round(Math.min(1, Math.max(0, share[axis])) * 100);
  });
  showMark(row);
});

rows.addEventListener("input", (event) => {
  const row = event.target.closest("[data-photo]");
  if (focusOf(row).includes(event.target)) showMark(row);
});

/* Choosing and dropping */

function takeChosen() {
  if (!input.files.length) return;
  add([...input.files]);
  input.value = ""; // the form does not send them once more
}

input.addEventListener("change", takeChosen);

/* Wherever on the page: a file that misses its place would be opened instead of the form. */
const dropPlace = form.querySelector("[data-drop]");
for (const name of ["dragenter", "dragover"]) {
  window.addEventListener(name, (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    dropPlace.classList.add("over");
  });
}
window.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) dropPlace.classList.remove("over"); // out of the window
});
window.addEventListener("drop", (event) => {
  dropPlace.classList.remove("over");
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  add([...event.dataTransfer.files]);
});

window.addEventListener("beforeunload", (event) => {
  if (isBusy()) event.preventDefault();
});

for (const each of form.querySelectorAll("[data-with-script]")) each.hidden = false;
for (const each of form.querySelectorAll("[data-without-script]")) each.hidden = true;
for (const row of rows.children) showMark(row);
takeChosen(); // before this script was there
lookForPictures();
