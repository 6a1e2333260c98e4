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
})();
