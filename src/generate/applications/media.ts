// Voice, video, games, QUIC and tunnels of the honest kind, over UDP. Knows no attack.
//
// Sources: RFC 3261 (SIP), 3550 (RTP), 9000 (QUIC), WireGuard and OpenVPN protocol descriptions, RFC 3948.

import type { Random } from "../../base/random.ts";
import { ByteWriter } from "../bytes.ts";
import type { Host } from "../host.ts";
import { bodyStep, type Script, type Step, step } from "../script.ts";
import type { Stage } from "../stage.ts";
import { domain, token, word } from "./names.ts";

// --- voice --------------------------------------------------------------------------------------------------

function rtp(type: number, sequence: number, timestamp: number, source: number, marker: boolean): Uint8Array {
  return new ByteWriter()
    .u8(0x80, type | (marker ? 0x80 : 0))
    .u16(sequence & 0xffff)
    .u32(timestamp >>> 0)
    .u32(source)
    .done();
}

/** Both directions of a call: a packet each way every 20 ms or so, with silences. */
export function* voiceScript(random: Random, seconds: number): Generator<Step, void> {
  const codec = random.pick([
    { type: 0, bytes: 160 },
    { type: 8, bytes: 160 },
    { type: 18, bytes: 20 },
    { type: 111, bytes: 80 },
  ]);
  const period = random.pick([20_000, 20_000, 20_000, 30_000, 10_000]);
  const sources = [random.uint32(), random.uint32()];
  const first = random.uint32() & 0xffff;
  const count = Math.floor((seconds * 1_000_000) / period);
  const offset = random.integer(500, period - 500);
  const suppress = random.chance(0.3);
  for (let index = 0; index < count; index++) {
    const jitter = random.integer(0, 400);
    const quiet = suppress && index % 200 > 90;
    const length = codec.type === 111 ? random.integer(40, 120) : codec.bytes;
    if (!quiet)
      yield step(
        true,
        period - offset + jitter,
        rtp(codec.type, first + index, index * 160, sources[0], index === 0),
        12 + length,
        "random",
      );
    yield step(
      false,
      (quiet ? period : offset) - jitter,
      rtp(codec.type, first + index, index * 160, sources[1], index === 0),
      12 + length,
      "random",
    );
  }
}

/** A picture stream: frames of several packets thirty times a second, feedback the other way. */
export function* pictureScript(random: Random, seconds: number): Generator<Step, void> {
  const rate = random.pick([15, 25, 30, 30]);
  const bytesPerFrame = random.logUniform(800, 25_000);
  const source = random.uint32();
  let sequence = random.uint32() & 0xffff;
  const fromClient = random.chance(0.4);
  for (let frame = 0; frame < seconds * rate; frame++) {
    let left = Math.floor(random.logNormal(bytesPerFrame, 0.4) * (frame % 60 === 0 ? 4 : 1));
    let pause = Math.floor(1_000_000 / rate) - 200;
    while (left > 0) {
      const part = Math.min(left, 1160);
      yield step(
        fromClient,
        pause,
        rtp(96, sequence++, frame * 3000, source, left === part),
        12 + part,
        "random",
      );
      left -= part;
      pause = random.integer(20, 250);
    }
    if (frame % rate === 0)
      yield step(!fromClient, 0, new ByteWriter().u8(0x80, 201).u16(1).u32(source).done());
  }
}

/** Registration or a call's set-up, ended by what a person does. */
export function* sipScript(random: Random): Generator<Step, void> {
  const user = word(random);
  const realm = domain(random);
  const call = token(random, 22);
  const head = (first: string, sequence: string): string =>
    `${first}\r\nVia: SIP/2.0/UDP 10.0.0.${random.integer(2, 250)}:5060;branch=z9hG4bK${token(random, 12)}\r\nFrom: <sip:${user}@${realm}>;tag=${token(random, 8)}\r\nTo: <sip:${user}@${realm}>\r\nCall-ID: ${call}@${realm}\r\nCSeq: ${sequence}\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n`;
  const think = (): number => random.integer(800, 60_000);
  if (random.chance(0.6)) {
    for (let round = random.integer(1, 4); round > 0; round--) {
      yield step(true, random.integer(100, 60_000_000), head(`REGISTER sip:${realm} SIP/2.0`, "1 REGISTER"));
      yield step(false, think(), head("SIP/2.0 401 Unauthorized", "1 REGISTER"));
      yield step(true, think(), head(`REGISTER sip:${realm} SIP/2.0`, "2 REGISTER"));
      yield step(false, think(), head("SIP/2.0 200 OK", "2 REGISTER"));
    }
    return;
  }
  yield step(true, 100, head(`INVITE sip:${word(random)}@${realm} SIP/2.0`, "1 INVITE"));
  yield step(false, think(), head("SIP/2.0 100 Trying", "1 INVITE"));
  yield step(false, random.integer(200_000, 3_000_000), head("SIP/2.0 180 Ringing", "1 INVITE"));
  if (random.chance(0.8)) {
    yield step(false, random.integer(1_000_000, 15_000_000), head("SIP/2.0 200 OK", "1 INVITE"));
    yield step(true, think(), head(`ACK sip:${user}@${realm} SIP/2.0`, "1 ACK"));
    yield step(
      true,
      random.integer(2_000_000, 300_000_000),
      head(`BYE sip:${user}@${realm} SIP/2.0`, "2 BYE"),
    );
    yield step(false, think(), head("SIP/2.0 200 OK", "2 BYE"));
  } else yield step(false, random.integer(5_000_000, 30_000_000), head("SIP/2.0 486 Busy Here", "1 INVITE"));
}

