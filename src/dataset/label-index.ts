// Finds the label record of a flow: by its five-tuple in either direction and by overlap in time.
//
// Records lie in typed arrays, about 80 bytes each, grouped by five-tuple; each group is sorted by start, with the
// greatest end so far beside it, so that a question looks only at records that may overlap. ICMP records keep their
// direction, since their "ports" are type and code; the other direction is asked when the first finds nothing. Knows no
// files.

import type { FlowQuestion } from "./flow-question.ts";

/** Most records that an index takes. */
export const RECORDS_MAX = 20_000_000;

export class LabelIndex {
  /** Flows that were overlapped by records of more than one label. */
  conflicts = 0;
  readonly count: number;
  readonly #words: Int32Array;
  readonly #ports: Uint32Array;
  readonly #protocols: Uint8Array;
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  readonly #labels: Uint32Array;
  readonly #used: Uint8Array;
  /** Open-addressed: group + 1, 0 for a free slot. */
  readonly #slots: Int32Array;
  /** Record numbers by group and start; `#groupStart` has one entry more than there are groups. */
  readonly #order: Uint32Array;
  readonly #groupStart: Uint32Array;
  readonly #greatestEnd: Float64Array;

  /** @param labels number of each record's label, for telling conflicts */
  constructor(questions: RecordColumns, labels: Uint32Array) {
    const count = labels.length;
    this.count = count;
    this.#words = questions.words;
    this.#ports = questions.ports;
    this.#protocols = questions.protocols;
    this.#starts = questions.starts;
    this.#ends = questions.ends;
    this.#labels = labels;
    this.#used = new Uint8Array(count);
    this.#slots = new Int32Array(tableSize(count));
    for (let record = 0; record < count; record++) this.#turn(record);
    const groups = this.#group();
    this.#groupStart = groups.starts;
    this.#order = groups.order;
    this.#greatestEnd = this.#sortGroups();
  }

  /** Records that no question has found. */
  get unused(): number {
    return this.#used.reduce((sum, used) => sum + 1 - used, 0);
  }

  /** Number of the record that overlaps the flow longest (the first of equals), or -1. */
  find(question: FlowQuestion): number {
    const key = keyOf(question);
    let record = this.#findIn(this.#groupOf(key.words, key.ports, question.protocol), question);
    if (record < 0 && isIcmp(question.protocol)) {
      swapHalves(key.words);
      record = this.#findIn(this.#groupOf(key.words, key.ports, question.protocol), question);
    }
    if (record >= 0) this.#used[record] = 1;
    return record;
  }

