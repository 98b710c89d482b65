// A decoder by itself, for whoever has its frames in JavaScript: ../decode.ts. Engines import decode.ts directly.
//
// scripts/build-kernels.mjs compiles this file, and what it imports, into src/packet/kernels.generated.ts.

import { Decoder } from "./decode";

/** Bytes to reserve for a decoder, at a multiple of 16. */
export function decoderBytes(): usize {
  return Decoder.bytes();
}

/** Where in a decoder its packet lies. */
export function packetOffset(): usize {
  return changetype<usize>(changetype<Decoder>(0).packet);
}

/** Where in a decoder its counts begin. */
export function statisticsOffset(): usize {
  return changetype<usize>(changetype<Decoder>(0).statistics);
}

/** Makes a decoder at an address, which enters at most `depthMax` tunnels. */
export function setup(address: usize, depthMax: i32): void {
  changetype<Decoder>(address).setup(depthMax);
}

/** Decodes one frame; its packet then lies at `address + packetOffset()`. */
export function decode(
  address: usize,
  start: usize,
  captured: i32,
  wireLength: u32,
  timestampUs: f64,
  linkType: i32,
): void {
  changetype<Decoder>(address).decode(start, captured, wireLength, timestampUs, linkType);
}
