/** What this project asks of WebAssembly: the libraries that it compiles against (ES2023, Node) leave it out. */
declare namespace WebAssembly {
  interface Module {
    readonly __module?: never;
  }
  interface Instance {
    readonly exports: unknown;
  }
  interface SharedMemory {
    readonly buffer: SharedArrayBuffer;
    grow(pages: number): number;
  }
  let instantiate: (source: Uint8Array, imports?: object) => Promise<{ module: Module; instance: Instance }>;
  const compile: (bytes: Uint8Array) => Promise<Module>;
  const Module: { new (bytes: Uint8Array): Module; readonly prototype: Module };
  const Instance: new (module: Module, imports: object) => Instance;
  const Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory;
  const RuntimeError: ErrorConstructor;
}
