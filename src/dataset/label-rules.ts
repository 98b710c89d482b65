// Label rules: an ordered list in YAML; the first rule that matches a flow names its label.
//
// The form is checked as a whole and every error names the place in the file. See docs/guide/labels.md.

import { isCollection, isScalar, LineCounter, parseDocument } from "yaml";
import * as z from "zod";
import { OrbweaverError } from "../base/errors.ts";
import { parseAddress } from "../flow/address.ts";
import { type FlowQuestion, protocolNumber } from "./flow-question.ts";

/** One rule, ready to be asked. */
export interface Rule {
  label: string;
  scenario: string | undefined;
  matches(question: FlowQuestion): boolean;
}

export interface RuleSet {
  rules: Rule[];
  /** Label of flows that no rule matches; undefined leaves them unlabelled. */
  defaultLabel: string | undefined;
}

const RULES_MAX = 100_000;

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
const name = z.string().trim().min(1, { error: "expected a name" });

const ruleForm = z.strictObject({
  label: name,
  scenario: name.optional(),
  source: oneOrMore(network).optional(),
  destination: oneOrMore(network).optional(),
  either: oneOrMore(network).optional(),
  source_port: oneOrMore(ports).optional(),
  destination_port: oneOrMore(ports).optional(),
  port: oneOrMore(ports).optional(),
  transport: oneOrMore(transport).optional(),
  from: time.optional(),
  to: time.optional(),
});
const fileForm = z.strictObject({
  default: name.optional(),
  rules: z.array(ruleForm).min(1, { error: "expected at least one rule" }).max(RULES_MAX),
});

type RuleForm = z.infer<typeof ruleForm>;

/** Reads rules from YAML text. Throws `labels-invalid`, naming line and place. */
export function parseRules(text: string, path: string): RuleSet {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined) {
    throw invalid(
      path,
      lines.linePos(broken.pos[0]).line,
      "",
      broken.message.split("\n")[0].replace(/:$/, ""),
    );
  }
  const found = fileForm.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (!found.success) {
    const issue = deepest(found.error.issues[0]);
    throw invalid(path, lineOf(document, issue.path, lines), placeText(issue.path), issue.message);
  }
  return { rules: found.data.rules.map(compile), defaultLabel: found.data.default };
}

function invalid(path: string, line: number | undefined, place: string, what: string): OrbweaverError {
  const at = line === undefined ? "" : ` line ${line}`;
  return new OrbweaverError("labels-invalid", `'${path}'${at}${place === "" ? "" : `, ${place}`}: ${what}`);
}

/** A union reports every branch; the branch that got furthest says what is wrong. */
function deepest(
  issue: z.core.$ZodIssue,
  above: PropertyKey[] = [],
): { path: PropertyKey[]; message: string } {
  const path = [...above, ...issue.path];
  if (issue.code !== "invalid_union") return { path, message: issue.message };
  const inner = issue.errors.map((issues) => deepest(issues[0], path));
  inner.sort(
    (a, b) => b.path.length - a.path.length || Number(isOurs(b.message)) - Number(isOurs(a.message)),
  );
  return inner[0];
}

function isOurs(message: string): boolean {
  return message.startsWith("found");
}

function placeText(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part + 1}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "");
}

function lineOf(
  document: ReturnType<typeof parseDocument>,
  path: readonly PropertyKey[],
  lines: LineCounter,
): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if ((isScalar(node) || isCollection(node)) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

// --- matching -----------------------------------------------------------------------------------------------

type Test = (question: FlowQuestion) => boolean;

function compile(form: RuleForm): Rule {
  const tests: Test[] = [];
  if (form.source !== undefined) tests.push(addressTest(listOf(form.source), [0]));
  if (form.destination !== undefined) tests.push(addressTest(listOf(form.destination), [4]));
  if (form.either !== undefined) tests.push(addressTest(listOf(form.either), [0, 4]));
  if (form.source_port !== undefined) tests.push(portTest(listOf(form.source_port), true, false));
  if (form.destination_port !== undefined) tests.push(portTest(listOf(form.destination_port), false, true));
  if (form.port !== undefined) tests.push(portTest(listOf(form.port), true, true));
  if (form.transport !== undefined) tests.push(transportTest(listOf(form.transport)));
  if (form.from !== undefined) tests.push(after(parseTime(form.from) as number));
  if (form.to !== undefined) tests.push(before(parseTime(form.to) as number));
  return {
    label: form.label,
    scenario: form.scenario,
    matches: (question) => tests.every((test) => test(question)),
  };
}

function listOf<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}

function addressTest(texts: readonly string[], sides: readonly (0 | 4)[]): Test {
  const networks = texts.map((text) => parseNetwork(text) as Network);
  return ({ words }) => sides.some((side) => networks.some((network) => contains(network, words, side)));
}

function portTest(values: readonly (string | number)[], source: boolean, destination: boolean): Test {
  const ranges = values.map((value) => parsePorts(value) as PortRange);
  const within = (port: number): boolean => ranges.some(({ low, high }) => port >= low && port <= high);
  return ({ sourcePort, destinationPort }) =>
    (source && within(sourcePort)) || (destination && within(destinationPort));
}

function transportTest(values: readonly (string | number)[]): Test {
  const numbers = new Set(values.map((value) => protocolNumber(String(value))));
  return ({ protocol }) => numbers.has(protocol);
}

function after(fromUs: number): Test {
  return ({ startUs }) => startUs >= fromUs;
}

function before(toUs: number): Test {
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
function parseTime(value: string | number): number | undefined {
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
