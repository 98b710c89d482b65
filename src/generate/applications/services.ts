// Services that keep a network running: DHCP, NTP, SNMP, name services on the link, discovery, logs, logins.
//
// Sources: RFC 2131, 5905, 3416, 6762, 4795, 1002, 2865, 5389, 3164, 4120; UPnP Device Architecture. Knows no attack.

import type { Random } from "../../base/random.ts";
import { ByteWriter, ber, berInteger, berObject } from "../bytes.ts";
import type { Host } from "../host.ts";
import { icmpRecord } from "../icmp.ts";
import { type Step, step } from "../script.ts";
import type { Stage } from "../stage.ts";
import { DNS_TYPES, writeName } from "./dns.ts";
import { AGENTS, domain, token, word } from "./names.ts";

// --- DHCP ---------------------------------------------------------------------------------------------------

export type DhcpKind = "discover" | "offer" | "request" | "acknowledge" | "refuse" | "inform" | "release";
const DHCP_KINDS: Readonly<Record<DhcpKind, number>> = {
  discover: 1,
  offer: 2,
  request: 3,
  acknowledge: 5,
  refuse: 6,
  inform: 8,
  release: 7,
};

export interface DhcpMessage {
  kind: DhcpKind;
  transaction: number;
  mac: Uint8Array;
  client: number;
  yours: number;
  server: number;
  name: string;
}

/** A BOOTP message with DHCP options, padded to 300 bytes. */
export function dhcpMessage(random: Random, message: DhcpMessage): Uint8Array {
  const reply = message.kind === "offer" || message.kind === "acknowledge" || message.kind === "refuse";
  const writer = new ByteWriter()
    .u8(reply ? 2 : 1, 1, 6, 0)
    .u32(message.transaction)
    .u16(0)
    .u16(0);
  writer
    .u32(message.client)
    .u32(message.yours)
    .u32(reply ? message.server : 0)
    .u32(0)
    .bytes(message.mac)
    .zeros(10 + 64 + 128);
  writer.u32(0x63825363).u8(53, 1, DHCP_KINDS[message.kind]);
  if (reply) {
    writer
      .u8(54, 4)
      .u32(message.server)
      .u8(51, 4)
      .u32(86400)
      .u8(1, 4)
      .u32(0xffffff00)
      .u8(3, 4)
      .u32(message.server)
      .u8(6, 4)
      .u32(message.server);
  } else {
    writer.u8(61, 7, 1).bytes(message.mac);
    if (message.kind === "request" && message.client === 0) writer.u8(50, 4).u32(message.yours);
    writer.u8(12, message.name.length).text(message.name);
    writer.u8(55, 8, 1, 3, 6, 15, 31, 33, 43, 44);
    if (random.chance(0.5)) writer.u8(60, 8).text("MSFT 5.0");
  }
  writer.u8(255);
  if (writer.length < 300) writer.zeros(300 - writer.length);
  return writer.done();
}

const BROADCAST = 0xffffffff;

/** A host joins: broadcast discover and request, offer and acknowledgment by the server. */
export function joinNetwork(stage: Stage, client: Host): void {
  const { world, random } = stage;
  const nobody = world.group(0);
  const all = world.group(BROADCAST);
  const server = world.gateway;
  const transaction = random.uint32();
  const name = word(random);
  const offered = client.address4.word;
  const base = {
    transaction,
    mac: client.mac,
    client: 0,
    yours: offered,
    server: server.address4.word,
    name,
  };
  const toServer = (kind: DhcpKind, delayUs: number): void => {
    const head = dhcpMessage(random, { ...base, kind });
    const from = world.like(client, nobody.address4);
    stage.after(
      delayUs,
      () =>
        void stage.talk({
          client: from,
          server: all,
          version: 4,
          port: 67,
          clientPort: 68,
          script: once(head),
          exact: true,
        }),
    );
  };
  const toClient = (kind: DhcpKind, delayUs: number): void => {
    const head = dhcpMessage(random, { ...base, kind });
    const target = random.chance(0.5) ? all : client;
    stage.after(
      delayUs,
      () =>
        void stage.talk({
          client: server,
          server: target,
          version: 4,
          port: 68,
          clientPort: 67,
          script: once(head),
          exact: true,
        }),
    );
  };
  if (random.chance(0.15)) {
    // No server answers: the client asks again, ever more slowly.
    const attempts = random.integer(1, 5);
    for (let attempt = 0, delayUs = 0; attempt < attempts; attempt++) {
      toServer("discover", delayUs);
      delayUs += 4_000_000 << Math.min(attempt, 4);
    }
    return;
  }
  const quick = random.chance(0.4);
  const wait = random.integer(500, 900_000);
  if (!quick) {
    toServer("discover", 0);
    toClient("offer", wait);
  }
  toServer("request", quick ? 0 : wait + random.integer(300, 20_000));
  toClient(random.chance(0.03) ? "refuse" : "acknowledge", wait * 2 + 30_000);
}

