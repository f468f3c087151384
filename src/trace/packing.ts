/**
 * The wire form of what a schema describes: doubles, and the texts that they refer to. JSON costs several times what an operation on a
 * small tensor costs; this costs a part of it. What is read back is what the schema allows, or an error is thrown.
 *
 * A text crosses once, and so does a list of texts that is the same object again (an op's formulas, the names of its inputs).
 */
import type * as v from 'valibot';
import { badFormat } from './errors.ts';

/** What crosses. The texts are new ones; they continue those of the packs before. */
export interface Pack {
  readonly words: Float64Array;
  readonly texts: readonly string[];
}

export interface Packer<T> {
  add(value: T): void;
  /** Doubles and characters that wait. */
  readonly size: number;
  /** Hands over what was added since the last time. The words are only good until the next `add`. */
  take(): Pack;
}

export function createPacker<T>(schema: v.GenericSchema<unknown, T>): Packer<T> {
  const codec = codecOf(schema as Described);
  const writer = new Writer();
  return {
    add: (value) => codec.write(writer, value),
    get size() {
      return writer.size;
    },
    take: () => writer.take(),
  };
}

/** Reads the packs of one packer, in their order. Throws a `TraceError`. */
export function createUnpacker<T>(schema: v.GenericSchema<unknown, T>): (pack: Pack) => T[] {
  const codec = codecOf(schema as Described);
  const reader = new Reader();
  return (pack) => {
    const values: T[] = [];
    reader.begin(pack);
    while (reader.hasMore) values.push(codec.read(reader) as T);
    return values;
  };
}

class Writer {
  private words = new Float64Array(4096);
  private count = 0;
  private texts: string[] = [];
  private characters = 0;
  private readonly numbers = new Map<string, number>();
  private readonly lists = new WeakMap<object, number>();
  private nextList = 0;

  get size(): number {
    return this.count + this.characters;
  }

  take(): Pack {
    const pack = { words: this.words.subarray(0, this.count), texts: this.texts };
    this.count = 0;
    this.characters = 0;
    this.texts = [];
    return pack;
  }

  put(word: number): void {
    if (this.count === this.words.length) this.grow();
    this.words[this.count++] = word;
  }

  private grow(): void {
    const { words } = this;
    this.words = new Float64Array(words.length * 2);
    this.words.set(words);
  }

  /** A short text by its number; a long one is not remembered, as it is hardly said again. */
  text(text: string): void {
    const known = this.numbers.get(text);
    if (known !== undefined) {
      this.put(known);
      return;
    }
    const short = text.length <= SHORT;
    this.put(short ? this.numbers.size : LONG);
    if (short) this.numbers.set(text, this.numbers.size);
    this.texts.push(text);
    this.characters += text.length;
  }

  /** Whether the list has crossed; then its number stands for it. */
  isKnown(list: object): boolean {
    const known = this.lists.get(list);
    this.put(known ?? this.nextList);
    if (known === undefined) this.lists.set(list, this.nextList++);
    return known !== undefined;
  }
}

const SHORT = 80;
const LONG = -1;

class Reader {
  private words: Float64Array = new Float64Array(0);
  private at = 0;
  private texts: readonly string[] = [];
  private nextText = 0;
  private readonly known: string[] = [];
  readonly lists: unknown[] = [];

  begin({ words, texts }: Pack): void {
    this.words = words;
    this.at = 0;
    this.texts = texts;
    this.nextText = 0;
  }

  get hasMore(): boolean {
    return this.at < this.words.length;
  }

  number(): number {
    if (this.at >= this.words.length) throw broken('it is cut off');
    return this.words[this.at++]!;
  }

  natural(): number {
    const number = this.number();
    if (!Number.isInteger(number) || number < 0) throw broken(`${number} where a count is expected`);
    return number;
  }

  /** One of so many. */
  choice(count: number): number {
    const number = this.natural();
    if (number >= count) throw broken(`${number} where there are ${count} choices`);
    return number;
  }

  /** The length of a list, each of whose items takes at least so many words. */
  length(least: number): number {
    const length = this.natural();
    if (length * least > this.words.length - this.at) throw broken('a list is longer than the whole');
    return length;
  }

