// DNS messages (RFC 1035, 2782, 3596, 6891) and lookups of everyday clients. Knows no tunnel.

import type { Random } from "../../base/random.ts";
import { ByteWriter } from "../bytes.ts";
import type { Host } from "../host.ts";
import type { Tag } from "../ledger.ts";
import { type Step, step } from "../script.ts";
import type { Stage } from "../stage.ts";
import { weighted } from "../world.ts";
import { hostName, popularHostNames, token, word } from "./names.ts";

export const DNS_TYPES = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  NULL: 10,
  PTR: 12,
  MX: 15,
  TXT: 16,
  KEY: 25,
  AAAA: 28,
  SRV: 33,
  HTTPS: 65,
  ANY: 255,
} as const;
export type DnsType = keyof typeof DNS_TYPES;

export interface Question {
  identification: number;
  name: string;
  type: DnsType;
  /** Adds an OPT record with this payload size. */
  edns?: number;
  /** Flags of the query; default: recursion desired. */
  flags?: number;
}

export function dnsQuery(question: Question): Uint8Array {
  const writer = new ByteWriter();
  writeHeader(writer, question, question.flags ?? 0x0100, 0, 0);
  writeOpt(writer, question);
  return writer.done();
}

/** Answers: their data, all of the question's type unless they name another. */
export function dnsResponse(
  question: Question,
  answers: readonly { type?: DnsType; data: Uint8Array; ttl?: number }[],
  code = 0,
  authority = false,
): Uint8Array {
  const writer = new ByteWriter();
  writeHeader(writer, question, 0x8180 | code, answers.length, authority ? 1 : 0);
  for (const answer of answers) {
    writer
      .u16(0xc00c)
      .u16(DNS_TYPES[answer.type ?? question.type])
      .u16(1)
      .u32(answer.ttl ?? 300);
    writer.u16(answer.data.length).bytes(answer.data);
  }
  if (authority) {
    const soa = new ByteWriter();
    writeName(soa, "ns1.example.net");
    writeName(soa, "hostmaster.example.net");
    soa.u32(2024030401).u32(7200).u32(3600).u32(1209600).u32(300);
    writer.u16(0xc00c).u16(6).u16(1).u32(900).u16(soa.length).bytes(soa.done());
  }
  writeOpt(writer, question);
  return writer.done();
}

function writeHeader(
  writer: ByteWriter,
  question: Question,
  flags: number,
  answers: number,
  authorities: number,
): void {
  writer
    .u16(question.identification)
    .u16(flags)
    .u16(1)
    .u16(answers)
    .u16(authorities)
    .u16(question.edns === undefined ? 0 : 1);
  writeName(writer, question.name);
  writer.u16(DNS_TYPES[question.type]).u16(1);
}

function writeOpt(writer: ByteWriter, question: Question): void {
  if (question.edns !== undefined) writer.u8(0).u16(41).u16(question.edns).u32(0).u16(0);
}

/** Wire form of the popular names. */
const WIRE_NAMES = new Map(popularHostNames().map((name) => [name, wireName(name)]));

/** Writes a name in wire form. Labels have at most 63 bytes; longer ones are a programming mistake. */
export function writeName(writer: ByteWriter, name: string): void {
  writer.bytes(WIRE_NAMES.get(name) ?? wireName(name));
}

function wireName(name: string): Uint8Array {
  const bytes = new Uint8Array(name.length === 0 || name.endsWith(".") ? name.length + 1 : name.length + 2);
  let start = 0;
  for (let at = 1; start < name.length; at++) {
    const letter = at > name.length ? 46 : name.charCodeAt(at - 1);
    if (letter !== 46) {
      bytes[at] = letter;
      continue;
    }
    const length = at - 1 - start;
    if (length === 0 || length > 63) throw new RangeError(`DNS label of ${length} bytes`);
    bytes[start] = length;
    start = at;
  }
  return bytes;
}

export function nameData(name: string, prefix: readonly number[] = []): Uint8Array {
  const writer = new ByteWriter().u8(...prefix);
  writeName(writer, name);
  return writer.done();
}

/** Character strings of at most 255 bytes. */
export function textData(...strings: string[]): Uint8Array {
  const writer = new ByteWriter();
  for (const text of strings) writer.u8(text.length).text(text);
  return writer.done();
}

const ORDINARY_TYPES = { A: 50, AAAA: 25, HTTPS: 8, PTR: 6, MX: 2, TXT: 3, SRV: 4, NS: 1, SOA: 1 } as const;

/** A question that ordinary clients ask. */
export function ordinaryQuestion(random: Random, type: DnsType = weighted(random, ORDINARY_TYPES)): Question {
  const question: Question = { identification: random.uint32() & 0xffff, name: hostName(random), type };
  if (type === "PTR")
    question.name = `${random.integer(1, 254)}.${random.integer(0, 255)}.${random.integer(0, 255)}.${random.integer(1, 223)}.in-addr.arpa`;
  if (type === "SRV")
    question.name = `_${random.pick(["ldap", "kerberos", "sip", "xmpp-client"])}._tcp.${question.name}`;
  // Content networks, block lists and telemetry bring long names into ordinary traffic.
  if ((type === "A" || type === "AAAA" || type === "TXT") && random.chance(0.06))
    question.name = `${token(random, random.integer(12, 50), "abcdef0123456789")}.${word(random)}.${question.name}`;
  if (random.chance(0.4)) question.edns = random.pick([512, 1232, 1410, 4096]);
  return question;
}

