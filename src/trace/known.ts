/** Which ids a stream has told of, by its stretches (register.ts); those of a forgotten one are to be told again before anything names them. */
export class Known {
  readonly #ids = new Set<number>();
  readonly #stretches = new Map<number, number[]>();
  #now = 0;

  has(id: number): boolean {
    return this.#ids.has(id);
  }

  add(id: number): void {
    this.#ids.add(id);
    if (!this.#stretches.get(this.#now)?.push(id)) this.#stretches.set(this.#now, [id]);
  }

  /** From now on another stretch. */
  next(): void {
    this.#now++;
  }

  forget(stretch: number): void {
    for (const id of this.#stretches.get(stretch) ?? []) this.#ids.delete(id);
    this.#stretches.delete(stretch);
  }
}
