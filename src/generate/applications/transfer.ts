// Moving files and sharing work: FTP (RFC 959), file servers, peer-to-peer (BEP 3, 5), TFTP. Knows no attack.

import type { Random } from "../../base/random.ts";
import { ByteWriter } from "../bytes.ts";
import type { Host } from "../host.ts";
import { bodyStep, type Step, step } from "../script.ts";
import type { Stage } from "../stage.ts";
import { token, word } from "./names.ts";

/** An FTP session: login, listing, transfers over connections of their own, passive or active. */
export function ftpSession(stage: Stage, client: Host, server: Host): void {
  const { random } = stage;
  const version = stage.world.version(random, client, server);
  const passive = random.chance(0.8);
  const moveData = (delayUs: number, bytes: number, upload: boolean, port: number): void => {
    const opener = passive ? client : server;
    const target = passive ? server : client;
    const fromClient = upload === passive;
    const script = [
      bodyStep(
        fromClient,
        random.integer(50, 4000),
        bytes,
        random.pick(["random", "text", "binary"] as const),
      ),
    ].values();
    const close = fromClient ? "client-fin" : "server-fin";
    stage.connect({
      client: opener,
      server: target,
      port,
      version,
      script,
      delayUs,
      close,
      ...(passive ? {} : { clientPort: activePort(opener, stage) }),
    });
  };
  stage.connect({
    client,
    server,
    port: 21,
    version,
    script: ftpControl(stage, passive, moveData),
    ...stage.usualClose(),
  });
}

/** Active transfers come from port 20, unless one is under way. */
function activePort(host: Host, stage: Stage): number {
  return stage.random.chance(0.7) && host.claimPort("tcp", 20) ? 20 : host.takePort("tcp");
}

function* ftpControl(
  stage: Stage,
  passive: boolean,
  moveData: (delayUs: number, bytes: number, upload: boolean, port: number) => void,
): Generator<Step, void> {
  const { random } = stage;
  const think = (): number => random.integer(300, 30_000);
  const person = (): number =>
    random.chance(0.5) ? random.integer(300, 30_000) : Math.floor(random.logUniform(200_000, 20_000_000));
  yield step(
    false,
    think(),
    `220 (${random.pick(["vsFTPd 3.0.5", "ProFTPD 1.3.8 Server", "FileZilla Server 1.8.0", "Microsoft FTP Service"])})\r\n`,
  );
  yield step(true, think(), `USER ${random.chance(0.4) ? "anonymous" : word(random)}\r\n`);
  yield step(false, think(), "331 Please specify the password.\r\n");
  yield step(true, person(), `PASS ${token(random, random.integer(5, 14))}\r\n`);
  if (random.chance(0.04)) {
    yield step(false, random.integer(500_000, 3_000_000), "530 Login incorrect.\r\n");
    return;
  }
  yield step(false, random.integer(2000, 300_000), "230 Login successful.\r\n");
  yield step(true, think(), "SYST\r\n");
  yield step(false, think(), "215 UNIX Type: L8\r\n");
  yield step(true, think(), "TYPE I\r\n");
  yield step(false, think(), "200 Switching to Binary mode.\r\n");
  for (let count = random.integer(0, 8); count > 0; count--) {
    const port = random.integer(20_000, 64_000);
    const numbers = `10,0,0,${random.integer(2, 250)},${port >>> 8},${port & 0xff}`;
    yield step(true, person(), passive ? "PASV\r\n" : `PORT ${numbers}\r\n`);
    yield step(
      false,
      think(),
      passive ? `227 Entering Passive Mode (${numbers}).\r\n` : "200 PORT command successful.\r\n",
    );
    const listing = random.chance(0.4);
    const upload = !listing && random.chance(0.3);
    const bytes = listing ? random.integer(60, 6000) : Math.floor(random.logUniform(500, 8_000_000));
    const delay = think();
    yield step(
      true,
      delay,
      listing
        ? "LIST\r\n"
        : `${upload ? "STOR" : "RETR"} ${word(random)}.${random.pick(["zip", "txt", "iso", "csv"])}\r\n`,
    );
    moveData(delay + 2000, bytes, upload, port);
    yield step(false, delay + 8000, "150 Opening BINARY mode data connection.\r\n");
    yield step(false, Math.floor(bytes * random.logUniform(0.05, 1)) + 20_000, "226 Transfer complete.\r\n");
  }
  yield step(true, person(), "QUIT\r\n");
  yield step(false, think(), "221 Goodbye.\r\n");
}