  #findIn(group: number, question: FlowQuestion): number {
    if (group < 0) return -1;
    const first = this.#groupStart[group];
    let best = -1;
    let bestOverlap = -1;
    let conflict = false;
    for (let at = this.#lastStarting(group, question.endUs); at >= first; at--) {
      if (this.#greatestEnd[at] < question.startUs) break;
      const record = this.#order[at];
      const overlap =
        Math.min(this.#ends[record], question.endUs) - Math.max(this.#starts[record], question.startUs);
      if (overlap < 0) continue;
      conflict ||= best >= 0 && this.#labels[record] !== this.#labels[best];
      if (overlap > bestOverlap || (overlap === bestOverlap && record < best)) {
        best = record;
        bestOverlap = overlap;
      }
    }
    if (conflict) this.conflicts++;
    return best;
  }

  /** Position of the last record of a group that starts at or before `timeUs`; one before the group when none does. */
  #lastStarting(group: number, timeUs: number): number {
    let low = this.#groupStart[group];
    let high = this.#groupStart[group + 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#starts[this.#order[middle]] <= timeUs) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Puts a record's endpoints into the order that questions use. */
  #turn(record: number): void {
    const words = this.#words.subarray(record * 8, record * 8 + 8);
    if (!mustTurn(words, this.#ports[record], this.#protocols[record])) return;
    swapHalves(words);
    this.#ports[record] = swapPorts(this.#ports[record]);
  }

  #group(): { starts: Uint32Array; order: Uint32Array } {
    const groupOf = new Uint32Array(this.count);
    const representative: number[] = [];
    const sizes: number[] = [];
    for (let record = 0; record < this.count; record++) {
      const words = this.#words.subarray(record * 8, record * 8 + 8);
      const slot = this.#slot(words, this.#ports[record], this.#protocols[record], representative);
      if (this.#slots[slot] === 0) {
        representative.push(record);
        sizes.push(0);
        this.#slots[slot] = representative.length;
      }
      const group = this.#slots[slot] - 1;
      groupOf[record] = group;
      sizes[group]++;
    }
    const starts = new Uint32Array(sizes.length + 1);
    sizes.forEach((size, group) => {
      starts[group + 1] = starts[group] + size;
    });
    const next = starts.slice();
    const order = new Uint32Array(this.count);
    for (let record = 0; record < this.count; record++) order[next[groupOf[record]]++] = record;
    return { starts, order };
  }

  #sortGroups(): Float64Array {
    const greatest = new Float64Array(this.count);
    for (let group = 0; group + 1 < this.#groupStart.length; group++) {
      const [first, end] = [this.#groupStart[group], this.#groupStart[group + 1]];
      this.#order.subarray(first, end).sort((a, b) => this.#starts[a] - this.#starts[b] || a - b);
      let greatestEnd = -Infinity;
      for (let at = first; at < end; at++) {
        greatestEnd = Math.max(greatestEnd, this.#ends[this.#order[at]]);
        greatest[at] = greatestEnd;
      }
    }
    return greatest;
  }

  #groupOf(words: Int32Array, ports: number, protocol: number): number {
    const slot = this.#slot(words, ports, protocol);
    return this.#slots[slot] - 1;
  }

  /** The slot of a key: where it is, or the free one where it would be. */
  #slot(words: Int32Array, ports: number, protocol: number, representative?: readonly number[]): number {
    const mask = this.#slots.length - 1;
    let slot = hash(words, ports, protocol) & mask;
    for (;;) {
      const group = this.#slots[slot] - 1;
      if (group < 0) return slot;
      const record =
        representative === undefined ? this.#order[this.#groupStart[group]] : representative[group];
      if (this.#isKey(record, words, ports, protocol)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #isKey(record: number, words: Int32Array, ports: number, protocol: number): boolean {
    if (this.#ports[record] !== ports || this.#protocols[record] !== protocol) return false;
    for (let word = 0; word < 8; word++) if (this.#words[record * 8 + word] !== words[word]) return false;
    return true;
  }
}

/** Label records by columns; the index keeps the arrays and reorders endpoints in them. */
export interface RecordColumns {
  /** Eight words a record. */
  words: Int32Array;
  /** Source port in the upper half, destination port in the lower. */
  ports: Uint32Array;
  protocols: Uint8Array;
  starts: Float64Array;
  ends: Float64Array;
}

const KEY = { words: new Int32Array(8), ports: 0 };

/** A question's endpoints, in the order that the index uses. The result is reused. */
function keyOf(question: FlowQuestion): { words: Int32Array; ports: number } {
  KEY.words.set(question.words);
  KEY.ports = ((question.sourcePort << 16) | question.destinationPort) >>> 0;
  if (mustTurn(KEY.words, KEY.ports, question.protocol)) {
    swapHalves(KEY.words);
    KEY.ports = swapPorts(KEY.ports);
  }
  return KEY;
}

function isIcmp(protocol: number): boolean {
  return protocol === 1 || protocol === 58;
}

/** The smaller endpoint comes first, save for ICMP. */
function mustTurn(words: Int32Array, ports: number, protocol: number): boolean {
  if (isIcmp(protocol)) return false;
  for (let word = 0; word < 4; word++) {
    if (words[word] !== words[word + 4]) return words[word] > words[word + 4];
  }
  return ports >>> 16 > (ports & 0xffff);
}

function swapHalves(words: Int32Array): void {
  for (let word = 0; word < 4; word++) {
    const kept = words[word];
    words[word] = words[word + 4];
    words[word + 4] = kept;
  }
}

function swapPorts(ports: number): number {
  return ((ports << 16) | (ports >>> 16)) >>> 0;
}

function tableSize(count: number): number {
  let size = 16;
  while (size < count * 2) size *= 2;
  return size;
}

function hash(words: Int32Array, ports: number, protocol: number): number {
  let mixed = Math.imul(ports, 0x9e3779b1) ^ protocol;
  for (let word = 0; word < 8; word++) {
    mixed = Math.imul(mixed ^ words[word], 0x85ebca6b);
    mixed ^= mixed >>> 15;
  }
  return mixed >>> 0;
}
