/* The navigation on a phone. Without this file the menu opens by its #sidebar address; with it, the address stays
   clean, Escape closes, and the focus goes in and comes back. */
const sidebar = document.getElementById("sidebar");
const opener = document.querySelector("[data-sidebar-open]");

function isOpen() {
  return sidebar.classList.contains("is-open");
}

function open() {
  sidebar.classList.add("is-open");
  opener.setAttribute("aria-expanded", "true");
  sidebar.querySelector("[data-sidebar-close]").focus();
}

function close() {
  sidebar.classList.remove("is-open");
  opener.setAttribute("aria-expanded", "false");
  opener.focus();
}

function instead(action) {
  return (event) => {
    event.preventDefault();
    action();
  };
}

if (sidebar && opener) {
  opener.setAttribute("role", "button");
  opener.setAttribute("aria-expanded", "false");
  opener.addEventListener("click", instead(open));
  for (const closer of document.querySelectorAll("[data-sidebar-close]")) {
    closer.addEventListener("click", instead(close));
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen()) close();
  });
}
