// The little that Python cannot do: what the browser prefers, links in the grid, and its filter.
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const theme = () => (dark.matches ? "dark" : "light");
  dark.addEventListener("change", () =>
    window.dash_clientside.set_props("theme", { data: theme() })
  );

  // Charts are drawn while they are in view: each costs time and memory.
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const id = { type: "seen", panel: target.dataset.panel };
        if (target.isConnected) window.dash_clientside.set_props(id, { data: isIntersecting });
        else seen.unobserve(target);
      }
    },
    { rootMargin: "60px" }
  );

  // What takes the keyboard's focus in Dash's drop-down lists is hidden from screen readers.
  new MutationObserver(() => {
    for (const target of document.querySelectorAll(".dash-dropdown-focus-target[aria-hidden]")) {
      target.removeAttribute("aria-hidden");
      const label = target.closest("label");
      target.setAttribute("aria-label", label ? label.firstChild.textContent.trim() : "Choice");
    }
  }).observe(document.documentElement, { childList: true, subtree: true });

  let chosen = null; // the run ids that a brush left, or null for all

  const goTo = (href) => {
    window.history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    studio: {
      theme,
      title: (text) => {
        if (text) document.title = text;
        return window.dash_clientside.no_update;
      },
      watch: () => {
        document.querySelectorAll("[data-panel]").forEach((panel) => seen.observe(panel));
        return window.dash_clientside.no_update;
      },
      // Of the grid only rows of these runs pass, until the next call.
      choose: (ids, grid) => {
        chosen = ids === null || ids === undefined ? null : new Set(ids);
        try {
          window.dash_ag_grid.getApi(grid).onFilterChanged();
        } catch (notThereYet) {
          // It will ask when it is.
        }
        return window.dash_clientside.no_update;
      },
    },
  });

  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  functions.isChoosing = () => chosen !== null;
  functions.isChosen = (node) => chosen === null || chosen.has(node.data.run);
  functions.rowId = (params) => params.data.run;
  functions.short = (params) => {
    const value = params.value;
    if (value === null || value === undefined) return "";
    return typeof value === "number" ? String(Number(value.toPrecision(6))) : value;
  };
  functions.seconds = (params) => {
    const s = params.value;
    if (s === null || s === undefined) return "";
    if (s < 9.95) return `${s.toFixed(1)}s`;
    if (s < 60) return `${Math.round(s)}s`;
    const pad = (n) => String(n).padStart(2, "0");
    const m = Math.floor(s / 60), h = Math.floor(m / 60), d = Math.floor(h / 24);
    if (m < 60) return `${m}m${pad(Math.floor(s % 60))}s`;
    return h < 24 ? `${h}h${pad(m % 60)}m` : `${d}d${pad(h % 24)}h`;
  };
  functions.moment = (params) =>
    params.value ? new Date(params.value * 1000).toLocaleString("sv-SE") : "";

  const components = (window.dashAgGridComponentFunctions =
    window.dashAgGridComponentFunctions || {});
  components.RunLink = (props) => {
    const href = `/runs/${encodeURIComponent(props.data.run)}`;
    const onClick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      goTo(href);
    };
    return React.createElement("a", { href, onClick }, props.value);
  };
})();
