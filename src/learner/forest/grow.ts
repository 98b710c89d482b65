// Grows the trees of a forest side by side, each in a slot of the kernels' memory, for as long as a budget of work lasts.
//
// Guarantees: the same trees, in the same order, whatever the number of slots and threads. Between two budgets the caller
// is heard: about a tenth of a second.

import { exactLog } from "../../base/elementary.ts";
import { Random } from "../../base/random.ts";
import type { ForestDataset } from "./dataset.ts";
import { DEEPEST, FOREST_JOB, LOGARITHMS, RECORD_BYTES, SLOT_STATE } from "./kernels.ts";
import { ForestBuilder, TreePiece } from "./pieces.ts";

export interface ForestRules {
  trees: number;
  /** Questions on the way to a leaf; 0: any number. */
  maxDepth: number;
  minLeafRows: number;
  minSplitRows: number;
  /** Columns looked at in a node. */
  columnsPerSplit: number;
  entropy: boolean;
  /** Draw rows with replacement. */
  bootstrap: boolean;
  /** Rows drawn for each tree. */
  drawnRows: number;
  randomThresholds: boolean;
  balanceTrees: boolean;
  minImpurityDecrease: number;
  /** Weight of each class. */
  classWeights: Float64Array;
}

export interface GrownForest {
  builder: ForestBuilder;
  /** Share of the rows that were left out by some tree whose class those trees' votes tell; none where none was left out. */
  outOfBag: { accuracy: number; rows: number } | undefined;
}

/** Work of a slot between two looks around: rows times columns, about 50 ms. */
const BUDGET = 30_000_000;
/** Slots for each thread, so that a long tree keeps nobody waiting. */
const SLOTS_PER_THREAD = 2;
/** Memory of all slots but the first. */
const SLOT_BYTES = 512 * 2 ** 20;
/** Nodes, category sets and bytes of leaf counts that are written before they are taken away. */
const ROOM = { nodes: 8_192, sets: 4_096, countBytes: 2 ** 20 } as const;
/** Votes over more classes and rows than this are not taken. */
const VOTES_BYTES = 256 * 2 ** 20;
/** What a node may write beyond the room: one of each. */
const SPARE = 1;

/**
 * Grows `rules.trees` trees. `between` is awaited between two budgets with the number of trees that are done, in their
 * order; what it throws ends the growth.
 */
export async function growForest(
  dataset: ForestDataset,
  rules: ForestRules,
  seed: number,
  wantsVotes: boolean,
  between: (done: number, builder: ForestBuilder) => void | Promise<void>,
): Promise<GrownForest> {
  const grower = new Grower(dataset, rules, new Random(seed), wantsVotes);
  await between(0, grower.builder);
  while (grower.builder.treeCount < rules.trees) {
    const before = grower.builder.treeCount;
    grower.step();
    // Trees are told one by one, or that there is work going on.
    for (let done = Math.min(before + 1, grower.builder.treeCount); ; done++) {
      await between(done, grower.builder);
      if (done >= grower.builder.treeCount) break;
    }
  }
  return { builder: grower.builder, outOfBag: grower.countVotes() };
}

/** Places of a slot's words. */
const SLOT = {
  state: 0,
  seed: 1,
  frames: 8,
  nodesAt: 9,
  nodes: 10,
  treeNodes: 11,
  setsAt: 12,
  sets: 13,
  leavesAt: 14,
  leaves: 15,
  decreases: 16,
  weights: 24,
} as const;

class Grower {
  readonly builder: ForestBuilder;
  readonly #dataset: ForestDataset;
  readonly #rules: ForestRules;
  readonly #random: Random;
  readonly #table: number;
  readonly #slots: number;
  readonly #slotCount: number;
  readonly #votes: number;
  /** Which tree grows in each slot, and its nodes until now. */
  readonly #growing: ({ tree: number; piece: TreePiece } | undefined)[];
  /** Finished trees that wait for those before them. */
  readonly #waiting = new Map<number, TreePiece>();
  #started = 0;

