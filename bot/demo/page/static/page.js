// Keeps the page up to date without loading it anew. The server draws; this file only
// carries forms and links there and folds the answer into what is shown.
"use strict";
(() => {
  let turn = 0; // the visitor's own acts and ways: what was asked before them is stale
  let acting = 0;
  let asked = 0;
  let waiting = false; // something changed meanwhile: look again

  // Fold ---------------------------------------------------------------------------------

  const stays = (node, name) =>
    name === "open" && (node.nodeName === "DETAILS" || node.nodeName === "DIALOG");

  function foldAttributes(old, fresh) {
    for (const { name } of [...old.attributes])
      if (!fresh.hasAttribute(name) && !stays(old, name)) old.removeAttribute(name);
    for (const { name, value } of [...fresh.attributes])
      if (old.getAttribute(name) !== value && !stays(old, name)) old.setAttribute(name, value);
  }

  function foldField(old, fresh) {
    if (old.nodeName === "TEXTAREA" && old.defaultValue !== fresh.defaultValue)
      old.value = old.defaultValue = fresh.defaultValue;
    if (old.nodeName === "SELECT" && document.activeElement !== old && old.closest("[data-chooses]"))
      old.value = fresh.value;
  }

  function fold(old, fresh) {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
      return;
    }
    foldAttributes(old, fresh);
    if (old.nodeName !== "TEXTAREA" && !old.isEqualNode(fresh)) foldChildren(old, fresh);
    foldField(old, fresh);
  }

  function foldChildren(old, fresh) {
    const named = new Map([...old.children].filter((one) => one.id).map((one) => [one.id, one]));
    let at = old.firstChild;
    for (const next of [...fresh.childNodes]) {
      const alike = at && !at.id && at.nodeName === next.nodeName && !next.id;
      const match = next.id ? named.get(next.id) : alike ? at : null;
      if (!match || match.nodeName !== next.nodeName) {
        old.insertBefore(document.importNode(next, true), at);
        continue;
      }
      if (match === at) at = at.nextSibling;
      else old.insertBefore(match, at);
      fold(match, next);
    }
    while (at) {
      const rest = at.nextSibling;
      at.remove();
      at = rest;
    }
  }

  // Show ---------------------------------------------------------------------------------

  function follows(list) {
    const last = list.querySelector("article:last-of-type");
    return !last || last.offsetTop - list.offsetTop < list.scrollTop + list.clientHeight;
  }

  function scrolls() {
    return new Map([...document.querySelectorAll("[data-place]")].map((list) => [
      list.dataset.place,
      { top: list.scrollTop, end: follows(list) },
    ]));
  }

  function restoreScrolls(before) {
    for (const list of document.querySelectorAll(".list[data-place]")) {
      const was = before.get(list.dataset.place);
      if (was && !was.end) list.scrollTop = was.top;
      else toNewest(list);
    }
  }

  // The end of the list, or the beginning of the last message where that is longer.
  function toNewest(list) {
    const last = list.querySelector("article:last-of-type");
    const tall = last && last.offsetHeight > list.clientHeight;
    list.scrollTop = tall ? last.offsetTop - list.offsetTop : list.scrollHeight;
  }

  let cameFrom = null;
  function openDialog() {
    const dialog = document.querySelector("dialog");
    if (!dialog) {
      if (cameFrom && cameFrom.isConnected) cameFrom.focus();
      cameFrom = null;
    } else if (!dialog.matches(":modal")) {
      cameFrom = document.activeElement;
      dialog.close();
      dialog.showModal();
      const first = dialog.querySelector("textarea, input:not([type=hidden]), select");
      if (first) first.focus();
    }
  }

  function show(html, { quietly }) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    if (!fresh.getElementById("frame")) return;
    const before = scrolls();
    const classes = ["scripted", "menu-open", "away"].filter((one) => document.body.classList.contains(one));
    if (!quietly) classes.splice(classes.indexOf("menu-open") >>> 0, 1);
    fresh.body.classList.add(...classes);
    const notices = document.getElementById("notices");
    if (quietly && notices) fresh.getElementById("notices").replaceWith(document.importNode(notices, true));
    document.title = fresh.title;
    document.documentElement.lang = fresh.documentElement.lang;
    fold(document.body, fresh.body);
    restoreScrolls(before);
    openDialog();
  }

  function say(text) {
    const line = document.createElement("p");
    line.className = "notice bad";
    line.textContent = text;
    document.getElementById("notices").replaceChildren(line);
  }

  // Ask ----------------------------------------------------------------------------------

  function take(html, push, quietly) {
    show(html, { quietly });
    const there = document.body.dataset.url;
    if (there !== location.pathname + location.search)
      history[push ? "pushState" : "replaceState"](null, "", there);
  }

  async function ask(url, options, push) {
    const mine = ++turn;
    acting += 1;
    try {
      const answer = await fetch(url, options);
      const html = await answer.text();
      const drawn = (answer.headers.get("content-type") || "").includes("html");
      if (!drawn) say(html);
      else if (mine === turn) take(html, push, false);
      return drawn && answer.ok;
    } catch {
      say(document.body.dataset.gone);
      return false;
    } finally {
      acting -= 1;
      if (waiting) refresh();
    }
  }

  async function refresh() {
    waiting = document.hidden || acting > 0;
    if (waiting) return;
    const mine = turn;
    const number = ++asked;
    try {
      const answer = await fetch(location.href);
      const html = await answer.text();
      if (mine === turn && number === asked && answer.ok) take(html, false, true);
    } catch {
      say(document.body.dataset.gone);
    }
  }

  async function send(form, submitter) {
    if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) return;
    const body = new URLSearchParams(new FormData(form, submitter));
    if (submitter) submitter.disabled = true;
    for (const one of document.querySelectorAll("details[open]")) one.open = false;
    const done = await ask(form.getAttribute("action"), { method: "POST", body }, true);
    if (submitter) submitter.disabled = false;
    if (done && form.matches("[data-sends]")) form.reset();
  }

  // Listen -------------------------------------------------------------------------------

  document.addEventListener("submit", (event) => {
    if (event.target.getAttribute("method") !== "post") return;
    event.preventDefault();
    send(event.target, event.submitter);
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-chooses]");
    if (form) form.requestSubmit();
  });

  document.addEventListener("keydown", (event) => {
    const composer = event.target.closest && event.target.closest("form[data-sends] textarea");
    if (composer && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (composer.value.trim()) composer.form.requestSubmit();
    }
    if (event.key === "Escape") {
      const open = document.querySelector("details.popover[open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); }
    }
  });

  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll("details.popover[open]"))
      if (!open.contains(event.target)) open.open = false;
    if (event.target.closest("#menu-button")) {
      const open = document.body.classList.toggle("menu-open");
      document.getElementById("menu-button").setAttribute("aria-expanded", String(open));
      return;
    }
    const link = event.target.closest("a[href^='/']");
    if (!link || link.target || link.hasAttribute("download") || event.defaultPrevented) return;
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    ask(link.href, {}, true);
  });

  document.addEventListener("cancel", (event) => {
    if (event.target.nodeName !== "DIALOG") return;
    event.preventDefault();
    document.querySelector("form[data-closes-dialog]").requestSubmit();
  }, true);

  window.addEventListener("popstate", () => ask(location.href, {}, false));
  document.addEventListener("visibilitychange", () => { if (waiting) refresh(); });

  document.body.classList.add("scripted");
  restoreScrolls(new Map());
  openDialog();
  const changes = new EventSource("/changes");
  changes.onmessage = refresh;
})();