export function ordinaryAnswer(random: Random, question: Question): Uint8Array {
  const kind = random.uniform();
  if (kind < 0.09) return dnsResponse(question, [], 3, true);
  if (kind < 0.11) return dnsResponse(question, [], 2);
  if (kind < 0.18) return dnsResponse(question, [], 0, true);
  const answers: { type?: DnsType; data: Uint8Array }[] = [];
  if ((question.type === "A" || question.type === "AAAA") && random.chance(0.35))
    answers.push({ type: "CNAME", data: nameData(hostName(random)) });
  const count = random.chance(0.6) ? 1 : random.integer(2, 8);
  for (let index = 0; index < count; index++) answers.push({ data: answerData(random, question.type) });
  return dnsResponse(question, answers);
}

function answerData(random: Random, type: DnsType): Uint8Array {
  const writer = new ByteWriter();
  switch (type) {
    case "A":
      return writer.random(random, 4).done();
    case "AAAA":
      return writer.u16(0x2001).random(random, 14).done();
    case "MX":
      return nameData(hostName(random), [0, 10]);
    case "SRV":
      return nameData(hostName(random), [0, 0, 0, 100, 1, 133]);
    case "TXT":
      return textData(
        random.chance(0.5)
          ? `v=spf1 include:${hostName(random)} ~all`
          : token(random, random.integer(20, 180)),
      );
    case "SOA":
      writeName(writer, hostName(random));
      writeName(writer, hostName(random));
      return writer.u32(1).u32(7200).u32(900).u32(1209600).u32(300).done();
    case "HTTPS":
      return writer.u16(1).u8(0).u16(1).u16(3).u8(2).text("h2").done();
    default:
      return nameData(hostName(random));
  }
}

export interface LookupOptions {
  tag?: Tag;
  /** Asks A and AAAA from one port, as glibc does. */
  pair?: boolean;
  onEnd?: (nowUs: number) => void;
}

/** One everyday lookup: from a fresh port, answered, retried or left without answer. */
export function lookup(stage: Stage, client: Host, resolver: Host, options: LookupOptions = {}): void {
  const { tag, onEnd } = options;
  const script = lookupScript(stage.random, options.pair ?? stage.random.chance(0.25));
  stage.talk({ client, server: resolver, port: 53, script, ...(tag && { tag }), ...(onEnd && { onEnd }) });
}

function* lookupScript(random: Random, pair: boolean): Generator<Step, void> {
  const first = pair ? ordinaryQuestion(random, "A") : ordinaryQuestion(random);
  const serverThink = (): number =>
    random.chance(0.6) ? random.integer(20, 800) : Math.floor(random.logUniform(1000, 400_000));
  const questions = [first];
  if (pair) questions.push({ ...first, identification: random.uint32() & 0xffff, type: "AAAA" });
  for (const question of questions) yield step(true, questions.length > 1 ? 15 : 0, dnsQuery(question));
  const fate = random.uniform();
  if (fate < 0.03) {
    // Nobody answers, however often one asks.
    for (let retry = random.integer(0, 3); retry > 0; retry--) yield step(true, 5_000_000, dnsQuery(first));
    return;
  }
  if (fate < 0.05) yield step(true, random.pick([1_000_000, 5_000_000]), dnsQuery(first));
  for (const question of questions) yield step(false, serverThink(), ordinaryAnswer(random, question));
}

/** Many lookups over one socket, as stub resolvers and forwarders with a fixed port make them. */
export function* socketScript(random: Random, count: number, meanGapUs: number): Generator<Step, void> {
  for (let index = 0; index < count; index++) {
    const question = ordinaryQuestion(random);
    yield step(true, index === 0 ? 0 : Math.floor(random.exponential(meanGapUs)), dnsQuery(question));
    if (!random.chance(0.02))
      yield step(false, Math.floor(random.logUniform(50, 60_000)), ordinaryAnswer(random, question));
  }
}

/** A query over TCP, as after truncation, or a transfer of a zone's records. */
export function* dnsTcpScript(random: Random, answerLength: number): Generator<Step, void> {
  const question = ordinaryQuestion(random, "TXT");
  const query = dnsQuery(question);
  yield step(true, 100, new ByteWriter().u16(query.length).bytes(query).done());
  const strings: { data: Uint8Array }[] = [];
  for (let length = 0; length < Math.min(answerLength, 60_000); length += 250)
    strings.push({ data: textData(token(random, 220)) });
  const answer = dnsResponse(question, strings);
  yield step(false, 500, new ByteWriter().u16(answer.length).bytes(answer).done());
}
