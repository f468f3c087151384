/** Text without a DOM: widths estimated by character, truncation, wrapping, bidi isolation. */

export type Font = 'title' | 'small' | 'label' | 'mono';

/** Pixels of an average character, on the wide side of the fonts that VS Code comes with. */
const ADVANCE: Readonly<Record<Font, number>> = { title: 9.6, small: 6.9, label: 6.6, mono: 7.3 };

export function textWidth(text: string, font: Font): number {
  let units = 0;
  for (const char of text) units += charUnits(char);
  return Math.ceil(units * ADVANCE[font]);
}

/** Shortens to `width` pixels with an ellipsis. */
export function truncate(text: string, width: number, font: Font): string {
  if (textWidth(text, font) <= width) return text;
  let kept = '';
  let room = width / ADVANCE[font] - 1;
  for (const char of text) {
    room -= charUnits(char);
    if (room < 0) break;
    kept += char;
  }
  return `${kept.trimEnd()}…`;
}

/** Breaks at spaces into at most `limit` lines; the last one is shortened. */
export function wrap(text: string, width: number, font: Font, limit: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    const joined = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && (textWidth(joined, font) <= width || lines.length === limit))
      lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines.map((line) => truncate(line, width, font));
}

const DIRECTIONAL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const CONTROLS = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A name that may stand inside other text: no control characters, and its direction stays its own. */
export function isolate(name: string): string {
  const clean = name.replace(CONTROLS, '\ufffd');
  return DIRECTIONAL.test(clean) ? `\u2068${clean}\u2069` : clean;
}

/** East Asian characters and emoji are two columns wide; marks and joiners none. */
function charUnits(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  if ((code >= 0x300 && code <= 0x36f) || code === 0x200d || (code >= 0xfe00 && code <= 0xfe0f)) return 0;
  if (code === 0x2068 || code === 0x2069) return 0;
  if (code >= 0x1100 && (code <= 0x115f || code >= 0x1f000 || (code >= 0x2e80 && code <= 0xff60))) return 1.75;
  return 1;
}