/** A file server's client (SMB 3): negotiation in clear, then sealed requests and answers. */
export function* fileServerScript(random: Random): Generator<Step, void> {
  const dialects = new ByteWriter()
    .u16le(36)
    .u16le(2)
    .u16le(1)
    .u16le(0)
    .u32le(0x7f)
    .random(random, 16)
    .zeros(8)
    .u16le(0x0300)
    .u16le(0x0302);
  yield step(true, random.integer(100, 4000), smb2(random, 0, 0, dialects.done()));
  const answer = new ByteWriter()
    .u16le(65)
    .u16le(1)
    .u16le(0x0302)
    .u16le(0)
    .random(random, 16)
    .u32le(0x7f)
    .u32le(1 << 20)
    .u32le(1 << 20)
    .u32le(1 << 20)
    .zeros(16)
    .u16le(128)
    .u16le(0)
    .u32le(0);
  yield step(false, random.integer(200, 9000), smb2(random, 0, 1, answer.done()));
  for (let count = Math.floor(random.logUniform(4, 250)); count > 0; count--) {
    const reading = random.chance(0.3);
    const writing = !reading && random.chance(0.12);
    const large = random.chance(0.3) ? 65_536 : Math.floor(random.logUniform(300, 30_000));
    yield sealed(
      random,
      true,
      random.chance(0.8) ? random.integer(100, 5000) : Math.floor(random.exponential(4_000_000)),
      writing ? large : random.integer(110, 300),
    );
    yield sealed(random, false, random.integer(150, 12_000), reading ? large : random.integer(110, 400));
  }
}

function smb2(random: Random, command: number, flags: number, body: Uint8Array): Uint8Array {
  const writer = new ByteWriter()
    .u8(0, 0)
    .u16(64 + body.length)
    .u8(0xfe)
    .text("SMB")
    .u16le(64)
    .u16le(0)
    .u32le(0)
    .u16le(command)
    .u16le(1)
    .u32le(flags);
  return writer
    .u32le(0)
    .u32le(0)
    .u32le(0)
    .u32le(random.integer(1, 65535))
    .u32le(0)
    .u32le(0)
    .u32le(0)
    .zeros(16)
    .bytes(body)
    .done();
}

function sealed(random: Random, fromClient: boolean, thinkUs: number, length: number): Step {
  const writer = new ByteWriter()
    .u8(0)
    .u24(52 + length)
    .u8(0xfd)
    .text("SMB")
    .random(random, 16)
    .random(random, 11)
    .zeros(5)
    .u32le(length)
    .u16le(0)
    .u16le(1)
    .random(random, 8);
  return step(fromClient, thinkUs, writer.done(), 56 + length, "random");
}

/** A peer of a swarm: handshake, then requests and pieces in both directions. */
export function* swarmScript(random: Random): Generator<Step, void> {
  const handshake = (): Uint8Array =>
    new ByteWriter()
      .u8(19)
      .text("BitTorrent protocol")
      .zeros(8)
      .random(random, 20)
      .text("-qB4520-")
      .random(random, 12)
      .done();
  yield step(true, random.integer(50, 4000), handshake());
  if (random.chance(0.25)) return;
  yield step(false, random.integer(500, 60_000), handshake());
  const field = random.integer(10, 300);
  yield step(
    true,
    random.integer(500, 60_000),
    new ByteWriter()
      .u32(field + 1)
      .u8(5)
      .done(),
    field + 5,
    "binary",
  );
  yield step(
    false,
    random.integer(500, 60_000),
    new ByteWriter()
      .u32(field + 1)
      .u8(5)
      .done(),
    field + 5,
    "binary",
  );
  if (random.chance(0.4)) {
    for (let count = random.integer(0, 4); count > 0; count--)
      yield step(random.chance(0.5), random.integer(20_000_000, 110_000_000), new Uint8Array(4));
    return;
  }
  yield step(true, random.integer(500, 60_000), new Uint8Array([0, 0, 0, 1, 2]));
  yield step(false, random.integer(500, 9_000_000), new Uint8Array([0, 0, 0, 1, 1]));
  for (let count = Math.floor(random.logUniform(1, 150)); count > 0; count--) {
    yield step(
      true,
      random.integer(100, 20_000),
      new ByteWriter().u32(13).u8(6).u32(count).u32(0).u32(16_384).done(),
    );
    yield step(
      false,
      random.integer(500, 300_000),
      new ByteWriter().u32(16_393).u8(7).u32(count).u32(0).done(),
      16_397,
      "random",
    );
  }
}

/** A question to the distributed hash table, answered or not (many peers are gone). */
export function* hashTableScript(random: Random): Generator<Step, void> {
  const transaction = token(random, 2);
  const id = new ByteWriter().random(random, 20).done();
  const ping = random.chance(0.3);
  const query = new ByteWriter().text("d1:ad2:id20:").bytes(id);
  if (!ping) query.text("9:info_hash20:").random(random, 20);
  query.text(`e1:q${ping ? "4:ping" : "9:get_peers"}1:t2:${transaction}1:y1:qe`);
  yield step(true, 0, query.done());
  if (random.chance(0.45)) return;
  const answer = new ByteWriter().text("d1:rd2:id20:").random(random, 20);
  if (!ping) answer.text("5:nodes208:").random(random, 208).text("5:token4:").random(random, 4);
  yield step(false, random.integer(200, 40_000), answer.text(`e1:t2:${transaction}1:y1:re`).done());
}
