export interface ServerOptions {
  readonly port?: number;
  readonly extensionsDir?: string;
  readonly userDataDir?: string;
  readonly testDriver?: boolean;
  readonly trust?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
}
export interface Server {
  readonly url: string;
  readonly authority: string;
  log(): string;
  stop(): Promise<void>;
}
export function ensureServer(): Promise<{ home: string; node: string; main: string }>;
export function startServer(options?: ServerOptions): Promise<Server>;
export function installExtension(
  vsix: string,
  folders: { extensionsDir: string; userDataDir: string },
): Promise<string>;
export function workbenchUrl(server: Server, folder: string, payload?: readonly (readonly [string, string])[]): string;
export function remote(server: Server, path: string): string;
