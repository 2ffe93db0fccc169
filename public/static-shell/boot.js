// Starts the app on a static host, where no server has rendered the page.
import init, { hydrate } from "/pkg/model-registry.js";

await init({ module_or_path: "/pkg/model-registry.wasm" });
hydrate();
