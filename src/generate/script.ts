// What two sides say to each other: steps in turn. Knows no transport.

import { ascii } from "./bytes.ts";
import type { BodyKind } from "./payload.ts";

/** One message of one side. It follows when the message before has arrived, or, from the same side, was written. */
export interface Step {
  fromClient: boolean;
  /** Time between what this step waits for and its sending, µs. */
  thinkUs: number;
  /** The first bytes. */
  head: Uint8Array;
  /** Bytes in all: the head and then a body. At least `head.length`, and not 0 for TCP. */
  length: number;
  /** What the body behind the head looks like. */
  body: BodyKind;
}

export type Script = Iterator<Step, void>;

const NO_BYTES = new Uint8Array(0);

/** A message that consists of a body only. */
export function bodyStep(fromClient: boolean, thinkUs: number, length: number, body: BodyKind): Step {
  return { fromClient, thinkUs, head: NO_BYTES, length: Math.max(1, Math.floor(length)), body };
}

/** A message that begins with given bytes and goes on, when longer, with a body. */
export function step(
  fromClient: boolean,
  thinkUs: number,
  head: Uint8Array | string,
  length = 0,
  body: BodyKind = "text",
): Step {
  const bytes = typeof head === "string" ? ascii(head) : head;
  return { fromClient, thinkUs, head: bytes, length: Math.max(bytes.length, Math.floor(length)), body };
}

/** A script without a word. */
export function* silence(): Generator<Step, void> {}
