// HTTP/1.1, and what browsers, updaters and programs do with it, plain or over TLS. Knows no attack.

import type { Random } from "../../base/random.ts";
import type { Host } from "../host.ts";
import type { BodyKind } from "../payload.ts";
import { bodyStep, type Script, type Step, step } from "../script.ts";
import type { ConnectOptions, Stage } from "../stage.ts";
import { weighted } from "../world.ts";
import { lookup } from "./dns.ts";
import { AGENTS, hostName, path, token } from "./names.ts";
import { drawTls, overTls, tlsData, tlsHandshake } from "./tls.ts";

export interface HttpOptions {
  host: string;
  requests: number;
  /** Mean pause between requests, µs; pages fetch their parts at once, people read. */
  pauseUs: number;
  /** Median bytes of an answer's body. */
  medianBytes: number;
  agent?: string;
  upload?: number;
}

const TEXT_TYPES = [
  "text/html; charset=utf-8",
  "application/json",
  "text/css",
  "application/javascript",
  "text/plain",
];
const BINARY_TYPES = [
  "image/webp",
  "font/woff2",
  "application/octet-stream",
  "video/webm",
  "application/gzip",
];
const STATUSES = {
  "200 OK": 80,
  "304 Not Modified": 6,
  "301 Moved Permanently": 3,
  "302 Found": 4,
  "404 Not Found": 5,
  "500 Internal Server Error": 1,
  "401 Unauthorized": 1,
} as const;
const SERVERS = [
  "nginx",
  "nginx/1.24.0",
  "Apache/2.4.57 (Debian)",
  "cloudflare",
  "Microsoft-IIS/10.0",
  "gws",
  "AmazonS3",
  "lighttpd/1.4",
];

export function requestHead(
  random: Random,
  options: { method: string; path: string; host: string; agent: string; length?: number; extra?: string },
): string {
  const { method, host, agent, length } = options;
  let head = `${method} ${options.path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${agent}\r\nAccept: */*\r\n`;
  if (random.chance(0.6)) head += "Accept-Encoding: gzip, deflate\r\nAccept-Language: en-US,en;q=0.5\r\n";
  if (random.chance(0.4)) head += `Cookie: session=${token(random, random.integer(16, 200))}\r\n`;
  if (random.chance(0.3)) head += `Referer: http://${host}${path(random)}\r\n`;
  if (length !== undefined)
    head += `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${length}\r\n`;
  return `${head}${options.extra ?? "Connection: keep-alive\r\n"}\r\n`;
}

export function responseHead(random: Random, status: string, type: string, length: number): string {
  let head = `HTTP/1.1 ${status}\r\nServer: ${random.pick(SERVERS)}\r\nDate: Mon, 04 Mar 2024 09:12:${random.integer(10, 59)} GMT\r\n`;
  head += `Content-Type: ${type}\r\nContent-Length: ${length}\r\n`;
  if (random.chance(0.5))
    head += `ETag: "${token(random, 16)}"\r\nCache-Control: max-age=${random.integer(0, 86400)}\r\n`;
  return `${head}\r\n`;
}

export function* httpScript(random: Random, options: HttpOptions): Generator<Step, void> {
  const agent = options.agent ?? random.pick(AGENTS);
  for (let index = 0; index < options.requests; index++) {
    const pause = index === 0 ? random.integer(20, 2000) : Math.floor(random.exponential(options.pauseUs));
    const upload = options.upload ?? (random.chance(0.08) ? Math.floor(random.logNormal(300, 1.2)) : 0);
    const method = upload > 0 ? "POST" : random.chance(0.02) ? "HEAD" : "GET";
    const head = requestHead(random, {
      method,
      path: path(random),
      host: options.host,
      agent,
      ...(upload > 0 && { length: upload }),
    });
    yield step(true, pause, head, head.length + upload, "text");
    const status = weighted(random, STATUSES);
    const empty = method === "HEAD" || status.startsWith("304");
    const binary = random.chance(0.45);
    const length = empty ? 0 : Math.min(50_000_000, Math.floor(random.logNormal(options.medianBytes, 1.4)));
    const answer = responseHead(random, status, random.pick(binary ? BINARY_TYPES : TEXT_TYPES), length);
    const body: BodyKind = binary || random.chance(0.5) ? "random" : "text";
    const think = random.chance(0.5) ? random.integer(200, 5000) : Math.floor(random.logNormal(25_000, 1.3));
    yield step(false, think, answer, answer.length + length, body);
  }
}

