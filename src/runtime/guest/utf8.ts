/** UTF-8 both ways, in plain code: the sealed realm has no TextDecoder of its own, and Node's must not enter it. */

/** Decodes a stream of bytes piece by piece. An invalid byte `b` becomes the lone surrogate U+DC00 + b, as in Python's `surrogateescape`. */
export class Utf8Stream {
  private pending: number[] = [];

  decode(bytes: Uint8Array): string {
    let text = '';
    let units: number[] = [];
    const input = this.pending.length > 0 ? Uint8Array.from([...this.pending, ...bytes]) : bytes;
    this.pending = [];
    let at = 0;
    while (at < input.length) {
      const size = sequenceLength(input, at);
      if (size === 0) {
        this.pending = Array.from(input.subarray(at));
        break;
      }
      pushUnits(units, input, at, size);
      at += Math.abs(size);
      if (units.length > 8000) {
        text += String.fromCharCode(...units);
        units = [];
      }
    }
    return text + String.fromCharCode(...units);
  }

  /** What is left of an unfinished character, escaped. */
  flush(): string {
    const rest = this.pending;
    this.pending = [];
    return String.fromCharCode(...rest.map((byte) => 0xdc00 + byte));
  }
}

/** The length of the sequence at `at`: 1-4, or -1 for an invalid byte, or 0 when the input ends inside a valid beginning. */
function sequenceLength(input: Uint8Array, at: number): number {
  const lead = input[at]!;
  if (lead < 0x80) return 1;
  const size = lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : -1;
  for (let i = 1; i < size; i++) {
    const byte = input[at + i];
    if (byte === undefined) return 0;
    if (!continues(lead, i, byte)) return -1;
  }
  return size;
}

/** The second byte is narrower after E0, ED, F0 and F4: no overlong forms, no surrogates, nothing past U+10FFFF. */
function continues(lead: number, index: number, byte: number): boolean {
  const low = index > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = index > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  return byte >= low && byte <= high;
}

function pushUnits(units: number[], input: Uint8Array, at: number, size: number): void {
  const lead = input[at]!;
  if (size === 1) units.push(lead);
  else if (size === -1) units.push(0xdc00 + lead);
  else {
    let code = lead & (0xff >> (size + 1));
    for (let i = 1; i < size; i++) code = (code << 6) | (input[at + i]! & 0x3f);
    if (code < 0x10000) units.push(code);
    else units.push(0xd7c0 + (code >> 10), 0xdc00 + (code & 0x3ff));
  }
}

/** UTF-8 bytes of a text; a lone surrogate becomes U+FFFD, as TextEncoder has it. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    let code = character.codePointAt(0)!;
    if (code >= 0xd800 && code < 0xe000) code = 0xfffd;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), tail(code));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), tail(code >> 6), tail(code));
    else bytes.push(0xf0 | (code >> 18), tail(code >> 12), tail(code >> 6), tail(code));
  }
  return Uint8Array.from(bytes);
}

function tail(code: number): number {
  return 0x80 | (code & 0x3f);
}
