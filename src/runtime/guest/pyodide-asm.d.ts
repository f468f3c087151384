/** Pyodide ships no types for its Emscripten module. */
declare module 'pyodide/pyodide.asm.mjs' {
  const createPyodideModule: (settings: object) => Promise<unknown>;

  // biome-ignore lint/style/noDefaultExport: it is how Pyodide exports it.
  export { createPyodideModule as default };
}
