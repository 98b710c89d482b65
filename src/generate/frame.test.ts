import fc from "fast-check";
import { expect, test } from "vitest";
import { checksumProblem } from "../../test/support/generated.ts";
import { Random } from "../base/random.ts";
import { Decoder } from "../packet/decode.ts";
import { LINK_ETHERNET } from "../packet/link.ts";
import { BODY_KINDS, bodyBase } from "./payload.ts";
import { World } from "./world.ts";

/** A world whose hosts speak both versions, and what leaves it. */
function world(seed: number): World {
  const sink = { frame: () => {}, label: () => {} };
  return new World({
    random: new Random(seed),
    sink,
    startUs: 0,
    endUs: 1,
    packets: Infinity,
    defects: false,
  });
}

test("frames of any shape have right lengths and checksums, and say what was put in", () => {
  const shape = fc.record({
    seed: fc.nat(40),
    vlan: fc.constantFrom(-1, 7, 4000),
    padding: fc.constantFrom("none" as const, "received" as const, "all" as const),
    transport: fc.constantFrom("tcp", "udp", "icmp"),
    head: fc.uint8Array({ maxLength: 40 }),
    length: fc.nat(1400),
    kind: fc.constantFrom(...BODY_KINDS),
    number: fc.nat(0xffffffff),
  });
  fc.assert(
    fc.property(shape, ({ seed, vlan, padding, transport, head, length, kind, number }) => {
      const site = world(seed);
      const { builder } = site;
      const from = site.newClient();
      const to = site.newInsideServer();
      const version = from.address6 !== undefined && to.address6 !== undefined ? 6 : 4;
      builder.vlan = vlan;
      builder.padding = padding;
      builder.route(from, to, version);
      builder.optionsLength = 0;
      builder.startPayload(transport === "tcp" ? 20 : 8);
      builder.append(head);
      const base = bodyBase(new Random(number), kind);
      builder.appendBody(base, 3, length);
      const segment = { sequence: number, acknowledgment: 5, flags: 0x18, window: 77 };
      const size =
        transport === "tcp"
          ? builder.finishTcp(1234, 80, segment)
          : transport === "udp"
            ? builder.finishUdp(1234, 80)
            : builder.finishIcmp(version === 6 ? 128 : 8, 0, number);
      const bytes = builder.bytes.slice(0, size);
      expect(checksumProblem(bytes)).toBeUndefined();
      const packet = new Decoder().decode(bytes, 0, size, size, 0, LINK_ETHERNET);
      expect(packet.problem).toBe(0);
      expect(packet.vlan).toBe(vlan);
      expect(packet.payloadLength).toBe(head.length + length);
      expect(bytes.subarray(packet.payloadOffset, packet.payloadOffset + head.length)).toEqual(head);
      const place = builder.arena.position(base, 3);
      const body = bytes.subarray(
        packet.payloadOffset + head.length,
        packet.payloadOffset + head.length + length,
      );
      expect(body).toEqual(builder.bytes.subarray(place, place + length));
      if (padding === "all") expect(size).toBeGreaterThanOrEqual(60);
      if (transport === "tcp") expect(packet.sequence >>> 0).toBe(number);
    }),
  );
});

test("a long datagram leaves in fragments that together are the datagram", () => {
  const site = world(1);
  const { builder } = site;
  const [from, to] = [site.newClient(), site.newInsideServer()];
  builder.route(from, to, 4);
  builder.startPayload(8);
  builder.appendBody(bodyBase(new Random(1), "random"), 0, 5000);
  const whole = builder.finishUdp(1000, 2000);
  const network = builder.vlan >= 0 ? 18 : 14;
  const content = builder.bytes.slice(network + 20, whole);
  expect(builder.needsFragments).toBe(true);
  const decoder = new Decoder();
  let offset = 0;
  for (const size of builder.fragments()) {
    const packet = decoder.decode(builder.bytes, 0, size, size, 0, LINK_ETHERNET);
    expect(checksumProblem(builder.bytes.slice(0, size))).toBeUndefined();
    expect(size).toBeLessThanOrEqual(network + 1500);
    expect(packet.fragmentOffset).toBe(offset);
    const part = size - network - 20;
    expect(builder.bytes.slice(network + 20, size)).toEqual(content.subarray(offset, offset + part));
    offset += part;
    expect(packet.moreFragments).toBe(offset < content.length ? 1 : 0);
  }
  expect(offset).toBe(content.length);
});
