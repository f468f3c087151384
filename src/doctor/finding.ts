/** What the doctor says. A finding is plain data: the command line prints it, the editor translates it. */
import type { Source } from '../trace/model.ts';

export type Severity = 'error' | 'warning' | 'hint';

/** A sentence with places `{0}`, `{1}`, so that it can be said in another language; an argument may be a sentence itself. */
export interface Message {
  readonly template: string;
  readonly args: readonly (string | Message)[];
}

export interface Related {
  readonly message: Message;
  readonly range: Source;
}

export interface Edit {
  /** Empty where text is inserted. */
  readonly range: Source;
  readonly text: string;
}

export interface Fix {
  readonly title: Message;
  readonly edits: readonly Edit[];
}

export interface Finding {
  /** `BP001` */
  readonly code: string;
  readonly severity: Severity;
  readonly message: Message;
  readonly range: Source;
  readonly related: readonly Related[];
  /** The best one first. */
  readonly fixes: readonly Fix[];
  /** It tells why the program failed, at the place where it did. */
  readonly explainsError: boolean;
}

/** Every sentence of the doctor's is written in a call of this, which is how the test of the translations finds it. */
export const t = (template: string, ...args: readonly (string | number | Message)[]): Message => ({
  template,
  args: args.map((arg) => (typeof arg === 'number' ? String(arg) : arg)),
});

/** One sentence after the other. */
export const joined = (...sentences: readonly Message[]): Message => ({
  template: sentences.map((_, i) => `{${i}}`).join(' '),
  args: sentences,
});

export const english = ({ template, args }: Message): string =>
  template.replace(/\{(\d+)\}/g, (_, place: string) => {
    const arg = args[Number(place)] ?? '';
    return typeof arg === 'string' ? arg : english(arg);
  });
