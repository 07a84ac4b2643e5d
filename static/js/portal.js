/* What the portal does better with JavaScript. Without it every page still works. */
(function () {
  "use strict";
  const each = (selector, act, root) => (root || document).querySelectorAll(selector).forEach(act);

  // The error summary is read first.
  function focusSummary(root) {
    const summary = (root || document).querySelector("[data-focus]");
    if (summary) summary.focus();
  }

  // A form is sent once. Buttons wake up again when the page comes back from the browser's memory.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "again" in form.dataset) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    // After this turn, so that the pressed button's own name and value are still sent.
    setTimeout(() => [...form.elements].forEach((el) => el.type === "submit" && el.setAttribute("aria-disabled", "true")));
  });
  function wake() {
    each("form[data-sent]", (form) => {
      delete form.dataset.sent;
      [...form.elements].forEach((el) => el.removeAttribute("aria-disabled"));
    });
  }
  window.addEventListener("pageshow", wake);
  document.addEventListener("htmx:afterRequest", wake);

  // <form data-forget="…">: signing out, this browser forgets what it kept under names that begin so.
  document.addEventListener("submit", (event) => {
    const what = event.target.dataset.forget;
    try { if (what) Object.keys(localStorage).filter((name) => name.startsWith(what)).forEach((name) => localStorage.removeItem(name)); } catch (error) { /* nothing is kept */ }
  });

  // <form data-guard>: leaving with something typed and not saved asks first.
  let unsaved = null;
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && form.hasAttribute("data-guard")) unsaved = form;
  });
  document.addEventListener("submit", (event) => { if (event.target === unsaved) unsaved = null; });
  window.addEventListener("beforeunload", (event) => { if (unsaved && unsaved.isConnected) event.preventDefault(); });

  // A chosen file says its name and size; data-max-bytes says when it is too large before it is sent.
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file") return;
    let note = input.nextElementSibling;
    if (!note || !note.classList.contains("file-note")) {
      note = document.createElement("p");
      note.className = "file-note";
      note.setAttribute("role", "status");
      input.after(note);
    }
    const files = [...input.files];
    const size = files.reduce((sum, file) => sum + file.size, 0);
    const limit = Number(input.dataset.maxBytes || 0);
    const words = size < 1e6 ? Math.max(1, Math.round(size / 1e3)) + " KB" : (size / 1e6).toFixed(1) + " MB";
    const tooBig = limit && files.some((file) => file.size > limit);
    note.classList.toggle("too-big", Boolean(tooBig));
    note.textContent = files.length ? files.map((file) => file.name).join(", ") + " · " + words + (tooBig ? " · " + (input.dataset.tooBig || "!") : "") : "";
  });

  // <button data-copy="…" hidden>
  function showCopy(root) { if (navigator.clipboard) each("[data-copy][hidden]", (button) => { button.hidden = false; }, root); }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) {
      const label = button.querySelector("span") || button;
      const before = label.textContent;
      navigator.clipboard.writeText(button.dataset.copy).then(() => {
        label.textContent = button.dataset.copied;
        setTimeout(() => { label.textContent = before; }, 2500);
      });
    }
    // A menu closes when one goes elsewhere.
    each("details.account[open], details.menu[open]", (menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    each("details.account[open], details.menu[open]", (menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });

  // A key that cannot be read is said in words, where it was asked for.
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    each("[data-key-problem]", (place) => { place.hidden = false; place.focus(); });
  });

  focusSummary();
  showCopy();
  document.addEventListener("htmx:afterSwap", (event) => { focusSummary(event.target); showCopy(event.target); });
})();
