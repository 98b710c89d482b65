import { describe, expect, test } from "vitest";
import { filterWithout, OwnEndpoints, parseEndpoint } from "./endpoint.ts";

describe("HOST:PORT", () => {
  test.each([
    ["10.0.0.1:8080", "10.0.0.1", 8080],
    ["[2001:db8::1]:443", "2001:db8::1", 443],
    ["broker.example:9092", "broker.example", 9092],
    ["localhost:1", "localhost", 1],
  ])("%s is one", (text, host, port) => {
    expect(parseEndpoint(text)).toEqual({ host, port });
  });

  test.each([
    "10.0.0.1", "10.0.0.1:", "10.0.0.1:0", "10.0.0.1:65536", "10.1:80", "2001:db8::1:443", "[10.0.0.1]:80", ":80",
    "a b:80", "x or tcp:80", "a):80", "-a:80", "a..b:80", "10.0.0.256:80", "host:8o",
  ])("%s is none", (text) => {
    expect(() => parseEndpoint(text)).toThrow("is not HOST:PORT");
  }); // biome-ignore format: a list
});

test("what is left out is joined to the filter so that neither changes the other", () => {
  const one = { host: "10.0.0.1", port: 80 };
  expect(filterWithout("", [])).toBe("");
  expect(filterWithout(" tcp or udp ", [])).toBe("tcp or udp");
  const without = "not ((src host 10.0.0.1 and src port 80) or (dst host 10.0.0.1 and dst port 80))";
  expect(filterWithout("", [one])).toBe(without);
  expect(filterWithout("tcp or udp", [one, one])).toBe(`(tcp or udp) and ${without} and ${without}`);
});

test("sockets of the program are left out until they are closed", () => {
  const own = new OwnEndpoints();
  const close = own.add({ host: "::1", port: 8080 });
  own.add({ host: "::1", port: 8080 });
  expect(own.list()).toHaveLength(2);
  close();
  expect(own.list()).toEqual([{ host: "::1", port: 8080 }]);
});
