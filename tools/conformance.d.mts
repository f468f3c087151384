export interface Entry {
  /** Whether PyTorch differentiates it. */
  autograd: boolean;
  total: number;
  passed: number;
  missing: number;
}
export function conformance(folder: string, shards: number, names?: readonly string[]): Promise<Map<string, Entry>>;
export function differences(entry: Entry, limit: number): string[];
export function status(entry: Entry): string;
