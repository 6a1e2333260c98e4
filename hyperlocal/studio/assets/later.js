// While a slider is moved, what is asked changes many times a second: only where it rests counts.
(() => {
  const RESTS_MS = 180;
  let timer = null;
  let superseded = null;
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    later: {
      settings: (names, ...values) => {
        clearTimeout(timer);
        if (superseded) superseded(window.dash_clientside.no_update);
        return new Promise((resolve) => {
          superseded = resolve;
          timer = setTimeout(() => {
            superseded = null;
            resolve(Object.fromEntries(names.map((name, place) => [name, values[place]])));
          }, RESTS_MS);
        });
      },
    },
  });

  // Dash's sliders have no name for who does not see them: they get that of the group around them.
  const name = () => {
    if (!window.location.pathname.startsWith("/whatif/")) return;
    for (const slider of document.querySelectorAll("[role=slider]:not([aria-labelledby])")) {
      const group = slider.closest("[role=group][aria-labelledby]");
      if (!group) continue;
      const id = group.getAttribute("aria-labelledby");
      slider.setAttribute("aria-labelledby", id);
      const typed = group.querySelector("input");
      if (typed) typed.setAttribute("aria-labelledby", id);
    }
  };
  new MutationObserver(name).observe(document, { childList: true, subtree: true });
})();
