// Remote shells and chats: SSH (RFC 4253), Telnet, IRC, VNC, remote desktop. Knows no attack, but how a login fails.

import type { Random } from "../../base/random.ts";
import { ByteWriter } from "../bytes.ts";
import { bodyStep, type Step, step } from "../script.ts";
import { domain, token, word } from "./names.ts";
import { drawTls, overTls } from "./tls.ts";

export const SSH_SERVERS = [
  "OpenSSH_9.2p1 Debian-2",
  "OpenSSH_8.9p1 Ubuntu-3ubuntu0.6",
  "OpenSSH_7.4",
  "OpenSSH_5.3",
  "dropbear_2020.81",
  "OpenSSH_8.0",
  "Cisco-1.25",
  "OpenSSH_for_Windows_8.1",
];
export const SSH_CLIENTS = [
  "OpenSSH_9.2p1 Debian-2",
  "OpenSSH_8.6",
  "PuTTY_Release_0.79",
  "OpenSSH_7.4",
  "OpenSSH_8.9p1 Ubuntu-3",
  "WinSCP_release_6.1",
  "libssh2_1.10.0",
  "paramiko_2.12.0",
  "JSCH-0.1.54",
  "Go",
];

const KEY_EXCHANGES = [
  "curve25519-sha256",
  "curve25519-sha256@libssh.org",
  "ecdh-sha2-nistp256",
  "diffie-hellman-group16-sha512",
  "diffie-hellman-group14-sha256",
  "diffie-hellman-group14-sha1",
];
const CIPHERS = [
  "chacha20-poly1305@openssh.com",
  "aes128-ctr",
  "aes192-ctr",
  "aes256-ctr",
  "aes128-gcm@openssh.com",
  "aes256-gcm@openssh.com",
  "aes128-cbc",
];
const MACS = [
  "umac-64-etm@openssh.com",
  "hmac-sha2-256-etm@openssh.com",
  "hmac-sha2-512-etm@openssh.com",
  "hmac-sha2-256",
  "hmac-sha1",
];

/** Client and server habits of one SSH connection. */
export interface SshOptions {
  clientBanner: string;
  serverBanner: string;
  /** Median time that the server takes over cryptography, µs. */
  effortUs: number;
}

export function drawSsh(random: Random, clients: readonly string[] = SSH_CLIENTS): SshOptions {
  return {
    clientBanner: random.pick(clients),
    serverBanner: random.pick(SSH_SERVERS),
    effortUs: random.logUniform(1500, 60_000),
  };
}

/** Banners, key exchange and the request for authentication. */
export function* sshHandshake(random: Random, options: SshOptions): Generator<Step, void> {
  const clientFirst = random.chance(0.25);
  const banner = (fromClient: boolean): Step =>
    step(
      fromClient,
      random.integer(100, fromClient ? 5000 : 30_000),
      `SSH-2.0-${fromClient ? options.clientBanner : options.serverBanner}\r\n`,
    );
  yield banner(clientFirst);
  yield banner(!clientFirst);
  const think = (): number => Math.floor(random.logNormal(options.effortUs, 0.3));
  yield step(true, random.integer(100, 3000), keyExchangeInit(random));
  yield step(false, random.integer(100, 3000), keyExchangeInit(random));
  const classic = random.chance(0.25);
  yield step(true, think() / 4, exchangeInit(random, classic));
  yield step(false, think(), exchangeReply(random, classic));
  yield step(true, think() / 2, framed(random, new Uint8Array([21])));
  yield bodyStep(true, random.integer(50, 2000), random.pick([40, 44, 48, 52, 64]), "random");
  yield bodyStep(false, random.integer(100, 3000), random.pick([40, 44, 48, 52, 64]), "random");
}

/** One attempt to log in by password; what the server thinks before refusing varies much. */
export function* sshPassword(random: Random, accepted: boolean, refusalUs: number): Generator<Step, void> {
  yield bodyStep(true, random.integer(200, 20_000), random.pick([84, 96, 112, 128, 136, 148, 164]), "random");
  const think = accepted ? random.integer(10_000, 200_000) : Math.floor(random.logNormal(refusalUs, 0.25));
  yield bodyStep(
    false,
    think,
    accepted ? random.pick([28, 36, 44]) : random.pick([44, 52, 60, 68, 80]),
    "random",
  );
}

/** A person at a shell: keys and echoes, commands and their output. */
export function* sshInteractive(random: Random, keys: number): Generator<Step, void> {
  yield* sshHandshake(random, drawSsh(random));
  if (random.chance(0.5)) yield* sshPassword(random, true, 0);
  else {
    // A public key: offered, accepted, signed. People mistype passwords now and then.
    if (random.chance(0.2)) yield* sshPassword(random, false, 2_000_000);
    yield bodyStep(true, random.integer(500, 5000), random.integer(350, 700), "random");
    yield bodyStep(false, random.integer(500, 5000), random.integer(300, 600), "random");
    yield bodyStep(true, random.integer(2000, 30_000), random.integer(600, 1200), "random");
    yield bodyStep(false, random.integer(500, 50_000), 44, "random");
  }
  yield bodyStep(true, random.integer(500, 9000), random.pick([112, 128, 420]), "random");
  yield bodyStep(false, random.integer(1000, 200_000), random.integer(100, 1800), "random");
  for (let count = keys; count > 0; count--) {
    const pause = random.chance(0.9)
      ? random.logNormal(140_000, 0.6)
      : random.logUniform(1_000_000, 60_000_000);
    yield bodyStep(true, Math.floor(pause), 36, "random");
    yield bodyStep(
      false,
      random.integer(200, 9000),
      random.chance(0.9) ? 36 : random.logNormal(400, 1.5),
      "random",
    );
  }
}

