import type { TraceEvent } from '../../trace/events.ts';
import { Utf8Stream } from './utf8.ts';

export type StreamName = 'stdout' | 'stderr';

/** Text is held back to this many characters or milliseconds: one `print` is several writes, a loop of them thousands. */
const HOLD_CHARS = 8 * 1024;
const HOLD_MS = 16;

export interface OutputOptions {
  emit(event: TraceEvent): void;
  /** Bytes after which each write calls `overflow` and is dropped. */
  limit: number;
  overflow(): void;
  /** Sends what was emitted at once, unless that was asked for too often of late. */
  hurry(): void;
  now(): number;
}

export interface Output {
  /** Sets who is asked for the number of the site that is printing. */
  site(current: () => number | null): void;
  write(stream: StreamName, bytes: Uint8Array): void;
  /** Sends the text that is held back. To be called before any other event, so that the order is the program's. */
  release(): void;
  /** Sends it when it has waited long enough; called often while the program runs. */
  tick(): void;
  /** Sends everything, an unfinished character too. */
  end(): void;
}

/** Turns the bytes that reach file descriptors 1 and 2 into `output` events, in the order in which they were written. */
export function createOutput(options: OutputOptions): Output {
  const decoders = { stdout: new Utf8Stream(), stderr: new Utf8Stream() };
  let held: { stream: StreamName; site: number | null; text: string; since: number } | null = null;
  let left = options.limit;
  let currentSite: () => number | null = () => null;

  function write(stream: StreamName, bytes: Uint8Array): void {
    const room = Math.min(left, bytes.length);
    left -= room;
    if (room > 0) hold(stream, decoders[stream].decode(bytes.subarray(0, room)));
    if (room < bytes.length) options.overflow();
  }

  function hold(stream: StreamName, text: string): void {
    const site = currentSite();
    if (held && (held.stream !== stream || held.site !== site)) release();
    if (held) held.text += text;
    else held = { stream, site, text, since: options.now() };
    if (held.text.endsWith('\n')) options.hurry();
    else if (held.text.length >= HOLD_CHARS) release();
    tick();
  }

  function tick(): void {
    if (held && options.now() - held.since >= HOLD_MS) release();
  }

  function release(): void {
    if (!held) return;
    const { stream, site, text } = held;
    held = null;
    if (text !== '') options.emit({ kind: 'output', stream, text, site });
  }

  function end(): void {
    release();
    for (const stream of ['stdout', 'stderr'] as const) {
      const text = decoders[stream].flush();
      if (text !== '') options.emit({ kind: 'output', stream, text, site: null });
    }
  }

  function site(current: () => number | null): void {
    currentSite = current;
  }

  return { site, write, release, tick, end };
}