/** A host prolongs its lease, straight with the server. */
export function renewLease(stage: Stage, client: Host): void {
  const { world, random } = stage;
  const server = world.gateway;
  const base = {
    transaction: random.uint32(),
    mac: client.mac,
    client: client.address4.word,
    yours: client.address4.word,
    server: server.address4.word,
    name: word(random),
  };
  const script = function* (): Generator<Step, void> {
    yield step(true, 0, dhcpMessage(random, { ...base, kind: "request" }));
    yield step(false, random.integer(400, 30_000), dhcpMessage(random, { ...base, kind: "acknowledge" }));
  };
  stage.talk({ client, server, version: 4, port: 67, clientPort: 68, script: script() });
}

// --- NTP ----------------------------------------------------------------------------------------------------

function ntpMessage(random: Random, mode: 3 | 4, nowUs: number): Uint8Array {
  const seconds = Math.floor(nowUs / 1_000_000) + 2_208_988_800;
  const writer = new ByteWriter().u8(
    0x20 | mode,
    mode === 4 ? random.integer(1, 3) : 0,
    random.integer(4, 10),
    0xe9,
  );
  if (mode === 4) writer.u32(random.integer(0, 3000)).u32(random.integer(0, 3000)).random(random, 4);
  else writer.u32(0).u32(0).u32(0);
  for (let stamp = 0; stamp < 4; stamp++)
    writer.u32(stamp === 3 || mode === 4 ? seconds : 0).u32(stamp === 3 || mode === 4 ? random.uint32() : 0);
  return writer.done();
}

/** One query of the time, or a short series; some clients use port 123 themselves. */
export function askTime(stage: Stage, client: Host, server: Host): void {
  const { random } = stage;
  const { nowUs } = stage;
  const script = function* (): Generator<Step, void> {
    for (let count = random.chance(0.7) ? 1 : random.integer(2, 8); count > 0; count--) {
      yield step(true, random.integer(1_900_000, 2_100_000), ntpMessage(random, 3, nowUs));
      if (random.chance(0.93)) yield step(false, random.integer(20, 400), ntpMessage(random, 4, nowUs));
    }
  };
  stage.talk({
    client,
    server,
    port: 123,
    script: script(),
    trafficClass: 0xb8,
    ...(random.chance(0.6) && { clientPort: 123 }),
  });
}

// --- SNMP ---------------------------------------------------------------------------------------------------

const INTERFACE_TABLE = [1, 3, 6, 1, 2, 1, 2, 2, 1];
const SYSTEM = [1, 3, 6, 1, 2, 1, 1];

function snmpMessage(
  community: string,
  kind: "get" | "next" | "bulk" | "response",
  request: number,
  bindings: readonly (readonly [readonly number[], number])[],
): Uint8Array {
  const tag = { get: 0xa0, next: 0xa1, bulk: 0xa5, response: 0xa2 }[kind];
  const list = bindings.map(([object, value]) =>
    ber(0x30, berObject(object), kind === "response" ? berInteger(value, 0x41) : ber(0x05)),
  );
  const pdu = ber(
    tag,
    berInteger(request),
    berInteger(0),
    berInteger(kind === "bulk" ? 10 : 0),
    ber(0x30, ...list),
  );
  return ber(0x30, berInteger(1), ber(0x04, community), pdu);
}

