// The contract of a measure group, as far as it lies outside of WebAssembly: which measures it computes, in which order.
//
// What is accumulated per packet, and how measures are read from it, is in ../assembly, one file a group of the same
// name. A group there has a state of so many bytes behind each flow, zero before the flow opens; it is told of every
// packet and writes its measures, NaN where there is nothing to say, in the order of this list. Writing changes nothing,
// so a row can be written early and again at the end.

export interface MeasureGroup {
  readonly id: string;
  /** Raised whenever a measure changes its meaning; part of every fingerprint that uses the group. */
  readonly version: number;
  /** Names, in the order in which they are written. */
  readonly measures: readonly string[];
}
