import type { GraphNode } from './node.ts';

/**
 * The ready nodes, latest made first. `AccumulateGrad` nodes all have the highest number, and which of several goes first is what
 * libstdc++'s `push_heap` and `pop_heap` make of it: PyTorch's order is theirs, so ours is too.
 */
export class ReadyQueue {
  private readonly heap: GraphNode[] = [];

  get size(): number {
    return this.heap.length;
  }

  push(node: GraphNode): void {
    this.heap.push(node);
    this.raise(this.heap.length - 1, 0, node);
  }

  pop(): GraphNode {
    const { heap } = this;
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) this.sink(last);
    return top;
  }

  /** `__adjust_heap`: the hole at the root goes down to a leaf, then `last` rises from there. */
  private sink(last: GraphNode): void {
    const { heap } = this;
    const size = heap.length;
    let hole = 0;
    let child = 0;
    while (child < Math.trunc((size - 1) / 2)) {
      child = 2 * (child + 1);
      if (heap[child]!.sequence < heap[child - 1]!.sequence) child--;
      heap[hole] = heap[child]!;
      hole = child;
    }
    if (size % 2 === 0 && child === Math.trunc((size - 2) / 2)) {
      child = 2 * (child + 1);
      heap[hole] = heap[child - 1]!;
      hole = child - 1;
    }
    this.raise(hole, 0, last);
  }

  /** `__push_heap`. */
  private raise(hole: number, top: number, node: GraphNode): void {
    const { heap } = this;
    let parent = (hole - 1) >> 1;
    while (hole > top && heap[parent]!.sequence < node.sequence) {
      heap[hole] = heap[parent]!;
      hole = parent;
      parent = (hole - 1) >> 1;
    }
    heap[hole] = node;
  }
}
