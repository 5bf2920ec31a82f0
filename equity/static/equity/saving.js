/* Says when what was typed did not arrive, and sends it again when the connection is back. The saving
   itself is htmx's (hx-post on the form); without this file the button saves as ever. */
"use strict";
(function () {
  function tell(name) {
    const words = document.getElementById(name);
    const place = document.getElementById("saved");
    if (words && place) {
      place.replaceChildren(words.content.cloneNode(true));
    }
  }
  let lost = false;
  function gone() {
    lost = true;
    tell("saved-lost");
  }
  document.addEventListener("htmx:sendError", gone);
  document.addEventListener("htmx:timeout", gone);
  document.addEventListener("htmx:responseError", function (event) {
    const status = event.detail.xhr.status;
    if (status === 401 || status === 403) {
      tell("saved-signed-out");
    } else if (status >= 500) {
      gone();
    } else {
      tell("saved-refused");
    }
  });
  document.addEventListener("htmx:afterOnLoad", function () {
    lost = false;
  });
  function again() {
    const form = document.getElementById("section-form");
    if (form) {
      htmx.trigger(form, "save-again");
    }
  }
  window.addEventListener("online", function () {
    if (lost) {
      again();
    }
  });
  /* What was typed before htmx was ready, or what the browser put back, was seen by nobody yet. */
  document.addEventListener("DOMContentLoaded", function () {
    const fields = document.querySelectorAll("#section-form textarea, #section-form input");
    const typed = Array.from(fields).some(function (field) {
      return field.type === "checkbox" || field.type === "radio"
        ? field.checked !== field.defaultChecked
        : field.type !== "hidden" && field.value !== field.defaultValue;
    });
    if (typed) {
      again();
    }
  });
})();