  constructor(dataset: ForestDataset, rules: ForestRules, random: Random, wantsVotes: boolean) {
    const { workspace, groupCount, classCount } = dataset;
    this.builder = new ForestBuilder(classCount);
    this.#dataset = dataset;
    this.#rules = rules;
    this.#random = random;
    const votesBytes = groupCount * classCount * 4;
    const drawn = rules.bootstrap || rules.drawnRows < dataset.rowCount;
    this.#votes = wantsVotes && drawn && votesBytes <= VOTES_BYTES ? workspace.take(votesBytes) : 0;
    this.#table = this.#writeTable();
    this.#slotCount = this.#countSlots();
    this.#slots = workspace.take(this.#slotCount * RECORD_BYTES.slot);
    for (let slot = 0; slot < this.#slotCount; slot++) this.#takeSlot(this.#slots + slot * RECORD_BYTES.slot);
    this.#growing = new Array(this.#slotCount).fill(undefined);
  }

  /** Starts trees in idle slots, lets all slots work, and takes what they wrote. */
  step(): void {
    for (let slot = 0; slot < this.#slotCount; slot++) if (!this.#growing[slot]) this.#start(slot);
    this.#dataset.workspace.run(FOREST_JOB.grow, [this.#table, this.#slots, BUDGET], this.#slotCount);
    for (let slot = 0; slot < this.#slotCount; slot++) this.#take(slot);
    for (let piece = this.#nextPiece(); piece; piece = this.#nextPiece()) this.builder.add(piece);
  }

  /** What the votes of the trees that left rows out tell of them. */
  countVotes(): GrownForest["outOfBag"] {
    if (this.#votes === 0) return undefined;
    const { workspace, groupCount, classCount, rowsOfGroup, labelOfGroup } = this.#dataset;
    const votes = workspace.wordsAt(this.#votes, groupCount * classCount);
    let rows = 0;
    let hits = 0;
    for (let group = 0; group < groupCount; group++) {
      let leading = 0;
      for (let label = 1; label < classCount; label++)
        if (votes[group * classCount + label] > votes[group * classCount + leading]) leading = label;
      if (votes[group * classCount + leading] === 0) continue;
      rows += rowsOfGroup[group];
      if (leading === labelOfGroup[group]) hits += rowsOfGroup[group];
    }
    return rows > 0 ? { accuracy: hits / rows, rows } : undefined;
  }

  #nextPiece(): TreePiece | undefined {
    const piece = this.#waiting.get(this.builder.treeCount);
    this.#waiting.delete(this.builder.treeCount);
    return piece;
  }

  #start(slot: number): void {
    if (this.#started >= this.#rules.trees) return;
    const { workspace, columns } = this.#dataset;
    const at = (this.#slots + slot * RECORD_BYTES.slot) >>> 2;
    const { words } = workspace;
    words[at + SLOT.state] = SLOT_STATE.start;
    words[at + SLOT.seed] = this.#random.uint32();
    words[at + SLOT.seed + 1] = this.#random.uint32();
    words[at + SLOT.treeNodes] = 0;
    workspace.numbersAt(words[at + SLOT.decreases], columns.length).fill(0);
    this.#growing[slot] = { tree: this.#started++, piece: new TreePiece() };
  }

  #take(slot: number): void {
    const growing = this.#growing[slot];
    if (!growing) return;
    const { workspace, columns, classCount } = this.#dataset;
    const { words, numbers } = workspace;
    const at = (this.#slots + slot * RECORD_BYTES.slot) >>> 2;
    growing.piece.take(
      {
        words,
        numbers,
        nodesAt: words[at + SLOT.nodesAt],
        count: words[at + SLOT.nodes],
        setsAt: words[at + SLOT.setsAt],
        leavesAt: words[at + SLOT.leavesAt],
        leafCount: words[at + SLOT.leaves],
        weightsAt: words[at + SLOT.weights],
        classCount,
      },
      columns,
    );
    words[at + SLOT.nodes] = 0;
    words[at + SLOT.sets] = 0;
    words[at + SLOT.leaves] = 0;
    if (words[at + SLOT.state] !== SLOT_STATE.finished) return;
    growing.piece.close(Float64Array.from(workspace.numbersAt(words[at + SLOT.decreases], columns.length)));
    this.#waiting.set(growing.tree, growing.piece);
    this.#growing[slot] = undefined;
    words[at + SLOT.state] = SLOT_STATE.idle;
  }

  #writeTable(): number {
    const { workspace, record } = this.#dataset;
    const rules = this.#rules;
    const logarithms = rules.entropy ? workspace.take(LOGARITHMS * 8) : 0;
    if (rules.entropy) {
      const table = workspace.numbersAt(logarithms, LOGARITHMS);
      for (let x = 1; x < LOGARITHMS; x++) table[x] = x * exactLog(x);
    }
    const at = workspace.take(RECORD_BYTES.table);
    workspace.words.set(
      [
        ...record,
        this.#votes,
        logarithms,
        rules.maxDepth,
        rules.minLeafRows,
        rules.minSplitRows,
        rules.columnsPerSplit,
        rules.entropy ? 1 : 0,
        rules.bootstrap ? 1 : 0,
        rules.drawnRows,
        rules.randomThresholds ? 1 : 0,
        rules.balanceTrees ? 1 : 0,
        ROOM.nodes,
        ROOM.sets,
        leafRoom(this.#dataset.classCount),
      ],
      at >>> 2,
    );
    workspace.numbers[(at + 104) / 8] = rules.minImpurityDecrease;
    return at;
  }

  /** Some for each thread, and fewer where they are large. */
  #countSlots(): number {
    const { workspace, entryCount, groupCount, classCount } = this.#dataset;
    const bytes = entryCount * 16 + groupCount * 8 + classCount * 1_100 + 2 ** 20;
    const fitting = 1 + Math.floor(SLOT_BYTES / bytes);
    const wanted = workspace.threads === 0 ? 1 : SLOTS_PER_THREAD * (workspace.threads + 1);
    return Math.min(wanted, fitting, this.#rules.trees);
  }

  #takeSlot(at: number): void {
    const { workspace, columns, entryCount, groupCount, rowCount, classCount } = this.#dataset;
    const take = (bytes: number): number => workspace.take(bytes);
    const sets = columns.some(({ categorical }) => categorical) ? ROOM.sets + SPARE : 1;
    const words = [
      SLOT_STATE.idle,
      0,
      0,
      take(entryCount * 8),
      take(entryCount * 8),
      this.#votes > 0 ? take(groupCount * 8) : 0,
      this.#votes > 0 ? take(Math.ceil(rowCount / 8)) : 0,
      take((DEEPEST + 2) * RECORD_BYTES.frame),
      0,
      take((ROOM.nodes + SPARE) * RECORD_BYTES.node),
      0,
      0,
      take(sets * RECORD_BYTES.set),
      0,
      take((leafRoom(classCount) + SPARE) * classCount * 4),
      0,
      take(columns.length * 8),
      take(Math.max(8_192, classCount * 1_024)),
      take(Math.max(2_048, classCount * 1_024)),
      ...[4, 4, 4, 32].map((bytes) => take(classCount * bytes)),
      take(columns.length * 4),
      take(classCount * 8),
      take(256),
      take(256),
      take(2_048),
      take(columns.length * 4),
    ];
    workspace.words.set(words, at >>> 2);
    workspace.wordsAt(words[23], columns.length).set([...columns.keys()]);
    workspace.numbersAt(words[24], classCount).set(this.#rules.classWeights);
  }
}

/** Leaves whose counts are written before they are taken away. */
function leafRoom(classCount: number): number {
  return Math.max(16, Math.min(ROOM.nodes, Math.floor(ROOM.countBytes / (classCount * 4))));
}