/** One command or a copy: much data one way. */
export function* sshBulk(random: Random, bytes: number, upload: boolean): Generator<Step, void> {
  yield* sshHandshake(random, drawSsh(random));
  yield* sshPassword(random, true, 0);
  yield bodyStep(true, random.integer(500, 9000), random.integer(60, 160), "random");
  yield bodyStep(false, random.integer(500, 30_000), random.integer(40, 120), "random");
  let left = bytes;
  while (left > 0) {
    const part = Math.min(left, 32_768);
    yield bodyStep(upload, random.chance(0.02) ? random.integer(1000, 80_000) : 0, part, "random");
    left -= part;
    if (random.chance(0.03)) yield bodyStep(!upload, 0, 52, "random");
  }
  yield bodyStep(!upload, random.integer(500, 30_000), random.integer(40, 120), "random");
}

function keyExchangeInit(random: Random): Uint8Array {
  const body = new ByteWriter().u8(20).random(random, 16);
  const list = (names: readonly string[]): void => {
    const text = names.slice(0, random.integer(1, names.length)).join(",");
    body.u32(text.length).text(text);
  };
  list(KEY_EXCHANGES);
  list(["ssh-ed25519", "rsa-sha2-512", "rsa-sha2-256", "ecdsa-sha2-nistp256", "ssh-rsa"]);
  list(CIPHERS);
  list(CIPHERS);
  list(MACS);
  list(MACS);
  for (let count = 0; count < 2; count++) list(["none", "zlib@openssh.com"]);
  body.u32(0).u32(0).u8(0).u32(0);
  return framed(random, body.done());
}

/** Host keys: name, length of the public part, name and length of the signature. */
const HOST_KEYS = [
  { key: "ssh-ed25519", parts: [32], signature: "ssh-ed25519", length: 64 },
  { key: "ssh-rsa", parts: [3, 257], signature: "rsa-sha2-512", length: 256 },
  { key: "ssh-rsa", parts: [3, 385], signature: "rsa-sha2-256", length: 384 },
] as const;

/** The client's half of the exchange: a point of a curve, or a number of 2048 bits. */
function exchangeInit(random: Random, classic: boolean): Uint8Array {
  const length = classic ? 256 : 32;
  return framed(random, new ByteWriter().u8(30).u32(length).bytes(positive(random, length)).done());
}

/** The server's: host key, its half, signature. */
function exchangeReply(random: Random, classic: boolean): Uint8Array {
  const host = random.pick(HOST_KEYS);
  const key = new ByteWriter().u32(host.key.length).text(host.key);
  for (const length of host.parts) key.u32(length).bytes(positive(random, length));
  const signature = new ByteWriter().u32(host.signature.length).text(host.signature);
  signature.u32(host.length).random(random, host.length);
  const body = new ByteWriter().u8(31).u32(key.length).bytes(key.done());
  const half = classic ? 256 : 32;
  body.u32(half).bytes(positive(random, half)).u32(signature.length).bytes(signature.done());
  return framed(random, body.done());
}

/** Random bytes that are no negative number. */
function positive(random: Random, length: number): Uint8Array {
  const bytes = new ByteWriter().random(random, length).done();
  bytes[0] &= 0x7f;
  return bytes;
}

function framed(random: Random, body: Uint8Array): Uint8Array {
  const padding = 4 + ((8 - ((body.length + 9) % 8)) % 8);
  return new ByteWriter()
    .u32(body.length + padding + 1)
    .u8(padding)
    .bytes(body)
    .random(random, padding)
    .done();
}

export function* telnetScript(random: Random, keys: number): Generator<Step, void> {
  yield step(false, random.integer(1000, 60_000), new Uint8Array([255, 253, 24, 255, 253, 32, 255, 251, 3]));
  yield step(true, random.integer(500, 9000), new Uint8Array([255, 251, 24, 255, 252, 32, 255, 253, 3]));
  yield step(false, random.integer(1000, 90_000), `\r\n${word(random)} login: `);
  yield step(true, random.integer(800_000, 4_000_000), `${word(random)}\r\n`);
  yield step(false, random.integer(500, 9000), "Password: ");
  yield step(true, random.integer(800_000, 5_000_000), `${token(random, 8)}\r\n`);
  yield step(
    false,
    random.integer(2000, 300_000),
    `\r\nLast login: Mon Mar  4 08:11:02 from ${domain(random)}\r\n$ `,
  );
  for (let count = keys; count > 0; count--) {
    yield bodyStep(true, Math.floor(random.logNormal(200_000, 0.8)), 1, "text");
    yield bodyStep(
      false,
      random.integer(200, 9000),
      random.chance(0.9) ? 1 : random.logNormal(300, 1.3),
      "text",
    );
  }
}

