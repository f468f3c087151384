/** What the conformance suite has found: by name of an entry of PyTorch's operator database, `pass`, `partial N/M` or `missing`. */
import { readFileSync } from 'node:fs';

export const STATUSES = 'test/conformance/statuses.json';

export interface Statuses {
  /** Entries that PyTorch differentiates. */
  readonly autograd: Readonly<Record<string, string>>;
  readonly others: Readonly<Record<string, string>>;
}

export const readStatuses = (): Statuses => JSON.parse(readFileSync(STATUSES, 'utf8')) as Statuses;