/** A poll of one device: one request with several objects, or a walk. */
export function* snmpScript(random: Random, answered: boolean): Generator<Step, void> {
  const community = random.chance(0.6) ? "public" : word(random);
  const request = random.uint32() >>> 1;
  const width = random.integer(1, 12);
  const rounds = random.chance(0.5) ? 1 : Math.floor(random.logUniform(2, 80));
  const kind = random.pick(["get", "next", "bulk"] as const);
  for (let round = 0; round < rounds; round++) {
    const objects = Array.from({ length: width }, (_, index) =>
      random.chance(0.8) ? [...INTERFACE_TABLE, 10 + index, round + 1] : [...SYSTEM, index + 1, 0],
    );
    const question = snmpMessage(
      community,
      kind,
      request + round,
      objects.map((object) => [object, 0] as const),
    );
    yield step(true, round === 0 ? 0 : random.integer(100, 40_000), question);
    if (!answered) {
      for (let retry = random.integer(0, 4); retry > 0; retry--)
        yield step(true, random.pick([1_000_000, 2_000_000, 5_000_000]), question);
      return;
    }
    yield step(
      false,
      Math.floor(random.logUniform(200, 60_000)),
      snmpMessage(
        community,
        "response",
        request + round,
        objects.map((object) => [object, random.uint32()] as const),
      ),
    );
  }
}

// --- names on the link --------------------------------------------------------------------------------------

export const MDNS_GROUP = 0xe00000fb;
export const LLMNR_GROUP = 0xe00000fc;
export const SSDP_GROUP = 0xeffffffa;
export const MDNS_GROUP6 = [0xff020000, 0, 0, 0xfb] as const;
export const LLMNR_GROUP6 = [0xff020000, 0, 0, 0x00010003] as const;

const SERVICES = [
  "_googlecast._tcp",
  "_airplay._tcp",
  "_ipp._tcp",
  "_printer._tcp",
  "_spotify-connect._tcp",
  "_companion-link._tcp",
  "_smb._tcp",
  "_http._tcp",
];

export function mdnsQuery(random: Random): Uint8Array {
  const writer = new ByteWriter().u16(0).u16(0);
  const count = random.integer(1, 5);
  writer.u16(count).u16(0).u16(0).u16(0);
  for (let index = 0; index < count; index++) {
    writeName(writer, `${random.pick(SERVICES)}.local`);
    writer.u16(DNS_TYPES.PTR).u16(random.chance(0.3) ? 0x8001 : 1);
  }
  return writer.done();
}

export function mdnsAnswer(random: Random): Uint8Array {
  const count = random.integer(1, 4);
  const writer = new ByteWriter().u16(0).u16(0x8400).u16(0).u16(count).u16(0).u16(0);
  for (let index = 0; index < count; index++) {
    const service = random.pick(SERVICES);
    writeName(writer, `${service}.local`);
    const data = new ByteWriter();
    writeName(data, `${word(random)}-${token(random, random.integer(4, 32))}.${service}.local`);
    writer.u16(DNS_TYPES.PTR).u16(1).u32(4500).u16(data.length).bytes(data.done());
  }
  return writer.done();
}

export function llmnrQuery(random: Random): Uint8Array {
  const writer = new ByteWriter().random(random, 2).u16(0).u16(1).u16(0).u16(0).u16(0);
  writeName(writer, random.chance(0.3) ? "wpad" : word(random));
  return writer
    .u16(random.pick([1, 28, 255]))
    .u16(1)
    .done();
}

