/** In the place of VS Code, where the page stands alone: no editor to show a line in, and the trace is all there will ever be. */
import type { FromPanel } from '../protocol.ts';

export interface Host {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** The trace is in the page. */
export function standaloneHost(): Host {
  document.body.className = matchMedia('(prefers-color-scheme: light)').matches ? 'vscode-light' : 'vscode-dark';
  return { postMessage: answer, getState: () => undefined, setState: () => {} };
}

const traceText = (): string => document.querySelector('#trace')?.textContent ?? 'null';

function answer(message: FromPanel): void {
  if (message.kind === 'ready') setTimeout(showTrace);
  else if (message.kind === 'copy') void navigator.clipboard?.writeText(message.text);
  else if (message.kind === 'save') download(message.extension, objectUrl(message.text));
  else if (message.kind === 'export')
    download(message.format, message.format === 'json' ? objectUrl(traceText()) : location.href);
}

function showTrace(): void {
  const state = { kind: 'trace', serial: 1, trace: JSON.parse(traceText()) as unknown, stale: false };
  window.dispatchEvent(new MessageEvent('message', { data: { kind: 'state', state } }));
}

const objectUrl = (text: string): string => URL.createObjectURL(new Blob([text]));

function download(extension: string, href: string): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = `${document.title.split(' · ')[0]}.${extension}`;
  link.click();
}
