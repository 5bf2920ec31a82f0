/* What is typed is not lost: when the session ends, the connection breaks or the tab is reloaded,
   it is put back. Only for forms marked `data-keep`, only in this tab (sessionStorage), never
   passwords or files, and nothing after signing out. Without this script the pages work as before. */
"use strict";

(() => {
  const MARK = "keep:";
  const SENT = "keep-sent";
  const line = (name) => document.querySelector(`[data-line="${name}"]`);
  const show = (name, shown = true) => { const one = line(name); if (one) one.hidden = !shown; };

  /* A browser that forbids storage loses a comfort, not the page. */
  const store = (() => {
    try {
      sessionStorage.setItem(MARK, ""); sessionStorage.removeItem(MARK);
      return sessionStorage;
    } catch { return null; }
  })();

  const keyOf = (form) => `${MARK}${location.pathname}#${[...document.forms].indexOf(form)}`;
  const kept = () => Object.keys(store).filter((key) => key.startsWith(MARK));
  const forget = (keys) => keys.forEach((key) => store.removeItem(key));

  const fields = (form) => [...form.elements].filter((one) =>
    one.name && one.name !== "once" && !["hidden", "password", "file", "submit", "button"].includes(one.type));

  const ticks = (one) => one.type === "checkbox" || one.type === "radio";

  function keep(form) {
    const values = fields(form).map((one) => [one.name, ticks(one) ? one.checked : one.value, ticks(one) ? one.value : null]);
    store.setItem(keyOf(form), JSON.stringify(values));
  }

  /* Puts back what differs from what the server wrote; says whether anything did. */
  function putBack(form) {
    const all = fields(form);
    let changed = false;
    JSON.parse(store.getItem(keyOf(form))).forEach(([name, value, choice]) => {
      const one = all.find((other) => other.name === name && (choice === null || other.value === choice));
      if (!one || (ticks(one) ? one.checked : one.value) === value) return;
      if (ticks(one)) one.checked = value; else one.value = value;
      changed = true;
    });
    return changed;
  }

  /* Another account in the same tab is another person. */
  function forgetOthers() {
    const who = document.querySelector('meta[name="keep-for"]')?.content;
    if (!who) return;
    if ((store.getItem("keep-for") || who) !== who) forget(kept());
    store.setItem("keep-for", who);
  }

  function start() {
    forgetOthers();
    const forms = [...document.querySelectorAll("form[data-keep]")];
    const sent = store.getItem(SENT);
    /* A page that has no such form and asks for no password is where an accepted form leads; one
       that leads back to its own page says that it was done. */
    const accepted = document.querySelector(".message--success");
    if (sent && accepted) store.removeItem(sent);
    if (sent && !forms.some((form) => keyOf(form) === sent) && !document.querySelector("[type=password]")) {
      store.removeItem(sent);
    }
    if (!document.querySelector("[type=password]")) store.removeItem(SENT);
    const back = forms.filter((form) => store.getItem(keyOf(form)));
    show("kept", back.map(putBack).some(Boolean));
    forms.forEach((form) => {
      form.addEventListener("input", () => keep(form));
      form.addEventListener("submit", () => { if (store.getItem(keyOf(form))) store.setItem(SENT, keyOf(form)); });
    });
    document.querySelectorAll("form[data-forget]").forEach((form) =>
      form.addEventListener("submit", () => forget(kept())));
    line("kept")?.querySelector("button")?.addEventListener("click", () => {
      forget(forms.map(keyOf));
      location.reload();
    });
  }

  document.addEventListener("submit", (event) => {
    show("lost", !navigator.onLine);
    if (!navigator.onLine) event.preventDefault();
  }, true);
  window.addEventListener("online", () => show("lost", false));
  ["htmx:sendError", "htmx:timeout"].forEach((name) => document.addEventListener(name, () => show("lost")));
  document.addEventListener("htmx:afterOnLoad", () => show("lost", false));
  /* The session ended, or the act is refused as a whole: the page itself says it best. */
  document.addEventListener("htmx:responseError", (event) => {
    show(event.detail.xhr.status === 403 ? "ended" : "lost");
  });

  if (store) start();
})();
