import { expect, test } from "vitest";
import { portsText, whoText } from "./alert-words.ts";

const one = <Of>(...examples: Of[]) => ({ count: examples.length, exact: true, examples });

test("who attacks whom is told by address where it is one, else by number", () => {
  const alert = {
    shape: "pair",
    sources: one("10.0.0.1"),
    targets: one("10.0.0.2"),
    ports: one(22),
  } as const;
  expect(whoText(alert)).toBe("10.0.0.1 → 10.0.0.2");
  const targets = { count: 812, exact: true, examples: ["a", "b", "c"] };
  expect(whoText({ ...alert, targets })).toBe("10.0.0.1 → 812 hosts");
  const sources = { count: 40_000, exact: false, examples: ["a", "b", "c"] };
  expect(whoText({ ...alert, sources })).toBe("about 40,000 hosts → 10.0.0.2");
});

test("ports are told as far as they are known", () => {
  const alert = { shape: "pair", sources: one("a"), targets: one("b") } as const;
  expect(portsText({ ...alert, ports: one<number>() })).toBe("");
  expect(portsText({ ...alert, ports: one(22) })).toBe(", port 22");
  expect(portsText({ ...alert, ports: one(80, 443) })).toBe(", ports 80, 443");
  expect(portsText({ ...alert, ports: { count: 1_000, exact: true, examples: [1, 2, 3] } })).toBe(
    ", 1,000 ports (1, 2, 3 and others)",
  );
});
