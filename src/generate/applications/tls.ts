// TLS as it looks from outside (RFC 8446, RFC 5246 with resumption): real hellos, then opaque records. No certificates.

import type { Random } from "../../base/random.ts";
import { ByteWriter } from "../bytes.ts";
import { type Step, step } from "../script.ts";

const RECORD_LIMIT = 16_384;

export interface TlsOptions {
  serverName: string;
  version: "1.2" | "1.3";
  alpn: readonly string[];
}

export function drawTls(random: Random, serverName: string): TlsOptions {
  return {
    serverName,
    version: random.chance(0.8) ? "1.3" : "1.2",
    alpn: random.chance(0.7) ? ["h2", "http/1.1"] : random.chance(0.5) ? ["http/1.1"] : [],
  };
}

/** The handshake, up to where the client may send data. */
export function* tlsHandshake(random: Random, options: TlsOptions): Generator<Step, void> {
  const session = new ByteWriter().random(random, 32).done();
  yield step(true, random.integer(50, 4000), clientHello(random, options, session));
  const think = random.integer(200, 6000);
  if (options.version === "1.3") {
    const writer = new ByteWriter().bytes(serverHello(random, session, true)).bytes(CHANGE_CIPHER);
    const flight = random.chance(0.25) ? random.integer(180, 300) : random.integer(1800, 5500);
    writer.u8(23, 3, 3).u16(flight);
    yield step(false, think, writer.done(), writer.length + flight, "random");
    const finished = new ByteWriter().bytes(CHANGE_CIPHER).u8(23, 3, 3).u16(53).random(random, 53);
    yield step(true, random.integer(100, 3000), finished.done());
    return;
  }
  const writer = new ByteWriter()
    .bytes(serverHello(random, session, false))
    .bytes(CHANGE_CIPHER)
    .u8(22, 3, 3)
    .u16(40);
  yield step(false, think, writer.random(random, 40).done());
  yield step(
    true,
    random.integer(100, 3000),
    new ByteWriter().bytes(CHANGE_CIPHER).u8(22, 3, 3).u16(40).random(random, 40).done(),
  );
}

const CHANGE_CIPHER = new Uint8Array([20, 3, 3, 0, 1, 1]);

function clientHello(random: Random, options: TlsOptions, session: Uint8Array): Uint8Array {
  const body = new ByteWriter().u16(0x0303).random(random, 32).u8(session.length).bytes(session);
  const ciphers = [
    0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d,
    0x002f, 0x0035,
  ];
  const count = random.integer(5, ciphers.length);
  body.u16(count * 2);
  for (const cipher of ciphers.slice(0, count)) body.u16(cipher);
  body.u8(1, 0);
  const extensions = new ByteWriter();
  const extension = (type: number, data: Uint8Array): void =>
    void extensions.u16(type).u16(data.length).bytes(data);
  const name = new TextEncoder().encode(options.serverName);
  extension(
    0,
    new ByteWriter()
      .u16(name.length + 3)
      .u8(0)
      .u16(name.length)
      .bytes(name)
      .done(),
  );
  extension(23, new Uint8Array(0));
  extension(10, new ByteWriter().u16(6).u16(0x001d).u16(0x0017).u16(0x0018).done());
  extension(11, new Uint8Array([1, 0]));
  extension(13, new ByteWriter().u16(8).u16(0x0403).u16(0x0804).u16(0x0401).u16(0x0503).done());
  if (options.alpn.length > 0) {
    const names = new ByteWriter();
    for (const protocol of options.alpn) names.u8(protocol.length).text(protocol);
    extension(16, new ByteWriter().u16(names.length).bytes(names.done()).done());
  }
  if (options.version === "1.3") {
    extension(43, new ByteWriter().u8(4).u16(0x0304).u16(0x0303).done());
    extension(45, new Uint8Array([1, 1]));
    extension(51, new ByteWriter().u16(36).u16(0x001d).u16(32).random(random, 32).done());
  }
  // Post-quantum key shares make hellos large; else many clients pad theirs to 512 bytes behind the record header.
  if (options.version === "1.3" && random.chance(0.15)) extension(0x0a0a, new Uint8Array(1184));
  else if (random.chance(0.5)) {
    const filler = 512 - 4 - (body.length + 2 + extensions.length) - 4;
    if (filler > 0) extension(21, new Uint8Array(filler));
  }
  body.u16(extensions.length).bytes(extensions.done());
  return record(22, 0x0301, handshake(1, body.done()));
}

function serverHello(random: Random, session: Uint8Array, newest: boolean): Uint8Array {
  const body = new ByteWriter().u16(0x0303).random(random, 32).u8(session.length).bytes(session);
  body.u16(newest ? 0x1301 : 0xc02f).u8(0);
  const extensions = new ByteWriter();
  if (newest) extensions.u16(43).u16(2).u16(0x0304).u16(51).u16(36).u16(0x001d).u16(32).random(random, 32);
  else extensions.u16(0xff01).u16(1).u8(0);
  body.u16(extensions.length).bytes(extensions.done());
  return record(22, 0x0303, handshake(2, body.done()));
}

function handshake(type: number, body: Uint8Array): Uint8Array {
  return new ByteWriter().u8(type).u24(body.length).bytes(body).done();
}

function record(type: number, version: number, body: Uint8Array): Uint8Array {
  return new ByteWriter().u8(type).u16(version).u16(body.length).bytes(body).done();
}

/** Application data of the given length, cut into records. */
export function* tlsData(fromClient: boolean, thinkUs: number, length: number): Generator<Step, void> {
  let left = Math.max(1, Math.floor(length));
  let think = thinkUs;
  while (left > 0) {
    const part = Math.min(left, RECORD_LIMIT);
    const size = part + 17;
    yield {
      fromClient,
      thinkUs: think,
      head: new Uint8Array([23, 3, 3, size >>> 8, size & 0xff]),
      length: size + 5,
      body: "random",
    };
    left -= part;
    think = 0;
  }
}

/** The encrypted goodbye. */
export function closeNotify(random: Random, fromClient: boolean): Step {
  return step(fromClient, 0, new ByteWriter().u8(23, 3, 3).u16(19).random(random, 19).done());
}

/** Wraps a plain script: handshake, then each message as application data. */
export function* overTls(
  random: Random,
  options: TlsOptions,
  script: Iterator<Step, void>,
): Generator<Step, void> {
  yield* tlsHandshake(random, options);
  for (let result = script.next(); !result.done; result = script.next())
    yield* tlsData(result.value.fromClient, result.value.thinkUs, result.value.length);
  if (random.chance(0.5)) yield closeNotify(random, random.chance(0.6));
}