export function* ircScript(random: Random): Generator<Step, void> {
  const nick = word(random);
  const server = `irc.${domain(random)}`;
  yield step(true, random.integer(500, 9000), `NICK ${nick}\r\nUSER ${nick} 0 * :${word(random)}\r\n`);
  yield step(
    false,
    random.integer(50_000, 2_000_000),
    `:${server} 001 ${nick} :Welcome to the network ${nick}\r\n:${server} 375 ${nick} :- Message of the day -\r\n`,
    random.integer(300, 4000),
    "text",
  );
  yield step(true, random.integer(100_000, 5_000_000), `JOIN #${word(random)}\r\n`);
  yield step(
    false,
    random.integer(2000, 90_000),
    `:${nick}!~${nick}@${domain(random)} JOIN :#chat\r\n`,
    random.integer(100, 2500),
    "text",
  );
  for (let count = random.integer(2, 150); count > 0; count--) {
    const kind = random.uniform();
    if (kind < 0.2) yield step(false, Math.floor(random.exponential(30_000_000)), `PING :${server}\r\n`);
    else if (kind < 0.4)
      yield step(
        true,
        random.chance(0.5) ? 500 : Math.floor(random.exponential(20_000_000)),
        `PONG :${server}\r\n`,
      );
    else
      yield step(
        kind > 0.8,
        Math.floor(random.exponential(8_000_000)),
        `PRIVMSG #chat :${word(random)}`,
        random.integer(30, 300),
        "text",
      );
  }
  yield step(true, 1_000_000, "QUIT :bye\r\n");
}

/** A screen over the network: many small inputs, bursts of picture. */
export function* vncScript(random: Random): Generator<Step, void> {
  yield step(false, random.integer(500, 9000), "RFB 003.008\n");
  yield step(true, random.integer(500, 9000), "RFB 003.008\n");
  yield step(false, random.integer(500, 9000), new Uint8Array([1, 2]));
  yield step(true, random.integer(500, 9000), new Uint8Array([2]));
  yield step(false, random.integer(500, 9000), new ByteWriter().random(random, 16).done());
  yield step(true, random.integer(5000, 3_000_000), new ByteWriter().random(random, 16).done());
  yield step(false, random.integer(5000, 30_000), new Uint8Array(4));
  yield step(true, random.integer(500, 3000), new Uint8Array([1]));
  const name = word(random);
  yield step(
    false,
    1000,
    new ByteWriter()
      .u16(1280)
      .u16(800)
      .u8(32, 24, 0, 1)
      .u16(255)
      .u16(255)
      .u16(255)
      .u8(16, 8, 0, 0, 0, 0)
      .u32(name.length)
      .text(name)
      .done(),
  );
  for (let count = Math.floor(random.logUniform(10, 300)); count > 0; count--) {
    yield step(
      true,
      Math.floor(random.exponential(150_000)),
      new ByteWriter().u8(3, 1).u16(0).u16(0).u16(1280).u16(800).done(),
    );
    const pixels = random.integer(1, 120) * 16;
    const update = new ByteWriter()
      .u8(0, 0)
      .u16(1)
      .u16(8)
      .u16(8)
      .u16(16)
      .u16(pixels / 16)
      .u32(0);
    yield step(false, random.integer(2000, 60_000), update.done(), update.length + pixels * 4, "binary");
  }
}

/** Remote desktop: connection request, then TLS with input one way and pictures the other. */
export function* remoteDesktopScript(random: Random): Generator<Step, void> {
  const cookie = `Cookie: mstshash=${word(random, 3)}\r\n`;
  const request = new ByteWriter()
    .u8(3, 0)
    .u16(11 + cookie.length + 8)
    .u8(6 + cookie.length + 8, 0xe0)
    .u16(0)
    .u16(0)
    .u8(0)
    .text(cookie)
    .u8(1, 0, 8, 0, 3, 0, 0, 0);
  yield step(true, random.integer(500, 9000), request.done());
  yield step(
    false,
    random.integer(1000, 60_000),
    new Uint8Array([3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 2, 0, 0, 0]),
  );
  yield* overTls(random, drawTls(random, `${word(random)}.local`), desktopSteps(random));
}

function* desktopSteps(random: Random): Generator<Step, void> {
  for (let count = random.integer(6, 14); count > 0; count--) {
    yield bodyStep(true, random.integer(500, 30_000), random.integer(60, 700), "random");
    yield bodyStep(false, random.integer(500, 60_000), random.integer(60, 700), "random");
  }
  for (let count = Math.floor(random.logUniform(10, 800)); count > 0; count--) {
    const inputs = random.integer(1, 6);
    for (let index = 0; index < inputs; index++)
      yield bodyStep(true, Math.floor(random.exponential(60_000)), random.integer(30, 90), "random");
    yield bodyStep(false, random.integer(2000, 40_000), random.logNormal(900, 1.6), "random");
  }
}