  text(): string {
    const number = this.number();
    const known = this.known[number];
    if (known !== undefined) return known;
    const text = this.texts[this.nextText++];
    if (typeof text !== 'string' || (number !== LONG && number !== this.known.length))
      throw broken('a text is missing');
    if (number !== LONG) this.known.push(text);
    return text;
  }
}

const broken = (why: string): Error => badFormat('the events', why);

interface Codec {
  write(to: Writer, value: unknown): void;
  read(from: Reader): unknown;
  /** Whether a value takes no number of its own: texts, and what is made of them. */
  readonly isText: boolean;
  /** Words that a value takes at least. */
  readonly least: number;
}

/** What valibot's schemas tell of themselves. */
interface Described {
  readonly type: string;
  readonly pipe?: readonly { readonly type: string }[];
  readonly wrapped?: Described;
  readonly item?: Described;
  readonly entries?: Readonly<Record<string, Described>>;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly key?: string;
}

function codecOf(schema: Described): Codec {
  switch (schema.type) {
    case 'string':
      return text;
    case 'boolean':
      return boolean;
    case 'number':
      return schema.pipe?.some(({ type }) => type === 'integer') ? natural : double;
    case 'literal':
      return { write: () => {}, read: () => schema.literal, isText: true, least: 0 };
    case 'picklist':
      return picklist(schema.options!);
    case 'nullable':
      return nullable(codecOf(schema.wrapped!));
    case 'array':
      return schema.item!.type === 'union' ? elements : array(codecOf(schema.item!));
    case 'object':
      return object(schema.entries!);
    case 'variant':
      return variant(schema.key!, schema.options as readonly Described[]);
    default:
      throw new Error(`there is no wire form for a schema of type '${schema.type}'`);
  }
}

const text: Codec = {
  write: (to, value) => to.text(value as string),
  read: (from) => from.text(),
  isText: true,
  least: 1,
};
const double: Codec = {
  write: (to, value) => to.put(value as number),
  read: (from) => finite(from.number()),
  isText: false,
  least: 1,
};
const natural: Codec = {
  write: (to, value) => to.put(value as number),
  read: (from) => from.natural(),
  isText: false,
  least: 1,
};
const boolean: Codec = {
  write: (to, value) => to.put(value ? 1 : 0),
  read: (from) => from.choice(2) === 1,
  isText: false,
  least: 1,
};

/** Elsewhere than in the wire form there is JSON, which has no nan, no infinity and no negative zero. */
function finite(number: number): number {
  if (number - number !== 0) throw broken(`${number} where a finite number is expected`);
  return number + 0;
}

function picklist(options: readonly unknown[]): Codec {
  return {
    write: (to, value) => to.put(options.indexOf(value)),
    read: (from) => options[from.choice(options.length)],
    isText: false,
    least: 1,
  };
}

function nullable(codec: Codec): Codec {
  return {
    write(to, value) {
      to.put(value === null ? 0 : 1);
      if (value !== null) codec.write(to, value);
    },
    read: (from) => (from.choice(2) === 1 ? codec.read(from) : null),
    isText: false,
    least: 1,
  };
}

function array(item: Codec): Codec {
  const codec: Codec = {
    write(to, value) {
      const list = value as readonly unknown[];
      to.put(list.length);
      for (let i = 0; i < list.length; i++) item.write(to, list[i]);
    },
    read(from) {
      const length = from.length(item.least);
      const list: unknown[] = [];
      for (let i = 0; i < length; i++) list.push(item.read(from));
      return list;
    },
    isText: false,
    least: 1,
  };
  return item.isText ? shared(codec) : codec;
}

/** Lists that never change: by number when they come again. */
function shared(codec: Codec): Codec {
  return {
    write(to, value) {
      if (!to.isKnown(value as object)) codec.write(to, value);
    },
    read(from) {
      const { lists } = from;
      const number = from.choice(lists.length + 1);
      if (number < lists.length) return lists[number];
      const list = codec.read(from);
      lists.push(list);
      return list;
    },
    isText: false,
    least: 1,
  };
}

