/** A program's text as the bytes it wrote: UTF-8, and for a lone U+DC80..U+DCFF the one byte that could not be decoded. */
export function toBytes(text: string): Buffer {
  const parts = text.split(/([\udc80-\udcff]+)/u);
  if (parts.length === 1) return Buffer.from(text, 'utf8');
  return Buffer.concat(parts.map((part, i) => (i % 2 === 0 ? Buffer.from(part, 'utf8') : Buffer.from(part, 'latin1'))));
}

export interface Sink {
  write(text: string): void;
  /** Resolves when everything has left this process, or has nowhere to go. */
  flush(): Promise<void>;
}

/** Writes to a stream until its reader goes away, which is told once. */
export function createSink(stream: NodeJS.WriteStream, onClosed: () => void): Sink {
  let open = true;
  stream.on('error', () => {
    if (open) onClosed();
    open = false;
  });
  return {
    write(text) {
      if (open) stream.write(toBytes(text));
    },
    flush: () =>
      new Promise((resolve) => {
        if (!open) return resolve();
        stream.once('error', () => resolve());
        stream.write('', () => resolve());
      }),
  };
}
