/** The one place that talks to the extension. */
import * as v from 'valibot';
import { type FromPanel, ToPanel } from './protocol.ts';

interface VsCodeApi {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

export function acquireHost(): VsCodeApi {
  return acquireVsCodeApi();
}

export type Received =
  | { readonly kind: 'message'; readonly message: ToPanel }
  | { readonly kind: 'unreadable'; readonly why: string };

export function readMessage(data: unknown): Received {
  try {
    const result = v.safeParse(ToPanel, data);
    if (result.success) return { kind: 'message', message: result.output };
    const [issue] = result.issues;
    return { kind: 'unreadable', why: `${v.getDotPath(issue) ?? 'message'}: ${issue.message}`.slice(0, 300) };
  } catch (error) {
    return { kind: 'unreadable', why: String(error).slice(0, 300) };
  }
}