/** A NetBIOS name query or registration (RFC 1002, 4.2). */
export function netbiosName(random: Random): Uint8Array {
  const register = random.chance(0.3);
  const name = word(random).toUpperCase().slice(0, 15).padEnd(15, " ");
  const writer = new ByteWriter()
    .random(random, 2)
    .u16(register ? 0x2910 : 0x0110)
    .u16(1)
    .u16(0)
    .u16(0)
    .u16(register ? 1 : 0)
    .u8(32);
  for (const letter of `${name}\0`) {
    const code = letter.charCodeAt(0);
    writer.u8(0x41 + (code >>> 4), 0x41 + (code & 15));
  }
  writer.u8(0).u16(32).u16(1);
  if (register) writer.u16(0xc00c).u16(32).u16(1).u32(300000).u16(6).u16(0).u32(random.uint32());
  return writer.done();
}

export function ssdpSearch(random: Random): string {
  const target = random.pick([
    "ssdp:all",
    "upnp:rootdevice",
    "urn:dial-multiscreen-org:service:dial:1",
    "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
  ]);
  return `M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: ${random.integer(1, 4)}\r\nST: ${target}\r\nUSER-AGENT: ${random.pick(AGENTS)}\r\n\r\n`;
}

export function ssdpNotify(random: Random): string {
  return `NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCACHE-CONTROL: max-age=1800\r\nLOCATION: http://192.168.0.${random.integer(2, 254)}:49152/description.xml\r\nNT: upnp:rootdevice\r\nNTS: ssdp:alive\r\nSERVER: Linux/4.9 UPnP/1.0\r\nUSN: uuid:${token(random, 36)}::upnp:rootdevice\r\n\r\n`;
}

// --- neighbours over IPv6 (RFC 4861) ------------------------------------------------------------------------

const ALL_NODES6 = [0xff020000, 0, 0, 1] as const;
const ALL_ROUTERS6 = [0xff020000, 0, 0, 2] as const;
const SOLICITATION = 135;
const ADVERTISEMENT = 136;

/** One host asks for another's hardware address and mostly hears it; or a router makes itself known. */
export function meetNeighbours(stage: Stage, client: Host): void {
  const { random, world } = stage;
  const other = world.client(random, 60);
  const target = random.chance(0.4) ? world.gateway : other;
  if (client.address6 === undefined || target.address6 === undefined || target === client) return;
  if (world.gateway.address6 !== undefined && random.chance(0.15)) {
    const asks = random.chance(0.5);
    const group = world.group6(asks ? ALL_ROUTERS6 : ALL_NODES6);
    const router = new ByteWriter().u32(0).u32(0).u8(1, 1).bytes(world.gateway.mac);
    const asker = new ByteWriter().u8(1, 1).bytes(client.mac);
    neighbourMessage(
      stage,
      asks ? client : world.gateway,
      group,
      asks ? 133 : 134,
      asks ? 0 : 0x40000708,
      asks ? asker : router,
    );
    return;
  }
  const group = world.group6([0xff020000, 0, 1, (0xff000000 | (target.address6.word & 0xffffff)) >>> 0]);
  const question = new ByteWriter().bytes(target.address6.bytes).u8(1, 1).bytes(client.mac);
  neighbourMessage(stage, client, random.chance(0.6) ? group : target, SOLICITATION, 0, question);
  if (random.chance(0.12)) return;
  stage.after(2 * target.link.delayUs + random.integer(20, 900), () => {
    const answer = new ByteWriter().bytes(target.address6!.bytes).u8(2, 1).bytes(target.mac);
    neighbourMessage(stage, target, client, ADVERTISEMENT, 0x60000000, answer);
  });
}

function neighbourMessage(
  stage: Stage,
  from: Host,
  to: Host,
  type: number,
  rest: number,
  body: ByteWriter,
): void {
  const { world } = stage;
  const record = icmpRecord(world, stage.tag, from, to, 6, type, 0);
  const bytes = body.done();
  if (record === undefined) return;
  // Neighbours prove that they are such by the largest hop limit.
  world.builder.route(from, to, 6).ttl = 255;
  world.builder.startPayload(8);
  world.builder.append(bytes);
  world.emit(record, world.builder.finishIcmp(type, 0, rest), true);
}

