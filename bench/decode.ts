// How many packets a second the decoder alone reads: `npx tsx bench/decode.ts [CAPTURE] [ROUNDS]`.
//
// The capture is read wholly into memory first, then decoded again and again; the median round counts. Without a capture,
// a mix of TCP and UDP over Ethernet and IPv4 is built. One thread; nothing but `decode` is timed, in processor time, so that
// other work on the machine counts little.

import { Decoder } from "../src/packet/decode.ts";
import { LINK_ETHERNET } from "../src/packet/link.ts";
import { ethernet, ipv4, tcp, udp } from "../test/support/frames.ts";

interface Frames {
  bytes: Uint8Array;
  starts: Int32Array;
  captured: Int32Array;
  wire: Int32Array;
  linkTypes: Int32Array;
}

const TARGET_PACKETS = 2_000_000;

function pack(frames: readonly { bytes: Uint8Array; wire: number; linkType: number }[]): Frames {
  const packed: Frames = {
    bytes: new Uint8Array(frames.reduce((sum, frame) => sum + frame.bytes.length, 0)),
    starts: new Int32Array(frames.length),
    captured: Int32Array.from(frames, (frame) => frame.bytes.length),
    wire: Int32Array.from(frames, (frame) => frame.wire),
    linkTypes: Int32Array.from(frames, (frame) => frame.linkType),
  };
  let offset = 0;
  frames.forEach(({ bytes }, index) => {
    packed.starts[index] = offset;
    packed.bytes.set(bytes, offset);
    offset += bytes.length;
  });
  return packed;
}

function mixedFrames(): Frames {
  const options = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2];
  const frames: { bytes: Uint8Array; wire: number; linkType: number }[] = [];
  for (let index = 0; index < 20_000; index++) {
    const source = [10, index & 0xff, (index >> 8) & 0xff, 1];
    const payload = new Uint8Array((index * 37) % 1400);
    const sourcePort = 1024 + (index % 50_000);
    const segment = tcp(
      { sourcePort, destinationPort: 443, sequence: index * 7919, options, flags: index % 10 === 0 ? 2 : 16 },
      payload,
    );
    const datagram = udp({ sourcePort, destinationPort: 443 }, payload);
    const transport =
      index % 4 === 3 ? ipv4({ protocol: 17, source }, datagram) : ipv4({ protocol: 6, source }, segment);
    const bytes = ethernet(0x0800, transport);
    frames.push({ bytes, wire: bytes.length, linkType: LINK_ETHERNET });
  }
  return pack(frames);
}

async function captureFrames(path: string): Promise<Frames> {
  const { readCapture } = await import("../src/capture/read.ts");
  const frames: { bytes: Uint8Array; wire: number; linkType: number }[] = [];
  await readCapture(path, {
    onFrame: {
      frame: (bytes, start, captured, wire, _timestampUs, linkType) => {
        frames.push({ bytes: bytes.slice(start, start + captured), wire, linkType });
      },
    },
  });
  return pack(frames);
}

/** Seconds of processor time that decoding all frames `repeats` times takes. */
function round(frames: Frames, repeats: number, decoder: Decoder): number {
  const { bytes, starts, captured, wire, linkTypes } = frames;
  const from = process.cpuUsage();
  let timestampUs = 1_700_000_000_000_000;
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (let index = 0; index < starts.length; index++) {
      decoder.decode(bytes, starts[index], captured[index], wire[index], timestampUs++, linkTypes[index]);
    }
  }
  return process.cpuUsage(from).user / 1e6;
}

const [path, rounds = "9"] = process.argv.slice(2);
const frames = path === undefined || path === "-" ? mixedFrames() : await captureFrames(path);
const repeats = Math.max(1, Math.round(TARGET_PACKETS / frames.starts.length));
const packets = repeats * frames.starts.length;
for (const tunnels of [false, true]) {
  const decoder = new Decoder({ tunnels });
  const seconds = Array.from({ length: Number(rounds) }, () => round(frames, repeats, decoder)).sort(
    (a, b) => a - b,
  );
  const median = seconds[seconds.length >> 1];
  const rate = (value: number): string => (packets / value / 1e6).toFixed(2);
  console.log(
    `tunnels ${tunnels ? "on " : "off"}: median ${rate(median)}, best ${rate(seconds[0])} million packets/s (${packets} a round)`,
  );
}
