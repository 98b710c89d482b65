// Conditions on flows, as rules state them: networks, ports, transports, times. Their forms, and how they are asked.
//
// All conditions that are given must hold; of a list, one. Knows no files.

import * as z from "zod";
import { parseAddress } from "../flow/address.ts";
import { type FlowQuestion, protocolNumber } from "./flow-question.ts";

const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1)]);
const network = z.string().refine((text) => parseNetwork(text) !== undefined, {
  error: (issue) => `found '${String(issue.input)}', expected an address or a network such as 192.0.2.0/24`,
});
const ports = z.union([z.number(), z.string()]).refine((value) => parsePorts(value) !== undefined, {
  error: (issue) => `found '${String(issue.input)}', expected a port or a range such as 8000-8080`,
});
const transport = z
  .union([z.string(), z.number()])
  .refine((value) => protocolNumber(String(value)) !== undefined, {
    error: (issue) =>
      `found '${String(issue.input)}', expected tcp, udp, icmp, icmpv6, sctp or a protocol number`,
  });
const time = z.union([z.number(), z.string()]).refine((value) => parseTime(value) !== undefined, {
  error: (issue) =>
    `found '${String(issue.input)}', expected a time with its zone such as 2018-02-15T09:26:00-04:00, or µs since 1970`,
});

/** What a rule may ask of a flow. */
export const flowConditions = {
  source: oneOrMore(network).optional(),
  destination: oneOrMore(network).optional(),
  either: oneOrMore(network).optional(),
  source_port: oneOrMore(ports).optional(),
  destination_port: oneOrMore(ports).optional(),
  port: oneOrMore(ports).optional(),
  transport: oneOrMore(transport).optional(),
  from: time.optional(),
  to: time.optional(),
};
const conditionsForm = z.object(flowConditions);
export type FlowConditions = z.infer<typeof conditionsForm>;

export type FlowTest = (question: FlowQuestion) => boolean;

/** A test that is true where every condition holds; without conditions, always. */
export function flowTest(form: FlowConditions): FlowTest {
  const tests: FlowTest[] = [];
  if (form.source !== undefined) tests.push(addressTest(listOf(form.source), [0]));
  if (form.destination !== undefined) tests.push(addressTest(listOf(form.destination), [4]));
  if (form.either !== undefined) tests.push(addressTest(listOf(form.either), [0, 4]));
  if (form.source_port !== undefined) tests.push(portTest(listOf(form.source_port), true, false));
  if (form.destination_port !== undefined) tests.push(portTest(listOf(form.destination_port), false, true));
  if (form.port !== undefined) tests.push(portTest(listOf(form.port), true, true));
  if (form.transport !== undefined) tests.push(transportTest(listOf(form.transport)));
  if (form.from !== undefined) tests.push(after(parseTime(form.from) as number));
  if (form.to !== undefined) tests.push(before(parseTime(form.to) as number));
  return (question) => tests.every((test) => test(question));
}

function listOf<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}

function addressTest(texts: readonly string[], sides: readonly (0 | 4)[]): FlowTest {
  const networks = texts.map((text) => parseNetwork(text) as Network);
  return ({ words }) => sides.some((side) => networks.some((network) => contains(network, words, side)));
}

function portTest(values: readonly (string | number)[], source: boolean, destination: boolean): FlowTest {
  const ranges = values.map((value) => parsePorts(value) as PortRange);
  const within = (port: number): boolean => ranges.some(({ low, high }) => port >= low && port <= high);
  return ({ sourcePort, destinationPort }) =>
    (source && within(sourcePort)) || (destination && within(destinationPort));
}

function transportTest(values: readonly (string | number)[]): FlowTest {
  const numbers = new Set(values.map((value) => protocolNumber(String(value))));
  return ({ protocol }) => numbers.has(protocol);
}

function after(fromUs: number): FlowTest {
  return ({ startUs }) => startUs >= fromUs;
}

function before(toUs: number): FlowTest {
  return ({ startUs }) => startUs <= toUs;
}

interface Network {
  words: Int32Array;
  masks: Int32Array;
}

/** An address or a network in CIDR form (RFC 4632, RFC 4291); bits below the prefix are ignored. */
function parseNetwork(text: string): Network | undefined {
  const [address, prefix, ...rest] = text.trim().split("/");
  const words = parseAddress(address);
  if (words === undefined || rest.length > 0) return undefined;
  if (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) return undefined;
  const bits = address.includes(":") ? 128 : 32;
  const length = prefix === undefined ? bits : Number(prefix);
  if (length > bits) return undefined;
  const kept = length + 128 - bits;
  const masks = Int32Array.from({ length: 4 }, (_, word) => maskOf(kept - word * 32));
  return { words: Int32Array.from(words, (word, index) => word & masks[index]), masks };
}

function maskOf(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? -1 : -1 << (32 - bits);
}

function contains({ words, masks }: Network, question: Int32Array, side: number): boolean {
  for (let word = 0; word < 4; word++)
    if ((question[side + word] & masks[word]) !== words[word]) return false;
  return true;
}

interface PortRange {
  low: number;
  high: number;
}

function parsePorts(value: string | number): PortRange | undefined {
  const match = /^\s*(\d{1,5})\s*(?:-\s*(\d{1,5})\s*)?$/.exec(String(value));
  if (match === null) return undefined;
  const low = Number(match[1]);
  const high = match[2] === undefined ? low : Number(match[2]);
  return low <= high && high <= 65535 ? { low, high } : undefined;
}

/** µs since 1970: a whole number as it is, or a date and time with its zone (RFC 3339). */
export function parseTime(value: string | number): number | undefined {
  if (typeof value === "number" || /^\d{10,17}$/.test(value)) {
    const number = Number(value);
    return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
  }
  const match = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d)?)(\.\d{1,9})?\s*([Zz]|[+-]\d\d:?\d\d)$/.exec(
    value.trim(),
  );
  if (match === null) return undefined;
  const [, date, clock, fraction = "", zone] = match;
  const time = Date.parse(`${date}T${clock.length === 5 ? `${clock}:00` : clock}${zoneText(zone)}`);
  const fractionUs = Math.floor(Number(`0${fraction || ".0"}`) * 1e6 + 1e-3);
  return Number.isNaN(time) ? undefined : time * 1000 + fractionUs;
}

function zoneText(zone: string): string {
  if (zone.toUpperCase() === "Z") return "Z";
  return zone.includes(":") ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
}
