/* Passkeys: the one thing here that a page cannot do without a script.

   A form with data-passkey asks the browser for a passkey and sends what it has signed in its
   field `credential`: "create" and "get" with the options in #passkey-options, "login" with those
   that its own address gives. On the login page the browser offers passkeys in the field of the
   address too. Reading and writing of the options is allauth's webauthn-json.js. */

(() => {
  "use strict";

  const passkeys = window.webauthnJSON;
  if (!passkeys || !passkeys.supported()) return;

  let offering; // ends the offer in the field of the address: one request at a time

  function optionsOnPage() {
    return JSON.parse(document.getElementById("passkey-options").textContent);
  }

  async function optionsOfLogin(form) {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`Status ${answer.status} of ${form.action}`);
    return (await answer.json()).request_options;
  }

  function send(form, credential) {
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  }

  async function ask(form) {
    const error = form.querySelector("[data-passkey-error]");
    error.hidden = true;
    if (offering) offering.abort();
    try {
      const kind = form.dataset.passkey;
      const options = kind === "login" ? await optionsOfLogin(form) : optionsOnPage();
      send(form, await (kind === "create" ? passkeys.create(options) : passkeys.get(options)));
    } catch {
      // Whatever it was, a cancelled question too, the way on is the same.
      error.hidden = false;
      error.focus();
    }
  }

  async function offer(form) {
    const { isConditionalMediationAvailable } = window.PublicKeyCredential;
    if (!isConditionalMediationAvailable) return;
    if (!(await window.PublicKeyCredential.isConditionalMediationAvailable())) return;
    offering = new AbortController();
    const { signal } = offering;
    try {
      const options = await optionsOfLogin(form);
      if (signal.aborted) return;
      send(form, await passkeys.get({ ...options, mediation: "conditional", signal }));
    } catch {
      // Nobody has asked for it: there is nothing to tell.
    }
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form);
    });
    if (form.dataset.passkey === "login") offer(form);
  }
  for (const note of document.querySelectorAll("[data-passkey-unsupported]")) note.remove();
})();