/** Draws a web exchange: port and script, plain or over TLS. */
export function drawWeb(
  random: Random,
  options: Partial<HttpOptions> = {},
  secureShare = 0.75,
): { port: number; script: Script } {
  const host = options.host ?? hostName(random);
  const script = httpScript(random, {
    host,
    requests: random.chance(0.45) ? 1 : Math.floor(random.logUniform(1, 30)),
    pauseUs: Math.floor(random.logUniform(500, 4_000_000)),
    medianBytes: random.logUniform(300, 60_000),
    ...options,
  });
  if (random.chance(secureShare)) {
    const port = random.chance(0.93) ? 443 : random.pick([8443, 9443, 5001, 10443]);
    return { port, script: overTls(random, drawTls(random, host), script) };
  }
  return {
    port: random.chance(0.85) ? 80 : random.pick([8080, 8000, 3128, 8888, 5000, 3000, 9000, 81]),
    script,
  };
}

/** Asks the site's resolver, mostly, then goes on. */
export function resolved(stage: Stage, client: Host, act: () => void): void {
  if (stage.random.chance(0.35)) act();
  else
    lookup(stage, client, stage.world.service("dns"), {
      onEnd: () => stage.after(stage.random.integer(100, 3000), act),
    });
}

/** One web exchange with a server. */
export function fetchOnce(
  stage: Stage,
  client: Host,
  server: Host,
  options: Partial<ConnectOptions> = {},
): void {
  const { port, script } = drawWeb(stage.random);
  stage.connect({ client, server, port, script, ...stage.usualClose(), ...options });
}

/** A browser opens a page: several hosts, several connections to some of them. */
export function browse(stage: Stage, client: Host): void {
  const { random, world } = stage;
  const hosts = random.chance(0.4) ? 1 : Math.floor(random.logUniform(1, 20));
  for (let index = 0; index < hosts; index++) {
    const server = random.chance(0.9) ? world.outside(random) : world.insideServer(random);
    const delayUs = index === 0 ? 0 : Math.floor(random.exponential(700_000));
    stage.after(delayUs, () => resolved(stage, client, () => openConnections(stage, client, server)));
  }
}

function openConnections(stage: Stage, client: Host, server: Host): void {
  const { random } = stage;
  const fate = random.uniform();
  if (fate < 0.02) {
    // A dead or refusing host: browsers try a few times.
    const accept = random.pick(["ignore", "refuse", "unreachable"] as const);
    for (let index = random.integer(1, 4); index > 0; index--)
      fetchOnce(stage, client, server, {
        accept,
        delayUs: random.integer(0, 400_000),
        synRetries: random.integer(1, 6),
      });
    return;
  }
  const count = random.chance(0.75) ? 1 : random.integer(2, 6);
  const host = hostName(random);
  for (let index = 0; index < count; index++) {
    const { port, script } = drawWeb(random, { host });
    const delayUs = index === 0 ? 0 : random.integer(0, 120_000);
    const speculative = index > 0 && random.chance(0.15);
    const abort = random.chance(0.03) ? { abortAfterUs: Math.floor(random.logUniform(1000, 3_000_000)) } : {};
    stage.connect({
      client,
      server,
      port,
      script: speculative ? [][Symbol.iterator]() : script,
      delayUs,
      ...stage.usualClose(),
      ...abort,
    });
  }
}

