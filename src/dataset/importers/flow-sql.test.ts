import { afterAll, beforeAll, expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { type Duck, literal, openDuck } from "../duck.ts";
import {
  isAddress,
  isNoNumber,
  millisecondsUs,
  portNumber,
  secondsUs,
  timestampUs,
  transportName,
} from "./flow-sql.ts";

let duck: Duck;
beforeAll(async () => {
  duck = await openDuck({ memoryLimit: "256MB", threads: 1 });
});
afterAll(() => duck.close());

/** What SQL over the texts t and u gives for each pair. */
async function ask(sql: string, pairs: readonly (readonly [string, string?])[]): Promise<unknown[]> {
  const values = pairs.map(([t, u], index) => `(${index}, ${literal(t)}, ${literal(u ?? "")})`).join(", ");
  const query = `SELECT ${sql} FROM (VALUES ${values}) v(i, t, u) ORDER BY i`;
  return (await duck.connection.runAndReadAll(query)).getRowsJson().map(([value]) => value);
}

/** Truth by whole numbers: the digits without the point. */
function wholeUs(text: string): string {
  const [, sign, whole, fraction] = /^(-?)(\d+)\.?(\d*)$/.exec(text) ?? [];
  return String((sign === "-" ? -1n : 1n) * BigInt(whole + fraction.padEnd(6, "0")));
}

test("seconds become µs without a rounding, whatever their size", async () => {
  const random = new Random(7);
  const texts = Array.from({ length: 2000 }, () => {
    const digits = random.integer(1, 11);
    const whole = Array.from({ length: digits }, (_, index) =>
      index === 0 ? random.integer(1, 9) : random.integer(0, 9),
    );
    const fraction = Array.from({ length: random.integer(0, 6) }, () => random.integer(0, 9));
    const point = fraction.length === 0 ? "" : `.${fraction.join("")}`;
    return `${random.integer(0, 3) === 0 ? "-" : ""}${whole.join("")}${point}`;
  });
  texts.push("1300475167.096535", "-0.4", "0.000001", "-1.999999", "4294967295.999999");
  expect(
    await ask(
      secondsUs("t"),
      texts.map((text) => [text]),
    ),
  ).toEqual(texts.map(wholeUs));
});

test("what is no number of seconds is none", async () => {
  expect(await ask(secondsUs("t"), [["x"], [""], ["1300475167.096535s"], ["2024-03-04"], ["1e30"]])).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
});

test("milliseconds become µs", async () => {
  expect(
    await ask(millisecondsUs("t"), [["1709542802500.0"], ["1709542802500.125"], ["-1.5"], ["x"]]),
  ).toEqual(["1709542802500000", "1709542802500125", "-1500", null]);
});

test("times with a zone mean what they say, times without are of the zone that is asked for", async () => {
  const texts = [
    "2024-03-04T10:00:00.000001+0100",
    "2024-03-04T09:00:00.000001Z",
    "2024-03-04T10:00:00.000001+01:00",
  ];
  const us = String(Date.UTC(2024, 2, 4, 9) * 1000 + 1);
  expect(
    await ask(
      timestampUs("t", "Asia/Tokyo"),
      texts.map((text) => [text]),
    ),
  ).toEqual([us, us, us]);
  // Prague is at UTC+1 in March and at UTC+2 in August.
  expect(
    await ask(timestampUs("t", "Europe/Prague"), [
      ["2024/03/04 10:00:00.000001"],
      ["2011/08/10 09:46:59.607825"],
      ["x"],
    ]),
  ).toEqual([us, String(Date.UTC(2011, 7, 10, 7, 46, 59) * 1000 + 607_825), null]);
});

test("ports are decimal or hexadecimal, and no more than 16 bits", async () => {
  const ports = ["443", "0x0303", "0", "65535", "65536", "0x20205321", "-", "-1", "mdns", ""];
  expect(
    await ask(
      portNumber("t"),
      ports.map((port) => [port]),
    ),
  ).toEqual([443, 771, 0, 65535, null, null, null, null, null, null]);
});

test("transports have the house's names", async () => {
  const pairs = [
    ["TCP", "10.0.0.1"],
    ["icmp", "10.0.0.1"],
    ["icmp", "fe80::1"],
    ["IPv6-ICMP", "fe80::1"],
    ["ipv6-icmp", "fe80::1"],
    ["arp", "x"],
  ] as const;
  expect(await ask(transportName("t", "u"), pairs)).toEqual([
    "tcp",
    "icmp",
    "icmpv6",
    "icmpv6",
    "icmpv6",
    "arp",
  ]);
});

test("addresses are told from what is none", async () => {
  const texts = ["10.0.0.1", "fe80::1", "::", "00:00:5e:00:53:01", "tcp", "443", "", "host.example"];
  expect(
    await ask(
      isAddress("t"),
      texts.map((text) => [text]),
    ),
  ).toEqual([true, true, true, true, false, false, false, false]);
});

test("a text among numbers is told, nothing is none", async () => {
  expect(await ask(isNoNumber("nullif(t, '')"), [["1.5"], ["x"], [""]])).toEqual([false, true, false]);
});
