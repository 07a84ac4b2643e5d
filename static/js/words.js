/* Never lose a word: what is typed goes out field by field; what can't go out stays in this browser and is offered back.
   Without it, Save does the same. */
(function () {
  "use strict";
  const config = document.querySelector("[data-words]");
  const form = config && config.closest("form");
  if (!form || !window.fetch || !window.URLSearchParams) return;
  const { words: url, form: key, writer } = config.dataset;
  const say = (name) => config.dataset["s" + name];
  const WAIT = 1200, LONGEST = 100000, DAYS = 90 * 864e5;

  // --- What a control says ---------------------------------------------------------------------------------------
  const controls = (name) => [...form.elements].filter((el) => el.name === name);
  const isTick = (el) => el.type === "checkbox" || el.type === "radio";
  const isKept = (el) => el.name && !["file", "hidden", "submit", "button"].includes(el.type) && !el.name.startsWith("keep.");
  function said(name) {
    return controls(name).flatMap((el) => isTick(el) ? (el.checked ? [el.value] : [])
      : el.selectedOptions ? [...el.selectedOptions].map((option) => option.value) : [el.value])
      .map((text) => text.replace(/\r\n?/g, "\n").replace(/\0/g, "")).filter(Boolean);
  }
  function put(name, values) {
    controls(name).forEach((el) => {
      if (isTick(el)) el.checked = values.includes(el.value);
      else if (el.selectedOptions) [...el.options].forEach((option) => { option.selected = values.length ? values.includes(option.value) : !option.value; });
      else el.value = values.join("\n");
    });
  }
  function read(name, values) {
    const label = (value) => {
      const el = controls(name).find((one) => isTick(one) && one.value === value);
      const option = controls(name).flatMap((one) => [...(one.options || [])]).find((one) => one.value === value);
      return el ? (el.closest("label") || el).textContent.trim() : option ? option.textContent.trim() : value;
    };
    return values.map(label).join("\n") || say("Nothing");
  }
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const place = (name) => form.querySelector('[data-field="' + name + '"]') || controls(name)[0].closest(".field") || controls(name)[0].parentElement;

  // --- What this browser keeps: for people without an account only as long as the window is open -------------------
  const own = "words:" + writer + ":";
  let store = null;
  try { store = "hereOnly" in config.dataset ? sessionStorage : localStorage; } catch (error) { /* forbidden: the page asks before it closes */ }
  function local(of) {
    try { return JSON.parse(store.getItem(own + of)) || {}; } catch (error) { return {}; }
  }
  function keepLocal(of, kept) {
    try {
      if (Object.keys(kept).length) store.setItem(own + of, JSON.stringify(kept));
      else store.removeItem(own + of);
      return true;
    } catch (error) { return false; }
  }
  let safe = true;
  function hold(name) { safe = keepLocal(key, { ...local(key), [name]: { said: said(name), at: Date.now() } }); }
  function letGo(name, of = key) {
    const kept = local(of);
    delete kept[name];
    keepLocal(of, kept);
  }

  // --- A word beside a field -------------------------------------------------------------------------------------
  function note(name, text, { calm = false, link = "", linkText = "" } = {}) {
    form.querySelectorAll("[data-words-note]").forEach((old) => { if (old.textContent.trim() !== say("Filled")) old.remove(); });
    const line = document.createElement("p");
    line.className = "hint";
    line.dataset.wordsNote = "";
    if (!calm) line.setAttribute("role", "status");
    line.textContent = text + " ";
    if (link) {
      const a = document.createElement("a");
      a.href = link;
      a.textContent = linkText;
      line.append(a);
    }
    place(name).append(line);
  }

  // --- Two texts, and a choice -------------------------------------------------------------------------------------
  const open = new Map();
  function offer(kind, name, values, { at = 0, done = () => {} } = {}) {
    close(name);
    const box = document.querySelector('[data-words-choice="' + kind + '"]').content.firstElementChild.cloneNode(true);
    box.querySelector("blockquote").textContent = read(name, values);
    const when = box.querySelector("[data-when]");
    if (when && at) when.textContent = new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    const choose = (which) => {
      close(name);
      if (which === "other") put(name, values);
      done(which);
      controls(name)[0].focus();
    };
    box.addEventListener("click", (event) => { if (event.target.dataset.keep) choose(event.target.dataset.keep); });
    place(name).append(box);
    if (place(name).contains(document.activeElement)) box.scrollIntoView({ block: "nearest" });
    open.set(name, { box, choose, kind });
  }
  function close(name) {
    if (open.has(name)) open.get(name).box.remove();
    open.delete(name);
  }

  // --- Out to the portal, one field at a time ----------------------------------------------------------------------
  const hidden = (name) => form.elements[name];
  let seen = hidden("words_seen").value, base = "";
  const dirty = new Set(), touched = new Set(), refused = new Set();
  // The portal itself shows both texts here: the choice comes with Save.
  const undecided = new Set([...form.querySelectorAll('[name^="keep."]')].map((el) => el.name.slice(5)));
  undecided.forEach((name) => touched.add(name));
  // What the portal has, as far as this window knows.
  const known = new Map([...form.elements].filter(isKept).map((el) => [el.name, said(el.name)]));
  let timer = 0, busy = false, trouble = 0, leaving = false, files = false;

  function soon(wait) { clearTimeout(timer); timer = setTimeout(send, wait); }
  const state = (text) => text.split(".")[0];
  const next = () => [...dirty].find((name) => !undecided.has(name) && (open.get(name) || {}).kind !== "other");
  function settled() {
    // Save carries the new state once every difference is decided; until then the portal itself shows both texts.
    if ([...open.values()].some((one) => one.kind === "other")) return;
    hidden("words_seen").value = seen;
    if (base && hidden("seen_version")) hidden("seen_version").value = base;
  }
  async function anew() {
    // Signed in again, perhaps in another window: pages made before carry an old token.
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    const told = answer.ok ? await answer.json() : {};
    if (told.writer !== writer) return false;
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((el) => { el.value = told.token; });
    return true;
  }
  function later(name, text, more) {
    trouble += 1;
    hold(name);
    note(name, text, more);
    soon(Math.min(60000, 3000 * 2 ** Math.min(trouble, 5)));
  }
  const signIn = (name) => { later(name, say("SignedOut"), { link: config.dataset.signIn, linkText: say("SignIn") }); };

  async function send() {
    const name = next();
    if (busy || leaving || !name) return;
    const values = said(name);
    if (values.join("").length > LONGEST) {
      dirty.delete(name);
      refused.add(name);
      note(name, say("TooLong"));
      return soon(0);
    }
    hold(name);
    busy = true;
    try {
      if (trouble && !(await anew())) return signIn(name);
      const body = new URLSearchParams({ form: key, field: name, writer, words_seen: seen, words_tab: hidden("words_tab").value });
      body.set("csrfmiddlewaretoken", hidden("csrfmiddlewaretoken").value);
      values.forEach((value) => body.append("said", value));
      const stop = new AbortController();
      const limit = setTimeout(() => stop.abort(), 20000);
      const answer = await fetch(url, { method: "POST", body, signal: stop.signal, headers: { Accept: "application/json" } }).finally(() => clearTimeout(limit));
      const told = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : {};
      answered(answer.status, told, name, values);
    } catch (error) {
      later(name, say("Offline"));
    } finally {
      busy = false;
    }
    if (!trouble && next()) soon(0);
  }
  function answered(status, told, name, values) {
    if (status === 200 && told.seen) {
      trouble = 0;
      seen = told.seen;
      known.set(name, values);
      settled();
      if (!same(said(name), values)) return;
      dirty.delete(name);
      letGo(name);
      note(name, told.saved, { calm: true });
    } else if (status === 409 && told.seen) {
      trouble = 0;
      seen = told.seen;
      base = told.base;
      differ(told.words);
    } else if (status === 401 || status === 403) {
      signIn(name);
    } else if (status >= 400 && status < 500 && status !== 429 && told.message) {
      dirty.delete(name);
      refused.add(name);
      if (told.form) {
        keepLocal(told.form, { ...local(told.form), ...local(key) });
        keepLocal(key, {});
      }
      note(name, told.message, { link: told.url, linkText: say("Open") });
    } else {
      later(name, say("Offline"));
    }
  }
  function differ(theirs) {
    Object.entries(theirs).forEach(([name, values]) => {
      known.set(name, values);
      if (!controls(name).length || same(said(name), values)) return dirty.delete(name), letGo(name);
      if (!touched.has(name)) {
        put(name, values);
        return note(name, say("Filled"));
      }
      dirty.add(name);
      hold(name);
      offer("other", name, values, {
        done: (which) => {
          if (which === "other") { dirty.delete(name); letGo(name); }
          settled();
          soon(0);
        },
      });
    });
    settled();
  }

  // --- What people do ----------------------------------------------------------------------------------------------
  form.removeAttribute("data-guard");
  function heard(event) {
    const el = event.target;
    if (el.type === "file") files = true;
    if (!isKept(el)) return;
    touched.add(el.name);
    if (!busy && !undecided.has(el.name) && same(said(el.name), known.get(el.name))) {
      dirty.delete(el.name);
      return letGo(el.name);
    }
    dirty.add(el.name);
    refused.delete(el.name);
    if (trouble || undecided.has(el.name)) hold(el.name);
    soon(event.type === "change" ? 200 : WAIT);
  }
  form.addEventListener("input", heard);
  form.addEventListener("change", heard);
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    leaving = true;
    if ("hereOnly" in config.dataset) return;
    // Should Save not get through, they are offered back; once it did, the form's state is another one.
    dirty.forEach(hold);
    const kept = local(key);
    Object.values(kept).forEach((one) => { one.state = state(seen); });
    keepLocal(key, kept);
  });
  window.addEventListener("pageshow", () => { leaving = false; });
  ["online", "focus"].forEach((name) => window.addEventListener(name, () => { if (dirty.size) soon(0); }));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && !leaving) { dirty.forEach(hold); send(); }
  });
  window.addEventListener("beforeunload", (event) => {
    if (leaving) return;
    dirty.forEach(hold);
    // What stays in this browser is offered again; a file, and what nobody could keep, would be gone.
    if (files || refused.size || (dirty.size && (!safe || "hereOnly" in config.dataset))) event.preventDefault();
  });

  // --- What this browser kept is offered back ----------------------------------------------------------------------
  const trimmed = (values) => values.map((text) => text.trim());
  function keys() {
    try { return Object.keys(store).filter((one) => one.startsWith(own)).map((one) => one.slice(own.length)); } catch (error) { return []; }
  }
  async function offerBack() {
    // A form for a new entry has a new number each time; what was begun in any of them is meant.
    const family = key.replace(/:new:.*/, ":new:");
    const shelf = "offered:" + family;
    keys().filter((one) => Object.values(local(one)).every((kept) => Date.now() - kept.at > DAYS)).forEach((one) => keepLocal(one, {}));
    const from = keys().includes(key) ? key : keys().find((one) => family !== key && one.startsWith(family));
    if (from && !keys().includes(shelf)) {
      const found = local(from);
      if (from !== key) {
        const told = await fetch(url + "?form=" + encodeURIComponent(from)).then((answer) => answer.json()).catch(() => ({}));
        if (told.made) return keepLocal(from, {});
      }
      Object.entries(found).forEach(([name, kept]) => { if (kept.state && kept.state !== state(seen)) delete found[name]; });
      keepLocal(shelf, found);
      keepLocal(from, {});
    }
    Object.entries(local(shelf)).forEach(([name, kept]) => {
      if (!controls(name).length || same(trimmed(said(name)), trimmed(kept.said))) return letGo(name, shelf);
      offer("kept", name, kept.said, {
        at: kept.at,
        done: (which) => {
          if (which === "other") { dirty.add(name); touched.add(name); hold(name); soon(0); }
          letGo(name, shelf);
          if (![...open.values()].some((one) => one.kind === "kept")) document.querySelectorAll("[data-words-all-shown]").forEach((el) => el.remove());
        },
      });
    });
    if (!open.size) return;
    const all = document.querySelector("[data-words-all]").content.firstElementChild.cloneNode(true);
    all.dataset.wordsAllShown = "";
    all.addEventListener("click", (event) => {
      if (event.target.dataset.keep) [...open.values()].filter((one) => one.kind === "kept").forEach((one) => one.choose("other"));
    });
    form.before(all);
  }
  offerBack();
})();