// --- logs, logins, helpers ----------------------------------------------------------------------------------

export function syslogLine(random: Random): string {
  return `<${random.integer(0, 191)}>Mar  4 09:${random.integer(10, 59)}:${random.integer(10, 59)} ${word(random)} ${word(random)}[${random.integer(100, 30000)}]: ${word(random)} ${word(random)} ${token(random, random.integer(10, 200))}`;
}

/** One request for access and its answer (RFC 2865). */
export function* radiusScript(random: Random): Generator<Step, void> {
  const identifier = random.integer(0, 255);
  const user = word(random);
  const attributes = new ByteWriter()
    .u8(1, user.length + 2)
    .text(user)
    .u8(2, 18)
    .random(random, 16)
    .u8(4, 6)
    .u32(0x0a000001);
  yield step(
    true,
    0,
    new ByteWriter()
      .u8(1, identifier)
      .u16(20 + attributes.length)
      .random(random, 16)
      .bytes(attributes.done())
      .done(),
  );
  yield step(
    false,
    random.integer(900, 80_000),
    new ByteWriter()
      .u8(random.chance(0.9) ? 2 : 3, identifier)
      .u16(26)
      .random(random, 16)
      .u8(6, 6)
      .u32(2)
      .done(),
  );
}

/** A binding request and its answer (RFC 5389), sometimes without one. */
export function* stunScript(random: Random): Generator<Step, void> {
  const transaction = new ByteWriter().random(random, 12).done();
  for (let count = random.integer(1, 4); count > 0; count--) {
    yield step(
      true,
      random.integer(40_000, 500_000),
      new ByteWriter().u16(1).u16(0).u32(0x2112a442).bytes(transaction).done(),
    );
    if (random.chance(0.8))
      yield step(
        false,
        random.integer(100, 3000),
        new ByteWriter()
          .u16(0x0101)
          .u16(12)
          .u32(0x2112a442)
          .bytes(transaction)
          .u16(0x20)
          .u16(8)
          .u16(1)
          .random(random, 6)
          .done(),
      );
  }
}

/** A ticket request over UDP (RFC 4120): first refused for want of pre-authentication, as is usual. */
export function* kerberosScript(random: Random): Generator<Step, void> {
  const realm = domain(random).toUpperCase();
  const name = (type: number, ...parts: string[]): Uint8Array =>
    ber(0x30, ber(0xa0, berInteger(type)), ber(0xa1, ber(0x30, ...parts.map((part) => ber(0x1b, part)))));
  const body = (nonce: number): Uint8Array =>
    ber(
      0x30,
      ber(0xa0, ber(0x03, new Uint8Array([0, 0x40, 0x81, 0, 0x10]))),
      ber(0xa1, name(1, word(random))),
      ber(0xa2, ber(0x1b, realm)),
      ber(0xa3, name(2, "krbtgt", realm)),
      ber(0xa5, ber(0x18, "20370913024805Z")),
      ber(0xa7, berInteger(nonce)),
      ber(0xa8, ber(0x30, berInteger(18), berInteger(17), berInteger(23))),
    );
  const request = ber(
    0x6a,
    ber(0x30, ber(0xa1, berInteger(5)), ber(0xa2, berInteger(10)), ber(0xa4, body(random.uint32() >>> 1))),
  );
  yield step(true, 0, request);
  const error = ber(
    0x7e,
    ber(
      0x30,
      ber(0xa0, berInteger(5)),
      ber(0xa1, berInteger(30)),
      ber(0xa4, ber(0x18, "20240304091230Z")),
      ber(0xa5, berInteger(random.integer(0, 999_999))),
      ber(0xa6, berInteger(random.chance(0.9) ? 25 : 6)),
      ber(0xa9, ber(0x1b, realm)),
      ber(0xaa, name(2, "krbtgt", realm)),
    ),
  );
  yield step(false, random.integer(400, 20_000), error);
}

/** A script of one message. */
export function* once(head: Uint8Array | string): Generator<Step, void> {
  yield step(true, 0, head);
}
