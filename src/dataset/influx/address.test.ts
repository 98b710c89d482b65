import { describe, expect, test } from "vitest";
import { OrbweaverError } from "../../base/errors.ts";
import { isInfluxAddress, parseInfluxAddress } from "./address.ts";

const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

describe("addresses of 1.x", () => {
  test("name server, database and what is asked for", () => {
    expect(parseInfluxAddress("influx://db.example:9086/traffic?measurement=kdd&retention=week", {})).toEqual(
      {
        version: 1,
        origin: "http://db.example:9086",
        name: "influx://db.example:9086/traffic?measurement=kdd&retention=week",
        database: "traffic",
        measurement: "kdd",
        retention: "week",
      },
    );
  });

  test("have a port of their own, TLS, IPv6, and signs in names", () => {
    expect(parseInfluxAddress("influx://[::1]/a%20b?tls=true&measurement=x%26y", {})).toMatchObject({
      origin: "https://[::1]:8086",
      database: "a b",
      measurement: "x&y",
      name: "influx://[::1]:8086/a%20b?tls=true&measurement=x%26y",
    });
  });

  test("keep secrets apart, and prefer those of the address", () => {
    const environment = { ORBWEAVER_INFLUX_USER: "env", ORBWEAVER_INFLUX_PASSWORD: "hidden" };
    expect(parseInfluxAddress("influx://h/d", environment).authorization).toBe(basic("env:hidden"));
    const named = parseInfluxAddress("influx://me:p%40ss@h/d", environment);
    expect(named.authorization).toBe(basic("me:p@ss"));
    expect(named.name).toBe("influx://h:8086/d");
    expect(parseInfluxAddress("influx://h/d", { ORBWEAVER_INFLUX_TOKEN: "t" }).authorization).toBeUndefined();
  });
});

describe("addresses of 2.x", () => {
  test.each(["influx2://h?org=o&bucket=b&measurement=m", "influx://h?org=o&bucket=b&measurement=m"])(
    "%s",
    (text) => {
      expect(parseInfluxAddress(text, { ORBWEAVER_INFLUX_TOKEN: "t" })).toMatchObject({
        version: 2,
        origin: "http://h:8086",
        organisation: "o",
        bucket: "b",
        measurement: "m",
        start: "0",
        authorization: "Token t",
      });
    },
  );

  test.each(["-30d", "2024-03-04T09:00:00Z", "2024-03-04", "1709542800", "-1h30m", "now()"])(
    "may start at %s",
    (start) => {
      const address = `influx2://h?org=o&bucket=b&start=${encodeURIComponent(start)}`;
      expect(parseInfluxAddress(address, {})).toMatchObject({ start });
    },
  );
});

describe("what is wrong is said, and no secret is repeated", () => {
  test.each([
    ["influx://", "names no host"],
    ["influx://me:hush@h:port/d", "cannot be read"],
    ["influx://me:hush@/d", "cannot be read"],
    ["influx://me:se%zzcret@h/d", "has a % that no two hexadecimal digits follow"],
    ["influx://h", "names no database"],
    ["influx://h/a/b", "has a path of 2 parts"],
    ["influx://h/d?token=hush", "has the parameter 'token'"],
    [
      "influx://h/d?mesurement=hush",
      "has the parameter 'mesurement', expected measurement, query, tls, retention",
    ],
    ["influx://h/d?measurement=a&measurement=b", "has 'measurement' twice"],
    ["influx://h/d?measurement=", "has 'measurement' without a value"],
    ["influx://h/d?tls=yes", "has tls=yes, expected true or false"],
    ["influx://h/d#hush", "has a part behind '#'"],
    ["influx2://h?org=o", "lacks org or bucket"],
    ["influx2://me:hush@h?org=o&bucket=b", "has a user, where InfluxDB 2 wants a token"],
    ["influx2://h/d?org=o&bucket=b", "has a path"],
    ["influx2://h?org=o&bucket=b&start=drop()", "has the time 'drop()'"],
  ])("%s", (text, message) => {
    const failure = caught(() => parseInfluxAddress(text, {}));
    expect(failure.code).toBe("usage");
    expect(failure.message).toContain(message);
    expect(failure.message).not.toContain("hush");
  });
});

function caught(run: () => unknown): OrbweaverError {
  try {
    run();
  } catch (failure) {
    if (failure instanceof OrbweaverError) return failure;
    throw failure;
  }
  throw new Error("nothing was thrown");
}

test("servers are told from files", () => {
  expect(["influx://h/d", "INFLUX2://h"].map(isInfluxAddress)).toEqual([true, true]);
  expect(["influx.csv", "./influx://h/d", "http://h"].map(isInfluxAddress)).toEqual([false, false, false]);
});
