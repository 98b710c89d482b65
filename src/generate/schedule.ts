// The clock of a capture: a binary heap of moments at which actors want to be woken. Knows no packets.
//
// Guarantees: time never goes back; moments of equal time come in the order in which they were asked for, so a run
// depends on nothing but its inputs. Memory is proportional to what is pending.

/** Something that acts at moments it asked for. */
export interface Actor {
  /** @param code what the actor gave when it asked */
  wake(nowUs: number, code: number): void;
}

const INITIAL_CAPACITY = 1024;

export class Scheduler {
  nowUs: number;
  #count = 0;
  #order = 0;
  #times = new Float64Array(INITIAL_CAPACITY);
  #orders = new Float64Array(INITIAL_CAPACITY);
  #slots = new Int32Array(INITIAL_CAPACITY);
  #actors: (Actor | undefined)[] = [];
  #codes: number[] = [];
  #free: number[] = [];

  constructor(nowUs: number) {
    this.nowUs = nowUs;
  }

  get pending(): number {
    return this.#count;
  }

  /** Asks for `actor.wake(timeUs, code)`. Times are cut to whole µs and never lie in the past. */
  at(timeUs: number, actor: Actor, code: number): void {
    const time = timeUs > this.nowUs ? Math.floor(timeUs) : this.nowUs;
    if (this.#count === this.#times.length) this.#grow();
    const slot = this.#free.pop() ?? this.#actors.length;
    this.#actors[slot] = actor;
    this.#codes[slot] = code;
    this.#rise(this.#count++, time, this.#order++, slot);
  }

  /** Wakes actors in order of time until none is left, `untilUs` is passed, or `stopped` says so. */
  run(untilUs: number, stopped: () => boolean): void {
    while (this.#count > 0 && this.#times[0] <= untilUs && !stopped()) {
      const slot = this.#slots[0];
      this.nowUs = this.#times[0];
      this.#removeFirst();
      const actor = this.#actors[slot]!;
      this.#actors[slot] = undefined;
      this.#free.push(slot);
      actor.wake(this.nowUs, this.#codes[slot]);
    }
  }

  #rise(start: number, time: number, order: number, slot: number): void {
    const times = this.#times;
    const orders = this.#orders;
    const slots = this.#slots;
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (times[parent] < time || (times[parent] === time && orders[parent] < order)) break;
      times[index] = times[parent];
      orders[index] = orders[parent];
      slots[index] = slots[parent];
      index = parent;
    }
    times[index] = time;
    orders[index] = order;
    slots[index] = slot;
  }

  #removeFirst(): void {
    const times = this.#times;
    const orders = this.#orders;
    const slots = this.#slots;
    const last = --this.#count;
    const time = times[last];
    const order = orders[last];
    const slot = slots[last];
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= last) break;
      const other = child + 1;
      if (
        other < last &&
        (times[other] < times[child] || (times[other] === times[child] && orders[other] < orders[child]))
      )
        child = other;
      if (time < times[child] || (time === times[child] && order < orders[child])) break;
      times[index] = times[child];
      orders[index] = orders[child];
      slots[index] = slots[child];
      index = child;
    }
    times[index] = time;
    orders[index] = order;
    slots[index] = slot;
  }

  #grow(): void {
    const size = this.#times.length * 2;
    const times = new Float64Array(size);
    times.set(this.#times);
    const orders = new Float64Array(size);
    orders.set(this.#orders);
    const slots = new Int32Array(size);
    slots.set(this.#slots);
    this.#times = times;
    this.#orders = orders;
    this.#slots = slots;
  }
}
