// Draws are made beside the page, in a worker that runs the scripts up to here, so that the page never waits for them.

let worker = null;
let question = 0;

/** In the worker: answer the page's latest question, and say how far the draws are. */
function answer() {
  let stop = () => {};
  self.onmessage = ({ data: asked }) => {
    stop();
    const say = (said, moved = []) => self.postMessage({ question: asked.question, ...said }, moved);
    const choose = () => (stop = decide(asked, (choices) => say({ choices })));
    if (asked.spread === null) {
      choose();
      return;
    }
    stop = drawIntervals(
      asked,
      (draws) => say({ draws }),
      (made) => {
        say({ made }, made ? [made.all.buffer] : []);
        choose();
      },
    );
  };
}

/** The worker, started from the text of this script and of those of methods that could be loaded. */
function started() {
  const methods = Array.from(document.querySelectorAll("script[data-method]"))
    .filter((each) => each.dataset.method in hubrankMethods)
    .map((each) => each.textContent);
  const address = URL.createObjectURL(
    new Blob(["const hubrankMethods = {};\n", ...methods, SOURCE], { type: "text/javascript" }),
  );
  const made = new Worker(address);
  made.postMessage(DATA);
  return made;
}

/**
 * Have ranges drawn, and then other choices tried.
 *
 * @param asked As `drawIntervals` takes it; no ranges are drawn where `spread` is null.
 * @param tell Called with the number of draws made so far.
 * @param done Called with the ranges, or null where a draw has no answer.
 * @param decided Called with the choices, as `decide` finds them.
 * @param failed Called with the reason where no worker can draw.
 * @returns A function that forgets the question.
 */
function askForIntervals(asked, tell, done, decided, failed) {
  question += 1;
  try {
    worker ??= started();
  } catch (error) {
    failed(error.message);
    return () => {};
  }
  worker.onmessage = ({ data }) => {
    if (data.question !== question) return;
    if ("draws" in data) tell(data.draws);
    else if ("choices" in data) decided(data.choices);
    else done(data.made);
  };
  worker.onerror = (error) => failed(error.message);
  worker.postMessage({ ...asked, question });
  return () => (question += 1);
}

tryScripts();
if (!IN_PAGE) {
  answer();
  return;
}
