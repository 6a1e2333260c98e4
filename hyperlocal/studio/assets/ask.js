// Pages of sweeps and runs ask for rows, news and figures by itself: many pages are told the same bytes.
(() => {
  const AGAIN_MS = 300;
  const unchanged = () => window.dash_clientside.no_update;
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  let isSilent = false;
  const silent = (is) => {
    if (is === isSilent) return;
    isSilent = is;
    window.dash_clientside.set_props("silent", {
      className: is ? "told" : "told hidden",
      children: is
        ? `The studio has not answered since ${new Date().toLocaleTimeString()}: what stands here ` +
          "is of before that. `hyperlocal studio` starts it again."
        : "",
    });
  };

  // What the server answers; null for nothing new, or for no answer at all.
  const ask = async (place, asked = {}, hear = () => {}) => {
    const address = `${place}?${new URLSearchParams(asked)}`;
    try {
      let answer = await fetch(address);
      while (answer.status === 202) {
        await wait(AGAIN_MS);
        answer = await fetch(address);
      }
      silent(false);
      hear(answer.headers);
      return answer.status === 200 ? await answer.json() : null;
    } catch (noAnswer) {
      silent(true);
      return null;
    }
  };

  const themed = (figure, theme, templates) => ({
    ...figure,
    layout: { ...figure.layout, template: templates[theme] },
  });

  const sweep = (run, what) => `/sweeps/${encodeURIComponent(run)}/${what}`;
  const trial = (run, what) => `/trials/${encodeURIComponent(run)}/${what}`;

  // Charts fill their places: that of a figure which says how high it is gets that height.
  const makeRoom = (panel, height) => {
    for (const graph of document.querySelectorAll(`[data-panel="${panel}"] .dash-graph`)) {
      graph.style.height = `${height}px`;
      graph.parentElement.style.minHeight = `${height}px`;
    }
  };

  const newest = {}; // of each chart, what was asked last
  const drawn = async (chart, place, asked, theme, figure, templates, isForced = false) => {
    const key = JSON.stringify([place, asked]);
    const had = figure && figure.layout && figure.layout.meta ? figure.layout.meta : {};
    newest[chart] = key + theme;
    if (had.key === key && !isForced) {
      if (had.theme === theme) return unchanged();
      const meta = { ...had, theme };
      return themed({ ...figure, layout: { ...figure.layout, meta } }, theme, templates);
    }
    const told = await ask(place, asked);
    if (told === null || newest[chart] !== key + theme) return unchanged();
    told.layout.meta = { ...told.layout.meta, key, theme };
    if (told.layout.height) makeRoom(chart, told.layout.height);
    return themed(told, theme, templates);
  };

  // What a browser without a graphics card draws for seconds comes when all else is there.
  const HEAVY = new Set(["parallel", "scatter3d"]);
  const LATEST_MS = 4000;
  const rowsOf = {}; // of each sweep, what tells that its rows are there
  const rowsAreThere = (run) => {
    if (!rowsOf[run]) {
      const kept = (rowsOf[run] = {});
      kept.promise = new Promise((resolve) => (kept.tell = resolve));
    }
    return rowsOf[run];
  };
  let nDrawing = 0;
  const frame = () =>
    Promise.race([new Promise((resolve) => requestAnimationFrame(resolve)), wait(LATEST_MS)]);
  const calm = async (run) => {
    await Promise.race([rowsAreThere(run).promise, wait(LATEST_MS)]);
    while (nDrawing > 0) await wait(AGAIN_MS);
    await frame();
    await frame();
    await new Promise((resolve) => requestIdleCallback(resolve, { timeout: LATEST_MS }));
  };

  const ofSweep = async (
    { panel }, version, isSeen, theme, choices, brush, figure, run, templates, isForced
  ) => {
    if (!theme || !isSeen || !version) return unchanged();
    const isHeavy = HEAVY.has(panel);
    if (isHeavy) await calm(run);
    const asked = { ...choices, v: version.join("-") };
    if (Object.keys(brush || {}).length) asked.brush = JSON.stringify(brush);
    const place = sweep(run, `figures/${panel}`);
    nDrawing += isHeavy ? 0 : 1;
    try {
      return await drawn(panel, place, asked, theme, figure, templates, isForced);
    } finally {
      if (!isHeavy) wait(AGAIN_MS).then(() => (nDrawing -= 1));
    }
  };

  let isAsking = false;
  let drawnAt = 0;
  let nextAt = 0; // many open pages are told to ask less often
  const news = async (ticks, run, mark, version, places) => {
    const same = places.map(unchanged);
    const none = [unchanged(), unchanged(), same, same, ...Array(6).fill(unchanged())];
    // Nobody looks at a page in the background; it asks as soon as somebody does.
    if (isAsking || !mark || document.hidden || Date.now() < nextAt) return none;
    isAsking = true;
    const told = await ask(sweep(run, "news"), { mark: JSON.stringify(mark) }, (headers) => {
      const pauseS = Number(headers.get("X-Ask-Again-After"));
      nextAt = pauseS > 1 ? Date.now() + 1000 * pauseS - 500 : 0; // ticks come each second
    });
    isAsking = false;
    if (told === null) return none;
    const isNew =
      String(told.mark) !== String(version) && Date.now() > drawnAt + 1000 * (told.every - 1);
    if (isNew) drawnAt = Date.now();
    return [
      told.head,
      told.status,
      places.map(() => told.mayCancel),
      places.map(() => told.mayResume),
      told.mark,
      isNew ? told.mark : unchanged(),
      told.change || unchanged(),
      told.columns || unchanged(),
      told.outcomes || unchanged(),
      told.total,
    ];
  };

  const rows = async (run) => {
    const told = await ask(sweep(run, "rows"));
    wait(AGAIN_MS).then(rowsAreThere(run).tell);
    if (told === null) return [unchanged(), unchanged()];
    const row = (values) => {
      const made = {};
      told.names.forEach((name, place) => {
        if (values[place] !== null) made[name] = values[place];
      });
      return made;
    };
    return [told.rows.map(row), told.mark];
  };

  const counted = (chosen, total) => {
    const number = (n) => n.toLocaleString("en-US");
    const all = `${number(total)} ${total === 1 ? "trial" : "trials"}`;
    if (!chosen) return [all, "act hidden"];
    return [`${number(chosen.length)} of ${all} chosen`, "act"];
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    run: {
      curves: async (mark, x, theme, run, figure, templates) => {
        if (!theme) return [unchanged(), unchanged()];
        const asked = { x, v: JSON.stringify(mark[1]) };
        const told = await drawn("curves", trial(run, "curves"), asked, theme, figure, templates);
        if (told === unchanged()) return [told, told];
        return [told, told.data.length ? "" : "hidden"];
      },
      stopped: (chart, theme, run, figure, templates) =>
        theme ? drawn(chart, trial(run, "stopped"), {}, theme, figure, templates) : unchanged(),
    },
    sweep: {
      news,
      rows,
      counted,
      draw: (version, isSeen, theme, brush, picked, picks, place, figure, run, templates) => {
        const choices = {};
        picks.forEach((pick, n) => {
          if (picked[n]) choices[pick.name] = picked[n];
        });
        return ofSweep(place, version, isSeen, theme, choices, brush, figure, run, templates);
      },
      drawBrushed: (version, isSeen, theme, unbrush, brush, place, figure, run, templates) => {
        const context = window.dash_clientside.callback_context;
        const isFreed = context.triggered.some((each) => each.prop_id.startsWith("unbrush"));
        return ofSweep(
          place, version, isSeen, theme, {}, isFreed ? {} : brush, figure, run, templates, isFreed
        );
      },
    },
  });
})();
