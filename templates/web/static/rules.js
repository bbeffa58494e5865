// The form of a rule: a preview while somebody types, and terms as chips. Without this file all of it works on submit.
"use strict";

(() => {
  const WAIT = 250; // milliseconds after the last key
  const QUIET = 900; // until a screen reader is told: it reads on while one types
  const form = document.querySelector("form[data-preview]");
  if (!form) return;
  const text = form.elements.text;
  const heard = document.getElementById("heard");
  let waiting, telling, running;

  const later = (what, wait = WAIT) => {
    clearTimeout(waiting);
    waiting = setTimeout(look, wait, what);
  };

  // `what` is what changed last: "text" or "chips". Only the newest answer counts.
  async function look(what) {
    running?.abort();
    running = new AbortController();
    const sent = new URLSearchParams(new FormData(form));
    sent.set("do", what);
    const headers = { "X-Form-Token": sent.get("form_token") };
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: sent, headers, signal: running.signal });
      // Signed out meanwhile: by the login and back, with what was typed.
      if (answer.status === 401) return location.assign(`${location.pathname}?${new URLSearchParams({ text: text.value })}`);
      if (answer.ok) show(await answer.text(), what);
      else if (answer.status === 429) later(what, 5000);
    } catch (error) {
      if (error.name !== "AbortError") later(what, 5000); // the network is away: try again
    }
  }

  function show(html, what) {
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("preview");
    const old = document.getElementById("preview");
    if (!fresh) return;
    const inside = old.contains(document.activeElement);
    old.replaceWith(fresh);
    if (inside) text.focus();
    if (what === "chips") text.value = fresh.dataset.text;
    else if (fresh.dataset.chips) fill(JSON.parse(fresh.dataset.chips));
    text.toggleAttribute("aria-invalid", false);
    if (fresh.dataset.fault) text.setAttribute("aria-invalid", "true");
    document.getElementById("not-plain").hidden = Boolean(fresh.dataset.plain);
    document.getElementById("lists").hidden = !fresh.dataset.plain;
    clearTimeout(telling);
    telling = setTimeout(() => (heard.textContent = fresh.dataset.heard), QUIET);
  }

  // --- terms as chips: each list is an entry field, the chips before it, and a hidden field that is sent ---

  const lists = new Map();

  function split(line) {
    return line.match(/(?:[“"「『‘][^”"」』’]*[”"」』’]|[^、，,；;\n])+/g)?.map((one) => one.trim()).filter(Boolean) ?? [];
  }

  function make(field) {
    const entry = field.querySelector("input");
    const chips = document.createElement("ul");
    const kept = document.createElement("input");
    chips.className = "chips";
    kept.type = "hidden";
    kept.name = entry.name;
    entry.removeAttribute("name");
    entry.before(chips);
    field.append(kept);
    const list = { entry, chips, kept, terms: split(entry.value) };
    entry.value = "";
    entry.addEventListener("keydown", (event) => typed(event, list));
    entry.addEventListener("input", () => /[、，,；;\n]$/.test(entry.value) && take(list));
    entry.addEventListener("blur", () => take(list));
    chips.addEventListener("click", (event) => remove(event.target.closest("button"), list));
    lists.set(kept.name, list);
    draw(list);
  }

  function draw(list) {
    list.kept.value = list.terms.join("、");
    list.chips.hidden = !list.terms.length;
    list.chips.replaceChildren(
      ...list.terms.map((term) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "chip";
        button.textContent = `${term} ×`;
        button.setAttribute("aria-label", form.dataset.remove.replace("{}", term));
        const item = document.createElement("li");
        item.append(button);
        return item;
      }),
    );
  }

  function typed(event, list) {
    if (event.isComposing) return; // an input method is at work: this Enter is its own
    if (event.key === "Enter") {
      event.preventDefault();
      take(list);
    } else if (event.key === "Backspace" && !list.entry.value && list.terms.length) {
      list.terms.pop();
      changed(list);
    }
  }

  function take(list) {
    const fresh = split(list.entry.value).filter((term) => !list.terms.includes(term));
    list.entry.value = "";
    if (!fresh.length) return;
    list.terms.push(...fresh);
    changed(list);
  }

  function remove(button, list) {
    if (!button) return;
    list.terms.splice([...list.chips.children].indexOf(button.parentElement), 1);
    list.entry.focus();
    changed(list);
  }

  function changed(list) {
    draw(list);
    later("chips", 0);
  }

  function fill(found) {
    for (const [name, terms] of Object.entries(found)) {
      const list = lists.get(name);
      if (!list || list.entry === document.activeElement) continue;
      list.terms = terms;
      draw(list);
    }
  }

  document.querySelectorAll("[data-list]").forEach(make);
  text.addEventListener("input", () => later("text"));
  form.addEventListener("change", (event) => event.target.matches("select") && later("text", 0));
  form.addEventListener("click", (event) => {
    const button = event.target.closest('button[name="use"]');
    if (!button) return;
    event.preventDefault();
    text.value = button.value;
    text.focus();
    later("text", 0);
  });
})();
