// Rows of the kernel matrix of some points, computed when asked for and kept as long as there is room.
//
// Guarantees: a row has the same bits whenever it is computed and by however many threads.

import { BLOCK_POINTS, blocksBytes, type Points, writeBlocks } from "../../model/points.ts";
import { ITEM_BLOCKS, type VectorWorkspace } from "./kernels.ts";

const KERNEL_JOB = 1;
const NONE = -1;

/** Memory for rows: taken once for all matrices of a fit. */
export interface RowStore {
  at: number;
  bytes: number;
}

export class KernelMatrix {
  /** Points, filled up to whole blocks: numbers of a row. */
  readonly length: number;
  readonly count: number;
  /** Rows that were computed. */
  computed = 0;
  readonly #workspace: VectorWorkspace;
  readonly #shape: { numbers: number; codes: number };
  readonly #first: number;
  readonly #query: number;
  readonly #gammaBits: number;
  readonly #store: RowStore;
  /** Place in the store of each point's row, and the point of each place; NONE for none. */
  readonly #placeOf: Int32Array;
  readonly #pointAt: Int32Array;
  /** Places in the order of their last use: a ring of links. */
  readonly #next: Int32Array;
  readonly #before: Int32Array;
  /** The place that was used last. */
  #latest = 0;
  #used = 0;

  /** Takes memory of the workspace for the listed points; `store` has room for two rows at least. */
  constructor(
    workspace: VectorWorkspace,
    points: Points,
    rows: ArrayLike<number>,
    gamma: number,
    store: RowStore,
  ) {
    this.#workspace = workspace;
    this.count = rows.length;
    this.length = Math.ceil(rows.length / BLOCK_POINTS) * BLOCK_POINTS;
    this.#shape = { numbers: points.numbers, codes: points.codes };
    this.#first = workspace.take(blocksBytes(rows.length, points));
    this.#query = workspace.take((points.numbers + points.codes + 1) * 4);
    const floats = new Float32Array(workspace.bytes.buffer);
    writeBlocks(points, rows, floats, this.#first / 4);
    this.#gammaBits = new Uint32Array(Float32Array.of(gamma).buffer)[0];
    this.#store = store;
    const places = Math.min(this.count, Math.floor(store.bytes / (this.length * 4)));
    this.#placeOf = new Int32Array(this.count).fill(NONE);
    this.#pointAt = new Int32Array(places).fill(NONE);
    this.#next = new Int32Array(places);
    this.#before = new Int32Array(places);
  }

  /** Address of the row of a point, 32-bit numbers. It stays until two others have been asked for. */
  row(point: number): number {
    const known = this.#placeOf[point];
    if (known !== NONE) {
      this.#use(known);
      return this.#addressOf(known);
    }
    const place = this.#freePlace();
    const evicted = this.#pointAt[place];
    if (evicted !== NONE) this.#placeOf[evicted] = NONE;
    this.#pointAt[place] = point;
    this.#placeOf[point] = place;
    this.#compute(point, this.#addressOf(place));
    return this.#addressOf(place);
  }

  #addressOf(place: number): number {
    return this.#store.at + place * this.length * 4;
  }

  #compute(point: number, out: number): void {
    const { numbers, codes } = this.#shape;
    this.#workspace.kernels.copyPoint(this.#first, point, numbers, codes, this.#query);
    const blocks = this.length / BLOCK_POINTS;
    const job = [this.#first, blocks, numbers, codes, this.#query, this.#gammaBits, out];
    this.#workspace.run(KERNEL_JOB, job, Math.ceil(blocks / ITEM_BLOCKS));
    this.computed++;
  }

  /** A place that was never used, or the one not used for longest; it becomes the latest. */
  #freePlace(): number {
    if (this.#used === this.#pointAt.length) {
      const oldest = this.#next[this.#latest];
      this.#latest = oldest;
      return oldest;
    }
    const place = this.#used++;
    this.#link(place);
    return place;
  }

  #use(place: number): void {
    if (place === this.#latest) return;
    this.#next[this.#before[place]] = this.#next[place];
    this.#before[this.#next[place]] = this.#before[place];
    this.#link(place);
  }

  /** Puts a place behind the latest one. */
  #link(place: number): void {
    if (this.#used === 1) {
      this.#next[place] = place;
      this.#before[place] = place;
    } else {
      const oldest = this.#next[this.#latest];
      this.#next[this.#latest] = place;
      this.#before[place] = this.#latest;
      this.#next[place] = oldest;
      this.#before[oldest] = place;
    }
    this.#latest = place;
  }
}