// --- QUIC ---------------------------------------------------------------------------------------------------

export interface QuicOptions {
  /** Bytes of each answer; one request each. */
  answers: readonly number[];
  pauseUs: number;
  upload: number;
}

export function drawQuic(random: Random): QuicOptions {
  const count = random.chance(0.5) ? 1 : Math.floor(random.logUniform(1, 25));
  return {
    answers: Array.from({ length: count }, () => Math.min(20_000_000, random.logNormal(9000, 1.8))),
    pauseUs: Math.floor(random.logUniform(2000, 6_000_000)),
    upload: random.chance(0.1) ? random.logUniform(2000, 500_000) : 0,
  };
}

/** Long headers of version 1, then short ones; each packet opaque. */
export function* quicScript(random: Random, options: QuicOptions): Generator<Step, void> {
  const connection = new ByteWriter().random(random, 8).done();
  const answer = new ByteWriter().random(random, 8).done();
  const size = random.pick([1200, 1228, 1250, 1252, 1350, 1357]);
  const initial = (fromClient: boolean, thinkUs: number, length: number): Step => {
    const writer = new ByteWriter().u8(0xc0 | random.integer(0, 15)).u32(1);
    if (fromClient) writer.u8(8).bytes(connection).u8(0);
    else writer.u8(0, 8).bytes(answer);
    writer.u8(0);
    const rest = length - writer.length - 2;
    return step(fromClient, thinkUs, writer.u16(0x4000 | rest).done(), length, "random");
  };
  const short = (fromClient: boolean, thinkUs: number, length: number): Step => {
    const head = fromClient
      ? new ByteWriter()
          .u8(0x40 | random.integer(0, 63))
          .bytes(answer)
          .done()
      : new Uint8Array([0x40 | random.integer(0, 63)]);
    return step(fromClient, thinkUs, head, Math.max(length, head.length + 17), "random");
  };
  yield initial(true, 0, size);
  if (random.chance(0.04)) {
    for (let retry = random.integer(1, 4), wait = 300_000; retry > 0; retry--, wait *= 2)
      yield initial(true, wait, size);
    return;
  }
  yield initial(false, random.integer(300, 9000), size);
  for (let count = random.integer(1, 3); count > 0; count--)
    yield initial(false, random.integer(10, 400), random.integer(200, size));
  yield initial(true, random.integer(300, 3000), size);
  yield short(true, random.integer(10, 300), random.integer(60, 120));
  for (const bytes of options.answers) {
    yield short(true, Math.floor(random.exponential(options.pauseUs)), random.integer(60, 700));
    for (let left = options.upload; left > 0; left -= size)
      yield short(true, random.integer(10, 200), Math.min(size, left + 30));
    yield* quicTransfer(random, short, bytes, size);
  }
  for (let count = random.integer(0, 5); count > 0; count--) {
    yield short(true, random.integer(5_000_000, 25_000_000), random.integer(25, 40));
    yield short(false, random.integer(100, 900), random.integer(25, 40));
  }
  if (random.chance(0.6)) yield short(true, random.integer(1000, 9_000_000), random.integer(25, 45));
}

/** Bursts of full packets, acknowledged after some of them. */
function* quicTransfer(
  random: Random,
  short: (fromClient: boolean, thinkUs: number, length: number) => Step,
  bytes: number,
  size: number,
): Generator<Step, void> {
  const spacing = random.logUniform(8, 600);
  const every = random.integer(2, 10);
  let sent = 0;
  for (let left = bytes; left > 0; left -= size - 30) {
    yield short(
      false,
      sent === 0 ? random.integer(500, 60_000) : Math.floor(random.exponential(spacing)),
      Math.min(size, left + 30),
    );
    if (++sent % every === 0) yield short(true, random.integer(5, 300), random.integer(30, 45));
  }
  yield short(true, random.integer(50, 25_000), random.integer(30, 45));
}

// --- games and honest tunnels -------------------------------------------------------------------------------

/** Ticks both ways, small from the player and larger from the server. */
export function* gameScript(random: Random, seconds: number): Generator<Step, void> {
  const tick = Math.floor(1_000_000 / random.pick([10, 20, 30, 60, 64]));
  const up = random.integer(20, 120);
  const down = random.integer(60, 700);
  const offset = random.integer(100, tick - 100);
  for (let index = 0; index * tick < seconds * 1_000_000; index++) {
    yield bodyStep(true, tick - offset + random.integer(0, 90), up + random.integer(0, 30), "binary");
    if (random.chance(0.97))
      yield bodyStep(false, offset - random.integer(0, 90), random.logNormal(down, 0.4), "random");
  }
}

