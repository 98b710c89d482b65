// Which way the blocks of a file are read: near, by the thread that uses them, so that they lie in its caches; or ahead, by the
// system's threads, so that it need not wait for them. Which is faster depends on the machine - how far its cores are from each
// other, what else they have to do, whether the file is in memory - so both are tried, for a few blocks in a thousand. Where other
// threads work on what was read, a trial tells nothing, since they have some in store: there near is right, all cores being busy.
//
// Changes no result. Knows no files.

/** Blocks of the first run, which is longer than most files; of those after; and of a trial of the other way. */
const FIRST_BLOCKS = 128;
const RUN_BLOCKS = 1024;
const TRIAL_BLOCKS = 64;
/** Blocks behind a change that tell nothing: others were begun before it. */
const SETTLING_BLOCKS = 16;
/** The other way is taken when it takes less than this share of the time. */
const WORTH = 0.97;
/** To read a block near takes longer than this, ms, where it is not in memory; after so many of them it is done no more. */
const SLOW_READ_MS = 5;
const SLOW_READS_MAX = 8;

export class ReadingChoice {
  #near: boolean;
  #isTrial = false;
  #blocksLeft: number;
  #slowReads = 0;
  /** Of the run at hand and the one before it, which was of the other kind. */
  #run = { near: false, settling: 0, blocks: 0, ms: 0 };
  #runBefore = this.#run;

  /** @param near without trials, as long as reading is quick */
  constructor(near: boolean) {
    this.#near = near;
    this.#run.near = near;
    this.#blocksLeft = near ? Number.POSITIVE_INFINITY : FIRST_BLOCKS;
  }

  /** Whether the block that is begun next is read near. */
  next(): boolean {
    if (this.#slowReads > SLOW_READS_MAX) return false;
    if (this.#blocksLeft === 0) this.#turn();
    this.#blocksLeft--;
    return this.#isTrial !== this.#near;
  }

  /** A block was handed on, so long after the one before it; `readMs` is what it took to read it near. */
  handedOn(near: boolean, ms: number, readMs = 0): void {
    if (readMs > SLOW_READ_MS) this.#slowReads++;
    if (near !== this.#run.near) {
      this.#runBefore = this.#run;
      this.#run = { near, settling: SETTLING_BLOCKS, blocks: 0, ms: 0 };
    }
    if (this.#run.settling > 0) this.#run.settling--;
    else {
      this.#run.blocks++;
      this.#run.ms += ms;
    }
  }

  #turn(): void {
    const { ms, blocks } = this.#run;
    const before = this.#runBefore;
    if (this.#isTrial && ms / blocks < (WORTH * before.ms) / before.blocks) this.#near = !this.#near;
    this.#isTrial = !this.#isTrial;
    this.#blocksLeft = this.#isTrial ? TRIAL_BLOCKS : RUN_BLOCKS;
  }
}
