import { expect, test } from "vitest";
import { Random } from "../base/random.ts";
import { Decoder } from "../packet/decode.ts";
import { LINK_ETHERNET } from "../packet/link.ts";
import type { LabelRecord } from "./contract.ts";
import { bodyStep, step } from "./script.ts";
import { type TcpOptions, TcpSession } from "./tcp.ts";
import { World } from "./world.ts";

const FLAG_LETTERS = ["F", "S", "R", "P", "A"];

/** Runs one connection between clean hosts and tells it as lines: "> S 0 0 0" is direction, flags, numbers, length. */
function converse(
  options: Partial<TcpOptions>,
  seed = 1,
  loss = 0,
): { lines: string[]; records: LabelRecord[]; ended: number } {
  const lines: string[] = [];
  const records: LabelRecord[] = [];
  const decoder = new Decoder();
  const initial: [number, number] = [0, 0];
  let clientWord = 0;
  const world = new World({
    random: new Random(seed),
    startUs: 1_000_000,
    endUs: 1e12,
    packets: Infinity,
    defects: false,
    sink: {
      label: (record) => records.push(record),
      frame: (timestampUs, bytes, length) => {
        const packet = decoder.decode(bytes, 0, length, length, timestampUs, LINK_ETHERNET);
        const side = packet.source3 >>> 0 === clientWord ? 0 : 1;
        if (packet.tcpFlags & 2) initial[side] = packet.sequence;
        const flags = FLAG_LETTERS.filter((_, bit) => packet.tcpFlags & (1 << bit)).join("");
        const acknowledged = packet.tcpFlags & 16 ? (packet.acknowledgment - initial[1 - side]) >>> 0 : 0;
        lines.push(
          `${side === 0 ? ">" : "<"} ${flags} ${(packet.sequence - initial[side]) >>> 0} ${acknowledged} ${packet.payloadLength}`,
        );
      },
    },
  });
  const client = world.newClient();
  const server = world.newInsideServer();
  for (const host of [client, server])
    Object.assign(host.link, { loss, reorder: 0, jitterUs: 0, delayUs: 1000 });
  clientWord = client.address4.word;
  let ended = -1;
  const flow = { client, server, version: 4 as const, clientPort: 40_000, serverPort: 80 };
  const script = [
    step(true, 1000, "hello"),
    step(false, 1000, "welcome"),
    bodyStep(true, 1000, 3, "text"),
  ].values();
  const session = new TcpSession(world, new Random(seed + 1), {
    flow,
    tag: { label: "benign", scenario: "test" },
    script,
    onEnd: (nowUs) => {
      ended = nowUs;
    },
    ...options,
  });
  session.start(1_000_000);
  world.scheduler.run(1e12, () => false);
  expect(records.length).toBe(1);
  return { lines, records, ended };
}

const withoutPureAcks = (lines: string[]): string[] => lines.filter((line) => !/^. A \d+ \d+ 0$/.test(line));

test("a conversation opens, talks in turn and closes in order", () => {
  const { lines, ended } = converse({ close: "client-fin" });
  expect(withoutPureAcks(lines)).toEqual([
    "> S 0 0 0",
    "< SA 0 1 0",
    "> PA 1 1 5",
    "< PA 1 6 7",
    "> PA 6 8 3",
    "> FA 9 8 0",
    "< FA 8 10 0",
  ]);
  expect(lines.at(-1)).toBe("> A 10 9 0");
  expect(ended).toBeGreaterThan(1_000_000);
});

test("each way to close is told by its last segments", () => {
  const last = (close: TcpOptions["close"]): string => {
    const { lines, ended } = converse({ close, answerCloseDelayUs: 5000 });
    expect(ended).toBeGreaterThan(0);
    return withoutPureAcks(lines)
      .slice(5)
      .map((line) => line.split(" ").slice(0, 2).join(""))
      .join(" ");
  };
  expect(last("server-fin")).toBe("<FA >FA");
  expect(last("both-fin")).toBe(">FA <FA");
  expect(last("client-reset")).toMatch(/^>RA?$/);
  expect(last("server-reset")).toMatch(/^<RA?$/);
  expect(last("server-fin-client-reset")).toMatch(/^<FA >RA?$/);
  expect(last("open")).toBe("");
});

test("refused, ignored and unreachable requests", () => {
  const refused = converse({ accept: "refuse" }).lines;
  expect(refused.slice(0, 2)).toEqual(["> S 0 0 0", expect.stringMatching(/^< RA \d+ 1 0$/)]);
  const ignored = converse({ accept: "ignore", synRetries: 3 });
  expect(ignored.lines).toEqual(Array(4).fill("> S 0 0 0"));
  expect(ignored.ended).toBeGreaterThan(1_000_000 + 7_000_000);
});

test("over a bad way, all is said nevertheless, and the conversation ends", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const script = [bodyStep(true, 0, 400, "text"), bodyStep(false, 0, 200_000, "random")].values();
    const { lines, ended } = converse({ script, close: "server-fin" }, seed, 0.04);
    expect(ended).toBeGreaterThan(0);
    const gaveUp = lines.some((line) => / RA? /.test(line));
    const whole = lines.some(
      (line) => /^> \w+ \d+ 20000[12] /.test(line) || /^> \w+ \d+ 20000[12]$/.test(line),
    );
    expect(whole || gaveUp).toBe(true);
  }
});

test("a reader who takes little at a time closes the window, and probes keep the connection", () => {
  const script = [bodyStep(true, 0, 100, "text"), bodyStep(false, 0, 9000, "text")].values();
  const { lines, ended } = converse({
    script,
    clientBuffer: 1000,
    clientReadRate: 0.0005,
    close: "client-fin",
  });
  const lengths = lines.filter((line) => line.startsWith("<")).map((line) => Number(line.split(" ")[4]));
  expect(Math.max(...lengths)).toBeLessThanOrEqual(1000);
  expect(ended).toBeGreaterThan(1_000_000 + 7_000_000);
});

test("keep-alives break a silence", () => {
  const script = [bodyStep(true, 0, 100, "text"), bodyStep(true, 100_000_000, 100, "text")].values();
  const { lines } = converse({ script, keepAliveUs: 30_000_000 });
  expect(lines.filter((line) => /^> A 100 /.test(line)).length).toBeGreaterThanOrEqual(3);
});
