/* Light or dark, before the first pixel: loaded in <head> without defer. The choice stays in this browser;
   without one the page follows the system. Paper is always light. */
(function () {
  "use strict";
  const KEY = "theme";
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      return localStorage.getItem(KEY) || "system";
    } catch {
      return "system";
    }
  }

  function remember(choice) {
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      /* storage is closed to us: the choice holds for this page */
    }
  }

  function apply(choice) {
    const dark = choice === "dark" || (choice === "system" && system.matches);
    const theme = dark ? "dark" : "light";
    if (root.dataset.bsTheme === theme) return;
    root.dataset.bsTheme = theme;
    document.dispatchEvent(new CustomEvent("themechange", { detail: theme }));
  }

  function press(group, choice) {
    for (const button of group.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
    }
  }

  function offerSwitch(group) {
    group.hidden = false;
    press(group, chosen());
    group.addEventListener("click", (event) => {
      const button = event.target.closest("[data-theme-choice]");
      if (!button) return;
      remember(button.dataset.themeChoice);
      apply(button.dataset.themeChoice);
      press(group, button.dataset.themeChoice);
    });
  }

  apply(chosen());
  system.addEventListener("change", () => apply(chosen()));
  window.addEventListener("beforeprint", () => apply("light"));
  window.addEventListener("afterprint", () => apply(chosen()));
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-theme-switch]").forEach(offerSwitch);
  });
})();
