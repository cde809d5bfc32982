// Work that can wait until nobody moves anything: one job after another, a few milliseconds at a time. New work takes the place of old.
const idle = (() => {
  const PAUSE = 60,
    SLICE = 10;

  function create() {
    let timer = null;

    function run(jobs) {
      clearTimeout(timer);
      let next = 0;
      function some() {
        const until = performance.now() + SLICE;
        while (next < jobs.length && performance.now() < until) jobs[next++]();
        if (next < jobs.length) timer = setTimeout(some);
      }
      timer = setTimeout(some, PAUSE);
    }

    return { run, stop: () => clearTimeout(timer) };
  }

  return { create };
})();
