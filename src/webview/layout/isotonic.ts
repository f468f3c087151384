/** Nearest to what each wants, in order, and never closer than asked. */
export interface Wish {
  /** The wanted start. */
  readonly at: number;
  /** Own extent plus the gap to the next. */
  readonly extent: number;
  readonly weight: number;
}

/** Starts that keep the order and the extents with the least squared displacement (pool adjacent violators). */
export function settle(wishes: readonly Wish[]): number[] {
  const blocks: { sum: number; weight: number; count: number }[] = [];
  let offset = 0;
  for (const { at, extent, weight } of wishes) {
    blocks.push({ sum: (at - offset) * weight, weight, count: 1 });
    offset += extent;
    mergeBack(blocks);
  }
  return unfold(blocks, wishes);
}

function mergeBack(blocks: { sum: number; weight: number; count: number }[]): void {
  while (blocks.length > 1) {
    const last = blocks.at(-1)!;
    const before = blocks.at(-2)!;
    if (before.sum / before.weight <= last.sum / last.weight) return;
    blocks.pop();
    before.sum += last.sum;
    before.weight += last.weight;
    before.count += last.count;
  }
}

function unfold(blocks: readonly { sum: number; weight: number; count: number }[], wishes: readonly Wish[]): number[] {
  const starts: number[] = [];
  let offset = 0;
  for (const { sum, weight, count } of blocks) {
    for (let i = 0; i < count; i++) {
      starts.push(sum / weight + offset);
      offset += wishes[starts.length - 1]!.extent;
    }
  }
  return starts;
}
