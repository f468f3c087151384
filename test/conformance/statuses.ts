/** What the conformance suite has found: by name of an entry of PyTorch's operator database, `pass`, `partial N/M` or `missing`. */
import { readFileSync } from 'node:fs';

export const STATUSES = 'test/conformance/statuses.json';

export interface Statuses {
  /** Entries that PyTorch differentiates. */
  readonly autograd: Readonly<Record<string, string>>;
  readonly others: Readonly<Record<string, string>>;
}

/** What real PyTorch has wrong or cannot tell, by which rule a name passes nevertheless: read by `faults.py`. */
export interface Fault {
  readonly names: readonly string[];
  readonly reason: string;
}

export const readFaults = (): readonly Fault[] =>
  JSON.parse(readFileSync('test/conformance/faults.json', 'utf8')) as readonly Fault[];

export const readStatuses = (): Statuses => JSON.parse(readFileSync(STATUSES, 'utf8')) as Statuses;