/** A long connection on which both sides say little from time to time: WebSocket, push, gRPC streams. */
export function stayConnected(stage: Stage, client: Host, server: Host): void {
  const { random } = stage;
  const plain = random.chance(0.3);
  const host = hostName(random);
  const inner = plain ? webSocketScript(random, host) : chatter(random);
  const script = plain ? inner : overTls(random, drawTls(random, host), inner);
  const port = plain
    ? random.pick([80, 8080, 8000, 9001])
    : random.pick([443, 443, 443, 5228, 8883, 5223, 50051]);
  stage.connect({
    client,
    server,
    port,
    script,
    ...stage.usualClose(),
    ...(random.chance(0.4) && {
      keepAliveUs: random.pick([15, 30, 45, 60, 75]) * 1_000_000,
      keepAliveByServer: random.chance(0.5),
    }),
  });
}

function* webSocketScript(random: Random, host: string): Generator<Step, void> {
  const extra = `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${token(random, 22)}==\r\n`;
  yield step(
    true,
    500,
    requestHead(random, { method: "GET", path: path(random), host, agent: random.pick(AGENTS), extra }),
  );
  yield step(
    false,
    3000,
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${token(random, 27)}=\r\n\r\n`,
  );
  const periodUs = Math.floor(random.logUniform(20_000, 30_000_000));
  for (let index = Math.floor(random.logUniform(2, 400)); index > 0; index--) {
    const fromClient = random.chance(0.4);
    const length = Math.min(125, Math.floor(random.logNormal(40, 0.8)) + 1);
    const mask = fromClient ? [0x81, 0x80 | length, 1, 2, 3, 4] : [0x81, length];
    yield step(
      fromClient,
      Math.floor(random.exponential(periodUs)),
      new Uint8Array(mask),
      mask.length + length,
      fromClient ? "random" : "text",
    );
  }
}

/** Messages now and then, of one size or many. */
export function* chatter(random: Random): Generator<Step, void> {
  const periodUs = Math.floor(random.logUniform(50_000, 60_000_000));
  const regular = random.chance(0.5);
  const median = random.logUniform(20, 600);
  for (let index = Math.floor(random.logUniform(2, 300)); index > 0; index--) {
    const gap = regular ? periodUs + random.integer(0, 20_000) : Math.floor(random.exponential(periodUs));
    yield bodyStep(true, gap, random.logNormal(median, 0.6), "random");
    if (random.chance(0.85))
      yield bodyStep(false, random.integer(300, 60_000), random.logNormal(median, 0.9), "random");
  }
}

/** A program asks whether there is news: short, small, often to the same few hosts. */
export function checkForUpdates(stage: Stage, client: Host, server: Host): void {
  const { random } = stage;
  resolved(stage, client, () => {
    const large = random.chance(0.15);
    const { port, script } = drawWeb(random, {
      requests: random.integer(1, 4),
      medianBytes: large ? random.logUniform(200_000, 8_000_000) : random.logUniform(100, 3000),
      pauseUs: 50_000,
      agent: random.pick(AGENTS.slice(-4)),
    });
    stage.connect({ client, server, port, script, ...stage.usualClose() });
  });
}

/** HTTP/2-like exchange over TLS with uploads: synchronisation, backups, mail by web, photographs. */
export function* uploadScript(random: Random, bytes: number): Generator<Step, void> {
  yield* tlsHandshake(random, drawTls(random, hostName(random)));
  yield* tlsData(true, 1000, random.integer(200, 900));
  yield* tlsData(false, random.integer(2000, 50_000), random.integer(80, 400));
  let left = bytes;
  while (left > 0) {
    const part = Math.min(left, Math.floor(random.logUniform(20_000, 1_000_000)));
    yield* tlsData(true, random.integer(0, 20_000), part);
    left -= part;
    if (random.chance(0.3)) yield* tlsData(false, random.integer(500, 80_000), random.integer(40, 200));
  }
  yield* tlsData(false, random.integer(5000, 300_000), random.integer(100, 800));
}