/** Tensor elements: numbers as they are; a list with anything else in it as JSON. */
const elements: Codec = {
  write(to, value) {
    const list = value as readonly unknown[];
    const plain = areNumbers(list);
    to.put(plain ? 1 : 0);
    if (!plain) to.text(JSON.stringify(list));
    else {
      to.put(list.length);
      for (let i = 0; i < list.length; i++) to.put(list[i] as number);
    }
  },
  read(from) {
    if (from.choice(2) === 0) return parsedElements(from.text());
    const length = from.length(1);
    const list: number[] = [];
    for (let i = 0; i < length; i++) list.push(finite(from.number()));
    return list;
  },
  isText: false,
  least: 2,
};

function areNumbers(list: readonly unknown[]): boolean {
  for (let i = 0; i < list.length; i++) if (typeof list[i] !== 'number') return false;
  return true;
}

function parsedElements(json: string): unknown[] {
  try {
    const list = JSON.parse(json) as unknown;
    if (Array.isArray(list) && list.every((one) => ['number', 'boolean', 'string'].includes(typeof one))) return list;
  } catch {
    // Said below.
  }
  throw broken('there are no elements where elements are expected');
}

interface Field {
  readonly name: string;
  readonly codec: Codec;
  /** Its bit in the word that says which of the optional fields are there; 0 of one that always is. */
  readonly bit: number;
}

function object(entries: Readonly<Record<string, Described>>): Codec {
  const fields = fieldsOf(entries);
  const always = fields.filter(({ bit }) => bit === 0);
  const hasOptional = always.length < fields.length;
  /** An empty object for each set of fields, to be copied: one that grows field by field costs its memory twice. */
  const blanks = new Map<number, Readonly<Record<string, unknown>>>();
  const blank = (present: number) => {
    const names = fields.filter(({ bit }) => bit === 0 || (present & bit) !== 0).map(({ name }) => [name, null]);
    const made = Object.fromEntries(names) as Readonly<Record<string, unknown>>;
    blanks.set(present, made);
    return made;
  };
  return {
    write(to, value) {
      const record = value as Readonly<Record<string, unknown>>;
      const present = hasOptional ? presence(fields, record) : 0;
      if (hasOptional) to.put(present);
      for (let i = 0; i < fields.length; i++) {
        const { name, codec, bit } = fields[i]!;
        if (bit === 0 || (present & bit) !== 0) codec.write(to, record[name]);
      }
    },
    read(from) {
      const present = hasOptional ? from.natural() : 0;
      const record: Record<string, unknown> = { ...(blanks.get(present) ?? blank(present)) };
      for (let i = 0; i < fields.length; i++) {
        const { name, codec, bit } = fields[i]!;
        if (bit === 0 || (present & bit) !== 0) record[name] = codec.read(from);
      }
      return record;
    },
    isText: !hasOptional && fields.every(({ codec }) => codec.isText),
    least: always.reduce((sum, { codec }) => sum + codec.least, hasOptional ? 1 : 0),
  };
}

function fieldsOf(entries: Readonly<Record<string, Described>>): Field[] {
  let next = 1;
  return Object.entries(entries).map(([name, schema]) => {
    if (schema.type !== 'optional') return { name, codec: codecOf(schema), bit: 0 };
    const bit = next;
    next *= 2;
    return { name, codec: codecOf(schema.wrapped!), bit };
  });
}

function presence(fields: readonly Field[], record: Readonly<Record<string, unknown>>): number {
  let present = 0;
  for (let i = 0; i < fields.length; i++) {
    const { name, bit } = fields[i]!;
    if (bit !== 0 && record[name] !== undefined) present |= bit;
  }
  return present;
}

function variant(key: string, options: readonly Described[]): Codec {
  const codecs = options.map(codecOf);
  const numbers = new Map(options.map(({ entries }, i) => [entries![key]!.literal, i]));
  return {
    write(to, value) {
      const number = numbers.get((value as Readonly<Record<string, unknown>>)[key])!;
      to.put(number);
      codecs[number]!.write(to, value);
    },
    read: (from) => codecs[from.choice(codecs.length)]!.read(from),
    isText: false,
    least: 1,
  };
}