export function* wireguardScript(random: Random): Generator<Step, void> {
  yield step(true, 0, new ByteWriter().u8(1, 0, 0, 0).random(random, 144).done());
  yield step(false, random.integer(200, 3000), new ByteWriter().u8(2, 0, 0, 0).random(random, 88).done());
  yield* tunnelled(random, new Uint8Array([4, 0, 0, 0]), 32, 16);
}

export function* openVpnScript(random: Random): Generator<Step, void> {
  const session = new ByteWriter().random(random, 8).done();
  yield step(true, 0, new ByteWriter().u8(0x38).bytes(session).u8(0).u32(0).done());
  yield step(
    false,
    random.integer(200, 9000),
    new ByteWriter().u8(0x40).bytes(session).u8(1).u32(0).bytes(session).u32(0).done(),
  );
  for (let count = random.integer(6, 14); count > 0; count--)
    yield step(
      random.chance(0.5),
      random.integer(300, 40_000),
      new ByteWriter().u8(0x20).bytes(session).u8(0).u32(count).done(),
      random.integer(60, 1200),
      "random",
    );
  yield* tunnelled(random, new Uint8Array([0x48]), 40, 1);
}

/** IPsec through address translation: opaque packets and keep-alives of one byte. */
export function* ipsecScript(random: Random): Generator<Step, void> {
  yield* tunnelled(random, new ByteWriter().u32(0x0c12ab34).done(), 56, 4);
}

/** Traffic of any kind inside a tunnel: padded packets, bursts, pauses, keep-alives. */
function* tunnelled(random: Random, head: Uint8Array, overhead: number, pad: number): Generator<Step, void> {
  for (let burst = Math.floor(random.logUniform(2, 60)); burst > 0; burst--) {
    let think = Math.floor(random.exponential(3_000_000));
    const download = random.chance(0.7);
    for (let count = Math.floor(random.logUniform(1, 300)); count > 0; count--) {
      const heavy = random.chance(0.75) === download;
      const length = heavy && random.chance(0.7) ? 1380 : random.integer(40, 300);
      yield step(!heavy, think, head, Math.ceil((length + overhead) / pad) * pad, "random");
      think = Math.floor(random.exponential(400));
    }
    if (random.chance(0.5))
      yield step(
        random.chance(0.5),
        random.integer(10_000_000, 25_000_000),
        head,
        Math.max(32, head.length),
        "random",
      );
  }
}

/** Something over UDP that only its maker knows: sizes and rhythm of its own. */
export function* unknownScript(random: Random): Generator<Step, void> {
  const regular = random.chance(0.5);
  const gap = random.logUniform(1000, 5_000_000);
  const up = random.logUniform(10, 900);
  const down = random.logUniform(10, 1200);
  // File servers and old programs send datagrams that travel in fragments.
  const longest = random.chance(0.06) ? 8300 : 1400;
  const body = random.pick(["random", "binary", "text"] as const);
  const answers = random.chance(0.8) ? random.uniform() : 0;
  const length = (median: number, spread: number): number =>
    Math.min(longest, random.logNormal(longest > 1400 ? median * 6 : median, spread));
  for (let count = Math.floor(random.logUniform(1, 300)); count > 0; count--) {
    const think = regular ? gap + random.integer(0, 900) : random.exponential(gap);
    yield bodyStep(true, think, length(up, 0.3), body);
    if (random.chance(answers)) yield bodyStep(false, random.integer(100, 60_000), length(down, 0.5), body);
  }
}

const UNKNOWN_PORTS = [
  3478, 27015, 7777, 5350, 8801, 9987, 19132, 30000, 41641, 6881, 51413, 10001, 2000, 34567,
];

/** One conversation over UDP of a drawn kind with an outside host. */
export function talkOverUdp(stage: Stage, client: Host, server: Host): void {
  const { random } = stage;
  const kinds: readonly (() => { port: number; script: Script; exact?: boolean })[] = [
    () => ({ port: 443, script: quicScript(random, drawQuic(random)) }),
    () => ({ port: random.pick([51820, 443, 41641]), script: wireguardScript(random) }),
    () => ({ port: 1194, script: openVpnScript(random) }),
    () => ({ port: 4500, script: ipsecScript(random) }),
    () => ({
      port: random.pick([27015, 3074, 7777, 9000, 25565]),
      script: gameScript(random, random.logUniform(1, 90)),
      exact: true,
    }),
    () => ({
      port: random.chance(0.6) ? random.integer(1024, 65535) : random.pick(UNKNOWN_PORTS),
      script: unknownScript(random),
    }),
  ];
  stage.talk({ client, server, ...random.pick(kinds)() });
}
