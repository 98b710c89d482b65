// Heavy hitters in bounded memory: space-saving (Metwally, Agrawal, El Abbadi 2005).
//
// What it guarantees: with `capacity` counters every key whose true weight exceeds total / capacity is among them, and
// a reported weight is never below the truth and exceeds it by at most the reported `surplus`. Counters lie in a heap
// by weight, so adding costs O(log capacity).

export interface HeavyHitter<Key> {
  key: Key;
  /** Upper bound of the key's weight. */
  weight: number;
  /** How much of it may belong to keys that were replaced. */
  surplus: number;
  /** Additions since the key has had its counter. */
  count: number;
}

export class HeavyHitters<Key> {
  readonly capacity: number;
  /** Keys that lost their counter to another one. */
  replaced = 0;
  readonly #counters: HeavyHitter<Key>[] = [];
  readonly #places = new Map<Key, number>();

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  add(key: Key, weight: number): void {
    const place = this.#places.get(key);
    if (place !== undefined) {
      this.#counters[place].weight += weight;
      this.#counters[place].count++;
      this.#sink(place);
    } else if (this.#counters.length < this.capacity) {
      this.#counters.push({ key, weight, surplus: 0, count: 1 });
      this.#places.set(key, this.#counters.length - 1);
      this.#rise(this.#counters.length - 1);
    } else this.#replace(key, weight);
  }

  /** Weight that a key without a counter may have at the most. */
  get uncountedMax(): number {
    return this.#counters.length < this.capacity ? 0 : this.#counters[0].weight;
  }

  /** The heaviest keys, heaviest first; equal weights in the order of their first appearance among the counters. */
  top(limit: number): HeavyHitter<Key>[] {
    return [...this.#counters].sort((a, b) => b.weight - a.weight || a.surplus - b.surplus).slice(0, limit);
  }

  #replace(key: Key, weight: number): void {
    const lightest = this.#counters[0];
    this.replaced++;
    this.#places.delete(lightest.key);
    this.#counters[0] = { key, weight: lightest.weight + weight, surplus: lightest.weight, count: 1 };
    this.#places.set(key, 0);
    this.#sink(0);
  }

  #sink(from: number): void {
    const counters = this.#counters;
    for (let place = from; ; ) {
      const left = place * 2 + 1;
      if (left >= counters.length) return;
      const right = left + 1;
      const child = right < counters.length && counters[right].weight < counters[left].weight ? right : left;
      if (counters[place].weight <= counters[child].weight) return;
      this.#swap(place, child);
      place = child;
    }
  }

  #rise(from: number): void {
    for (let place = from; place > 0; ) {
      const parent = (place - 1) >> 1;
      if (this.#counters[parent].weight <= this.#counters[place].weight) return;
      this.#swap(place, parent);
      place = parent;
    }
  }

  #swap(a: number, b: number): void {
    const counters = this.#counters;
    const kept = counters[a];
    counters[a] = counters[b];
    counters[b] = kept;
    this.#places.set(counters[a].key, a);
    this.#places.set(counters[b].key, b);
  }
}
