// The worker that reads files off the main thread. It runs the page's own bundle: the first message carries the bundle's
// address and its compiled WASM, every further one a task for `readInWorker`, which posts the reports.
const bundle = new Promise((resolve, reject) => {
  const load = async ({ data: { module, wasm } }) => {
    const exports = await import(module);
    await exports.default({ module_or_path: wasm });
    return exports;
  };
  addEventListener("message", (event) => load(event).then(resolve, reject), { once: true });
});

addEventListener("message", async ({ data }) => {
  if (!Array.isArray(data)) return;
  try {
    await (await bundle).readInWorker(data);
  } catch (error) {
    postMessage([JSON.stringify({ failed: `The file reader broke down: ${error}. Reload the page, then try again.` })]);
  }
});
